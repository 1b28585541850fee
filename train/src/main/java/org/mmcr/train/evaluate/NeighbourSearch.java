package org.mmcr.train.evaluate;

import java.nio.FloatBuffer;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Exact nearest neighbours by cosine similarity: float32 matrix products of a block of queries with a block of the bank,
 * and a heap per query that keeps the best k.
 *
 * <p>Memory beyond the features: at most {@code budgetBytes} of blocks, plus 8 k bytes per query. Cost O(Q N F). A zero
 * row is similar to nothing (cosine 0). Rows are scaled by their largest entry before their norm is taken, so that no
 * finite scale overflows.
 */
final class NeighbourSearch {
    /** Block memory when the caller has no opinion. */
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
    NeighbourSearch(long budgetBytes, int width) {
        long perRow = 4L * NORMALISING_COPIES * width;
        queryRows = (int) Math.max(1, Math.min(MAX_QUERY_ROWS, budgetBytes / 4 / perRow));
        long left = budgetBytes - queryRows * perRow;
        bankRows = (int) Math.max(1, Math.min(MAX_BANK_ROWS, left / (perRow + 4L * queryRows)));
    }

    /** For tests: the block sizes themselves. */
    NeighbourSearch(int bankRows, int queryRows) {
        this.bankRows = bankRows;
        this.queryRows = queryRows;
    }

    /** The min(k, N) best bank rows of every query, best first. bank (N, F), queries (Q, F), neither modified. */
    NearestRows[] find(Tensor bank, Tensor queries, int k) {
        int kept = (int) Math.min(k, bank.size(0));
        NearestRows[] nearest = new NearestRows[Math.toIntExact(queries.size(0))];
        for (int q = 0; q < nearest.length; q++) {
            nearest[q] = new NearestRows(kept);
        }
        for (int first = 0; first < bank.size(0); first += bankRows) {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard noGrad = new NoGradGuard()) {
                searchBankBlock(normalised(block(bank, first, bankRows)), first, queries, nearest);
            }
        }
        IntStream.range(0, nearest.length).parallel().forEach(q -> nearest[q].finish());
        return nearest;
    }

    private void searchBankBlock(Tensor bankBlock, int firstBankRow, Tensor queries, NearestRows[] nearest) {
        Tensor transposed = bankBlock.t();
        for (int first = 0; first < nearest.length; first += queryRows) {
            try (PointerScope scope = new PointerScope()) {
                Tensor similarities =
                        normalised(block(queries, first, queryRows)).mm(transposed);
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

    private static Tensor normalised(Tensor rows) {
        long[] features = {1};
        Tensor largest = rows.abs().amax(features, true).clamp(new ScalarOptional(new Scalar(1e-30)));
        Tensor scaled = rows.div(largest);
        Tensor norm = scaled.norm(new ScalarOptional(new Scalar(2)), features, true);
        return scaled.div_(norm.clamp(new ScalarOptional(new Scalar(1e-6))));
    }
}
