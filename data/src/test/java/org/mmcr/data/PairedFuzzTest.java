package org.mmcr.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.data.io.NpyFiles;

/** Damaged paired data: an array beside another one, and a Parquet file with both modalities. */
@Tag("long")
class PairedFuzzTest {
    private static final float NO = Float.NaN;

    @TempDir
    static Path made;

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource
    void pairs_damaged_areReadOrFailInOneLine(Fuzzer.Target target) throws Exception {
        Fuzzer.run(target, folder);
    }

    static List<Fuzzer.Target> pairs_damaged_areReadOrFailInOneLine() throws IOException, SQLException {
        Path other = array("other.npy", 1, 5, 6, NO);
        byte[] array = Files.readAllBytes(array("array.npy", 2, 1, 2, 3, 4, NO, NO));
        String columns = "select i::float as sound, case when i = 1 then null else [i, 2 * i]::float[] end as image,"
                + " 'y' || i as word from range(4) t(i)";
        return List.of(
                new Fuzzer.Target("paired/x.npy", 300, List.of(array), file -> read(file, "," + other)),
                new Fuzzer.Target(
                        "paired/x.parquet",
                        150,
                        List.of(parquet(columns, "uncompressed"), parquet(columns, "snappy")),
                        file -> read(file, "#image,sound")));
    }

    private static Path array(String name, int columns, float... values) {
        Path file = made.resolve(name);
        NpyFiles.write(file, new NpyFiles.FloatArray(List.of((long) values.length / columns, (long) columns), values));
        return file;
    }

    private static byte[] parquet(String query, String compression) throws IOException, SQLException {
        Path file = made.resolve("duckdb.parquet");
        DuckDb.run("copy (" + query + ") to '" + file + "' (format parquet, compression " + compression + ")");
        return Files.readAllBytes(file);
    }

    private static void read(Path file, String rest) {
        Path scratch = file.getParent();
        DataOptions options = new DataOptions(false, 1 << 20, 1, Optional.of(scratch), TableOptions.defaults());
        try (PairedSource pairs = PairedSource.open(file + rest, options)) {
            float[] row = new float[pairs.columns()];
            for (int i = 0; i < pairs.size(); i++) {
                pairs.read(i, row);
                if (pairs.count(i) < 1 || pairs.name(i).isEmpty()) {
                    throw new IllegalStateException("sample " + i + ": name or modalities");
                }
            }
        }
    }
}
