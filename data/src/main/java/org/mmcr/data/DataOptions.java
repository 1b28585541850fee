package org.mmcr.data;

import java.nio.file.Path;
import java.util.Optional;
import org.apiguardian.api.API;

/**
 * How a source is opened.
 *
 * @param strict a broken picture is an error instead of being skipped and listed
 * @param cacheBudgetBytes decoded pictures are kept when they fit in so many bytes, streamed otherwise
 * @param threads decoding threads, at least 1
 * @param cacheDirectory where the decoded cache is memory-mapped; empty keeps it in memory
 * @param table how a table of numbers is read
 */
@API(status = API.Status.STABLE)
public record DataOptions(
        boolean strict, long cacheBudgetBytes, int threads, Optional<Path> cacheDirectory, TableOptions table) {
    /** Skips broken pictures, caches up to 2 GiB in memory, decodes on every processor. */
    public static DataOptions defaults() {
        return new DataOptions(
                false, 2L << 30, Runtime.getRuntime().availableProcessors(), Optional.empty(), TableOptions.defaults());
    }

    /** The same with another way of reading tables. */
    public DataOptions withTable(TableOptions other) {
        return new DataOptions(strict, cacheBudgetBytes, threads, cacheDirectory, other);
    }

    /** The same, where a broken picture is, or is not, an error. */
    public DataOptions withStrict(boolean other) {
        return new DataOptions(other, cacheBudgetBytes, threads, cacheDirectory, table);
    }
}
