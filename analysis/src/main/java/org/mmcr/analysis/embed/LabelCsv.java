package org.mmcr.analysis.embed;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.mmcr.data.DataSource;
import org.mmcr.data.LabelFile;
import org.mmcr.data.io.Csv;

/** Formats names and labels of samples as CSV. */
final class LabelCsv {
    private LabelCsv() {}

    static Optional<String> label(DataSource source, int index) {
        return source.label(index).stream().mapToObj(source.classNames()::get).findFirst();
    }

    /** Returns {@code path,label}, the beginning of a CSV line. */
    static String line(DataSource source, int index) {
        return Csv.row(source.name(index), label(source, index).orElse(""));
    }

    /** Writes a file of {@code path,label}, one line per sample. */
    static void write(DataSource source, Path file) throws IOException {
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            writer.write(LabelFile.HEADER + "\n");
            for (int i = 0; i < source.size(); i++) {
                writer.write(line(source, i) + "\n");
            }
        }
    }
}
