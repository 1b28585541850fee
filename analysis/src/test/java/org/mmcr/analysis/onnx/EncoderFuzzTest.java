package org.mmcr.analysis.onnx;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.analysis.curate.CurationFiles;
import org.mmcr.analysis.export.PreprocessorFile;
import org.mmcr.data.Fuzzer;

/** Damaged encoders of other programs, the files beside them, and damaged curations. */
@Tag("long")
class EncoderFuzzTest {
    private static final OnnxChoice SMALL = new OnnxChoice(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.of("imagenet"), view -> view.withSize(8));

    private static final String TRANSFORMERS = """
            {"image_processor_type": "BitImageProcessor", "do_resize": true, "size": {"shortest_edge": 16},
             "do_center_crop": true, "crop_size": {"height": 8, "width": 8}, "do_rescale": true,
             "rescale_factor": 0.00392156862745098, "do_normalize": true, "resample": 3,
             "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
            """;

    private static final String TIMM = """
            {"architecture": "resnet18", "pretrained_cfg": {"input_size": [3, 16, 16], "interpolation": "bicubic",
             "crop_pct": 0.95, "crop_mode": "center", "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}}
            """;

    private static final String CURATION = """
            path,label,flags,group,outlier
            a/1.png,a,,,0.5
            a/2.png,a,duplicate,1,0.25
            b/3.png,b,"outlier label",,
            """;

    @TempDir
    static Path made;

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource
    void file_damaged_isReadOrFailsInOneLine(Fuzzer.Target target) throws Exception {
        Fuzzer.run(target, folder);
    }

    static List<Fuzzer.Target> file_damaged_isReadOrFailsInOneLine() throws IOException {
        Path graph = new Graphs()
                .input("x", Graphs.FLOAT, -1, 3, 8, 8)
                .shape("sizes", -1, 192)
                .node("Relu", List.of("x"), "r")
                .node("Reshape", List.of("r", "sizes"), "y")
                .output("y", Graphs.FLOAT, -1, 192)
                .write(made.resolve("x.onnx"));
        return List.of(
                new Fuzzer.Target("x.onnx", 150, List.of(Files.readAllBytes(graph)), EncoderFuzzTest::compute),
                json("preprocessor_config.json", TRANSFORMERS),
                json("config.json", TIMM),
                new Fuzzer.Target("curation.csv", 150, List.of(text(CURATION)), CurationFiles::read));
    }

    private static Fuzzer.Target json(String name, String content) {
        return new Fuzzer.Target(name, 200, List.of(text(content)), PreprocessorFile::read);
    }

    private static void compute(Path file) {
        try (PointerScope scope = new PointerScope();
                OnnxEncoder encoder = OnnxEncoder.open(file, SMALL)) {
            encoder.apply(encoder.random(2));
        }
    }

    private static byte[] text(String content) {
        return content.getBytes(StandardCharsets.UTF_8);
    }
}
