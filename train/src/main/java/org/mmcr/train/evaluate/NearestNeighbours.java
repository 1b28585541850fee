package org.mmcr.train.evaluate;

import java.nio.FloatBuffer;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.objective.linalg.ParallelMatMul;

/**
 * Exact nearest neighbours by cosine similarity: float32 products of a block of queries with a block of the bank, and
 * a heap per query that keeps the best k.
 *
 * <p>Memory beyond the features: at most {@code budgetBytes} of blocks, plus 8 k bytes per query. Cost O(Q N F). A
 * zero row has cosine 0 with everything. Equal similarities are ordered by row.
 */
public final class NearestNeighbours {
    /** Default limit of the memory of blocks. */
    static final long DEFAULT_BUDGET_BYTES = 192L << 20;

    private static final int MAX_QUERY_ROWS = 1024;
    private static final int MAX_BANK_ROWS = 8192;
    /** Copies of a block alive at once while it is normalised. */
    private static final int NORMALISING_COPIES = 3;

    private final int bankRows;
    private final int queryRows;

    /**
     * @param budgetBytes bound on the memory of the blocks
     * @param width number of features F
     */
    NearestNeighbours(long budgetBytes, int width) {
        long perRow = 4L * NORMALISING_COPIES * width;
        queryRows = (int) Math.max(1, Math.min(MAX_QUERY_ROWS, budgetBytes / 4 / perRow));
        long left = budgetBytes - queryRows * perRow;
        bankRows = (int) Math.max(1, Math.min(MAX_BANK_ROWS, left / (perRow + 4L * queryRows)));
    }

    /** Creates a search with the given block sizes, for tests. */
    NearestNeighbours(int bankRows, int queryRows) {
        this.bankRows = bankRows;
        this.queryRows = queryRows;
    }

    /** Searches with the default bound on memory; see {@link #find}. */
    public static NearestRows[] of(Tensor bank, Tensor queries, int k) {
        return of(bank, queries, k, ProgressListener.NONE);
    }

    /**
     * The same with progress.
     *
     * @param progress receives the number of bank rows that all queries were compared with
     */
    public static NearestRows[] of(Tensor bank, Tensor queries, int k, ProgressListener progress) {
        return new NearestNeighbours(DEFAULT_BUDGET_BYTES, Math.toIntExact(bank.size(1)))
                .find(bank, queries, k, progress);
    }

    /**
     * Returns the min(k, N) best bank rows of every query, best first. bank (N, F), queries (Q, F), neither modified.
     */
    NearestRows[] find(Tensor bank, Tensor queries, int k) {
        return find(bank, queries, k, ProgressListener.NONE);
    }

    private NearestRows[] find(Tensor bank, Tensor queries, int k, ProgressListener progress) {
        int kept = (int) Math.min(k, bank.size(0));
        NearestRows[] nearest = new NearestRows[Math.toIntExact(queries.size(0))];
        for (int q = 0; q < nearest.length; q++) {
            nearest[q] = new NearestRows(kept);
        }
        for (int first = 0; first < bank.size(0); first += bankRows) {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard noGrad = new NoGradGuard()) {
                searchBankBlock(RowNormalization.of(block(bank, first, bankRows)), first, queries, nearest);
            }
            progress.done(Math.toIntExact(Math.min(bank.size(0), (long) first + bankRows)));
        }
        IntStream.range(0, nearest.length).parallel().forEach(q -> nearest[q].finish());
        return nearest;
    }

    private void searchBankBlock(Tensor bankBlock, int firstBankRow, Tensor queries, NearestRows[] nearest) {
        Tensor transposed = bankBlock.t();
        for (int first = 0; first < nearest.length; first += queryRows) {
            try (PointerScope scope = new PointerScope()) {
                Tensor similarities =
                        ParallelMatMul.of(RowNormalization.of(block(queries, first, queryRows)), transposed);
                offerAll(similarities, firstBankRow, first, nearest);
            }
        }
    }

    private static void offerAll(Tensor similarities, int firstBankRow, int firstQuery, NearestRows[] nearest) {
        FloatBuffer values = NativeFloats.of(similarities);
        int width = Math.toIntExact(similarities.size(1));
        int rows = Math.toIntExact(similarities.size(0));
        IntStream.range(0, rows).parallel().forEach(q -> {
            float[] row = new float[width];
            values.get(q * width, row);
            nearest[firstQuery + q].offer(row, width, firstBankRow);
        });
    }

    private static Tensor block(Tensor matrix, long first, int rows) {
        return matrix.narrow(0, first, Math.min(rows, matrix.size(0) - first));
    }
}
