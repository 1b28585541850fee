package org.mmcr.analysis.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Other people's programs on what was exported, where a Python interpreter that has them is named by the environment:
 * {@code MMCR_PYTHON} with torch, safetensors, timm, onnx and onnxruntime, {@code MMCR_PYTHON_TORCHVISION} with torch,
 * safetensors and torchvision. Otherwise the test is skipped.
 */
final class PythonClients {
    private PythonClients() {}

    /** Skips the test unless the environment names an interpreter. */
    static String require(String variable) {
        Optional<String> python = Optional.ofNullable(System.getenv(variable));
        assumeTrue(
                python.isPresent(), () -> "set " + variable + " to a Python interpreter to check with its libraries");
        return python.get();
    }

    static void check(String variable, String task, Path file, Path expected, Path folder) throws IOException {
        String python = require(variable);
        Path script = folder.resolve("clients.py");
        try (InputStream in = PythonClients.class.getResourceAsStream("clients.py")) {
            Files.write(script, in.readAllBytes());
        }
        Process process = new ProcessBuilder(python, script.toString(), task, file.toString(), expected.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertThat(process.waitFor()).as(said).isZero();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        System.out.print(said);
    }
}
