package org.mmcr.analysis.embed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.analysis.capacity.PointFile;
import org.mmcr.analysis.capacity.PointOptions;
import org.mmcr.data.Fuzzer;
import org.mmcr.data.io.NpyFiles;

/** Damaged points, and damaged leftovers of an embedding pass that was stopped. */
@Tag("long")
class EmbeddingFuzzTest {
    private static final Provenance PROVENANCE =
            new Provenance("encoder", List.of("data", "print"), 16, 2, List.of("view"), "FP32", "1");

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
        Path points = made.resolve("points.npy");
        NpyFiles.write(points, new NpyFiles.DoubleArray(List.of(2L, 3L, 2L), new double[12]));
        byte[] table = "path,label,e0,e1\na.png,x,1,2\nb.png,y,3,4\n".getBytes(StandardCharsets.UTF_8);
        Path target = made.resolve("out/x.npy");
        Files.createDirectories(target.getParent());
        try (PartialFile partial = open(target)) {
            partial.commit();
        }
        return List.of(
                new Fuzzer.Target("points.npy", 200, List.of(Files.readAllBytes(points)), EmbeddingFuzzTest::points),
                new Fuzzer.Target("points.csv", 200, List.of(table), EmbeddingFuzzTest::points),
                Fuzzer.Target.inPlaceOf(
                        made.resolve("out/.x.npy.rows.json"),
                        200,
                        file -> open(target).close()));
    }

    private static void points(Path file) {
        PointFile.open(file.toString(), PointOptions.all(0));
    }

    private static PartialFile open(Path target) throws IOException {
        return PartialFile.open(target, PROVENANCE, new NpyFormat(16, 2), 8);
    }
}
