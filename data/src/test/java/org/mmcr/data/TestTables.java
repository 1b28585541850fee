package org.mmcr.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tables for tests. */
final class TestTables {
    private TestTables() {}

    /** Writes {@code t.csv} into a folder. */
    static Path csv(Path folder, String text) {
        try {
            return Files.writeString(folder.resolve("t.csv"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static VectorSource open(Path file, TableOptions options) {
        return (VectorSource)
                DataSources.open(file.toString(), DataOptions.defaults().withTable(options));
    }

    static float[] row(VectorSource table, int index) {
        float[] row = new float[table.columns()];
        table.read(index, row);
        return row;
    }
}
