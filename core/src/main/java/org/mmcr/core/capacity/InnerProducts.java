package org.mmcr.core.capacity;

import java.util.Optional;

/**
 * Inner products of the rows of a matrix (n, N). Up to {@value #MOST_STORED} rows they are computed once and kept; of
 * more rows those that are asked for are computed each time.
 */
final class InnerProducts {
    /** 200 MB of float64. */
    private static final int MOST_STORED = 5_000;

    private final Matrix rows;
    private final Optional<Matrix> all;

    InnerProducts(Matrix rows) {
        this(rows, MOST_STORED);
    }

    InnerProducts(Matrix rows, int mostStored) {
        this.rows = rows;
        this.all = rows.rows() <= mostStored ? Optional.of(Blas.products(rows)) : Optional.empty();
    }

    boolean areStored() {
        return all.isPresent();
    }

    /** Adds the inner products of one row with all rows, times a factor, to (n) numbers; they must be stored. */
    void addRow(double[] to, double factor, int row) {
        Doubles.addScaled(to, factor, all.orElseThrow().values(), row * rows.rows());
    }

    /** Returns the inner products of some rows (p) with others (q), (p, q). */
    Matrix of(int[] some, int[] others) {
        if (all.isEmpty()) {
            return Blas.productTransposed(rows.rowsAt(some), rows.rowsAt(others));
        }
        double[] stored = all.get().values();
        Matrix chosen = Matrix.zeros(some.length, others.length);
        for (int i = 0; i < some.length; i++) {
            int from = some[i] * rows.rows();
            int to = i * others.length;
            for (int k = 0; k < others.length; k++) {
                chosen.values()[to + k] = stored[from + others[k]];
            }
        }
        return chosen;
    }
}
