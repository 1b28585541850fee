package org.mmcr.data;

import java.nio.file.Path;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * Options for opening a source.
 *
 * @param strict whether a broken picture is an error; otherwise it is skipped and listed
 * @param cacheBudgetBytes largest size of the cache of decoded pictures; beyond it pictures are decoded on each
 *     access
 * @param threads number of decoding threads, at least 1
 * @param cacheDirectory folder for the memory-mapped cache of decoded pictures; empty keeps the cache in memory
 * @param table options for tables of numbers
 */
@API(status = API.Status.STABLE)
public record DataOptions(
        boolean strict, long cacheBudgetBytes, int threads, Optional<Path> cacheDirectory, TableOptions table) {
    /** Returns the defaults: skip broken pictures, cache up to 2 GiB in memory, decode on every processor. */
    public static DataOptions defaults() {
        return new DataOptions(
                false, 2L << 30, Runtime.getRuntime().availableProcessors(), Optional.empty(), TableOptions.defaults());
    }

    /** Returns a copy with other options for tables. */
    public DataOptions withTable(TableOptions other) {
        return new DataOptions(strict, cacheBudgetBytes, threads, cacheDirectory, other);
    }

    /** Returns a copy with another {@link #strict}. */
    public DataOptions withStrict(boolean other) {
        return new DataOptions(other, cacheBudgetBytes, threads, cacheDirectory, table);
    }
}
