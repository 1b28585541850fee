package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The real scripts that draw the figures of the documentation, with an mmcr that only says what it was asked. */
@DisabledOnOs(OS.WINDOWS)
class FigureScriptsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int LIMIT_SECONDS = 300; // for a machine with other work

    @TempDir
    private Path temp;

    @BeforeEach
    void layOut() throws IOException {
        Files.createDirectories(temp.resolve("docs/figures"));
        Files.createDirectories(temp.resolve("bench"));
        for (String script : List.of("docs/figures/make", "bench/quality_encoders.sh")) {
            executable(temp.resolve(script), Files.readString(ROOT.resolve(script)));
        }
        // Writes the chart of `bench curve`, and fails at barlow.
        executable(temp.resolve("mmcr"), """
                #!/bin/sh
                echo "$*" >>calls
                [ "$1 $2" != 'bench curve' ] || : >"$3"
                case $* in *barlow*) exit 1 ;; esac
                """);
        Files.writeString(temp.resolve("calls"), "");
    }

    @Test
    void make_withoutDataForTheLastTarget_failsBeforeTheFirst() throws Exception {
        Run run = run("docs/figures/make", "sphere", "quality", "--train", "train");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("expected --test DATA with quality, found no --test\n");
        assertThat(calls()).isEmpty();
        assertThat(run("docs/figures/make", "accuracy").err()).contains("expected --train DATA with accuracy");
    }

    @Test
    void make_trainingBegunBefore_isContinued() throws Exception {
        assertThat(run("docs/figures/make", "accuracy", "--train", "data", "--out", "made")
                        .code())
                .isZero();
        assertThat(calls().get(0)).startsWith("pretrain data --out runs/figures/accuracy --minutes 60 ");
        Files.createDirectories(temp.resolve("runs/figures/accuracy"));
        Files.writeString(temp.resolve("runs/figures/accuracy/config.yaml"), "");
        assertThat(run("docs/figures/make", "accuracy", "--train", "data", "--out", "made")
                        .code())
                .isZero();
        assertThat(calls().get(2)).isEqualTo("pretrain data --resume runs/figures/accuracy");
        assertThat(temp.resolve("made/cifar10-accuracy.png")).exists();
    }

    @Test
    void qualityEncoders_oneFailing_trainsTheOthersAndFails() throws Exception {
        Files.createDirectories(temp.resolve("runs/d-16"));
        Files.writeString(temp.resolve("runs/d-16/config.yaml"), "");
        Files.createDirectories(temp.resolve("runs/d-512"));
        Files.writeString(temp.resolve("runs/d-512/config.yaml"), "");
        Files.writeString(temp.resolve("runs/d-512/run.json"), "{\n  \"finished\" : true\n}\n");
        Run run = run("bench/quality_encoders.sh", "./mmcr", "data", "runs", "12");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).isEqualTo("failed: barlow (runs/barlow.log)\n");
        assertThat(calls())
                .hasSize(11) // of twelve, without the finished one
                .contains("pretrain data --resume runs/d-16")
                .last()
                .asString()
                .startsWith("pretrain data --out runs/collapsed --steps 12 ");
    }

    private record Run(int code, String err) {}

    private Run run(String script, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(script));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(temp.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return new Run(process.exitValue(), err);
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(temp.resolve("calls"));
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
