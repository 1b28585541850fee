package org.mmcr.data;

import org.mmcr.core.MmcrException;

/** The check that rows fit into the Java heap before they are read; compressed tables are far larger in memory. */
final class HeapLimit {
    /** Bytes of a row's objects and references. */
    private static final long ROW = 48;
    /** Bytes of a number as it is read and, beside it, as it is kept. */
    private static final long NUMBER = Double.BYTES + Float.BYTES;
    /** Bytes of a short text with its reference. */
    private static final long TEXT = 64;

    private HeapLimit() {}

    /**
     * Throws if the rows of a table, whose columns can be left out, exceed the heap.
     *
     * @param what what holds them
     * @param numbers numbers of each row
     * @param texts labels and names of each row
     */
    static void require(String what, long rows, int numbers, int texts) {
        require(what, rows, numbers, texts, Runtime.getRuntime().maxMemory());
    }

    static void require(String what, long rows, int numbers, int texts, long heap) {
        require(what, rows, numbers, texts, heap, ", leave columns out with --skip-columns");
    }

    /** The same for the columns of paired data, each of which is asked for. */
    static void requirePairs(String what, long rows, int numbers) {
        require(what, rows, numbers, 0, Runtime.getRuntime().maxMemory(), "");
    }

    private static void require(String what, long rows, int numbers, int texts, long heap, String remedy) {
        double bytes = (double) rows * (ROW + numbers * NUMBER + texts * TEXT);
        if (bytes > heap || rows > Integer.MAX_VALUE - 8) {
            long gib = (long) Math.ceil(1.25 * bytes / (1L << 30)) + 1;
            throw new MmcrException("expected rows that fit into the Java heap of " + (heap >> 20) + " MiB in " + what
                    + ", found " + rows + " rows" + (numbers > 0 ? " of " + numbers + " numbers" : "")
                    + (rows > Integer.MAX_VALUE - 8
                            ? ", more than can be read; split the table"
                            : "; raise it with MMCR_JAVA_OPTS=-Xmx" + gib + "g" + remedy + ", or split the table"));
        }
    }
}
