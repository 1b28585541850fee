package org.mmcr.explorer.labelling;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.data.Fuzzer;
import org.mmcr.data.TestPictures;

/** Damaged files of labels and accuracies. */
@Tag("long")
class LabelFuzzTest {
    private static final TestPictures DATA = KilledLabeller.pictures(10);

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
        Path labels = made.resolve("labels.jsonl");
        try (LabelStore store = LabelStore.open(labels, DATA)) {
            store.apply(new LabelAction.Assign(List.of("p1", "p2"), "x", false));
            store.apply(new LabelAction.Assign(List.of("p3"), "y", true));
        }
        byte[] accuracy =
                "\n{\"labels\":5,\"value\":0.5,\"low\":0.25,\"high\":0.75,\"n\":9}\n".getBytes(StandardCharsets.UTF_8);
        return List.of(
                new Fuzzer.Target("labels.jsonl", 400, List.of(Files.readAllBytes(labels)), LabelFuzzTest::open),
                new Fuzzer.Target("accuracy.jsonl", 200, List.of(accuracy), AccuracyHistory::open));
    }

    private static void open(Path file) {
        try (LabelStore store = LabelStore.open(file, DATA)) {
            store.labels();
        }
    }
}
