package org.mmcr.analysis.embed;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.mmcr.core.MmcrException;

/** A file format for embeddings, chosen by the file's extension. */
public enum EmbeddingFormat {
    /** float32 (N, D), with a {@code .csv} of names and labels beside it. */
    NPY(".npy"),
    /** Columns {@code path}, {@code label}, {@code embedding} (list of float). */
    PARQUET(".parquet"),
    /** Columns {@code path}, {@code label}, {@code e0}, {@code e1} and so on. */
    CSV(".csv");

    private final String ending;

    EmbeddingFormat(String ending) {
        this.ending = ending;
    }

    /**
     * Returns the format for a file's extension.
     *
     * @throws MmcrException if no format has that extension
     */
    public static EmbeddingFormat of(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(format -> name.endsWith(format.ending))
                .findFirst()
                .orElseThrow(() -> new MmcrException("expected a file that ends in "
                        + Arrays.stream(values()).map(format -> format.ending).collect(Collectors.joining(", "))
                        + ", found " + file + "; name it for example " + file.getFileName() + NPY.ending));
    }
}
