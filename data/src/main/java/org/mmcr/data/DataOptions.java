package org.mmcr.data;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.nio.file.Path;
import java.util.Optional;
import org.apiguardian.api.API;

/** Settings for opening a source. */
@API(status = API.Status.STABLE)
public record DataOptions(
        @JsonPropertyDescription("an unreadable picture is an error instead of being skipped and listed")
        boolean strict,

        @JsonPropertyDescription("decoded pictures are cached if they fit in this many bytes, and streamed otherwise")
        long cacheBudgetBytes,

        @JsonPropertyDescription("decoding threads, at least 1")
        int threads,

        @JsonPropertyDescription(
                "folder of the memory-mapped cache of decoded pictures; without one the cache is in memory")
        Optional<Path> cacheDirectory,

        @JsonPropertyDescription("reading of tables") TableOptions table,

        @JsonPropertyDescription("file curation.csv of mmcr curate: samples with a flag are left out")
        Optional<Path> keep,

        @JsonPropertyDescription(
                "labels are those of the curation.csv given as keep, and the suggested one where label is the only flag")
        boolean relabel) {

    /** Creates options that leave no sample out. */
    public DataOptions(
            boolean strict, long cacheBudgetBytes, int threads, Optional<Path> cacheDirectory, TableOptions table) {
        this(strict, cacheBudgetBytes, threads, cacheDirectory, table, Optional.empty(), false);
    }

    /** Returns a copy that leaves out the flagged samples of a curation. */
    public DataOptions withKeep(Optional<Path> curation) {
        return new DataOptions(strict, cacheBudgetBytes, threads, cacheDirectory, table, curation, relabel);
    }

    /** Returns a copy that takes the labels of the curation, corrected where it suggests another. */
    public DataOptions withRelabel(boolean other) {
        return new DataOptions(strict, cacheBudgetBytes, threads, cacheDirectory, table, keep, other);
    }

    /** Returns the defaults: skip broken pictures, cache up to 2 GiB in memory, decode on every processor. */
    public static DataOptions defaults() {
        return new DataOptions(
                false, 2L << 30, Runtime.getRuntime().availableProcessors(), Optional.empty(), TableOptions.defaults());
    }

    /** Returns a copy with other options for tables. */
    public DataOptions withTable(TableOptions other) {
        return new DataOptions(strict, cacheBudgetBytes, threads, cacheDirectory, other, keep, relabel);
    }

    /** Returns a copy with another {@link #strict}. */
    public DataOptions withStrict(boolean other) {
        return new DataOptions(other, cacheBudgetBytes, threads, cacheDirectory, table, keep, relabel);
    }
}
