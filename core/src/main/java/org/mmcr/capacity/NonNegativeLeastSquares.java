package org.mmcr.capacity;

import java.util.Arrays;

/**
 * Minimises {@code x'Gx / 2 - b'x} over x >= 0 for one positive semi-definite G and many b.
 *
 * <p>The active-set method of Lawson and Hanson (1974) on the Gram matrix, with the Cholesky factor of the free part extended
 * by a row as a variable becomes free. Columns that depend on free ones, duplicates for instance, are left out: they cannot
 * lower the minimum. Exact up to rounding; the work is about p^2 (m + p) for p free variables at the end.
 *
 * <p>Not safe for use by several threads; make one for each.
 */
final class NonNegativeLeastSquares {
    /** A pivot this small beside the diagonal is a column that depends on the others. */
    private static final double DEPENDENT = 1e-12;
    /** A slope this small beside the largest entry of b is zero. */
    private static final double FLAT = 1e-12;

    private final double[][] gram;
    private final int size;

    /** Positions of the free variables, in the order of the factor's rows. */
    private final int[] free;

    private int count;
    private final double[][] factor;
    private final boolean[] blocked;
    private final double[] solution;
    private final double[] slope;
    private final double[] target;

    NonNegativeLeastSquares(double[][] gram) {
        this.gram = gram;
        this.size = gram.length;
        this.free = new int[size];
        this.factor = new double[size][];
        for (int i = 0; i < size; i++) {
            factor[i] = new double[i + 1];
        }
        this.blocked = new boolean[size];
        this.solution = new double[size];
        this.slope = new double[size];
        this.target = new double[size];
    }

    /**
     * Solves for one b.
     *
     * @return x, valid until the next call
     */
    double[] solve(double[] b) {
        count = 0;
        Arrays.fill(solution, 0);
        Arrays.fill(blocked, false);
        System.arraycopy(b, 0, slope, 0, size);
        double flat = FLAT * largest(b);
        for (int entering = steepest(flat); entering >= 0; entering = steepest(flat)) {
            if (!extend(entering)) {
                blocked[entering] = true;
                continue;
            }
            settle(b);
            updateSlope(b);
            if (solution[entering] == 0) {
                // Rounding let it in and out again; without this it would come back for ever.
                blocked[entering] = true;
            } else {
                Arrays.fill(blocked, false);
            }
        }
        return solution;
    }

    /** How far x is from optimal: the largest slope that a variable could still follow, beside the largest entry of b. */
    double gap(double[] b) {
        double worst = 0;
        updateSlope(b);
        for (int i = 0; i < size; i++) {
            worst = Math.max(worst, solution[i] > 0 ? Math.abs(slope[i]) : slope[i]);
        }
        double scale = largest(b);
        return scale == 0 ? 0 : worst / scale;
    }

    private static double largest(double[] b) {
        double largest = 0;
        for (double value : b) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    /** The variable at zero along which the objective falls most steeply, or -1. */
    private int steepest(double flat) {
        int best = -1;
        double most = flat;
        for (int i = 0; i < size; i++) {
            if (solution[i] == 0 && !blocked[i] && slope[i] > most) {
                most = slope[i];
                best = i;
            }
        }
        return best;
    }

    /** Adds a row to the factor; false when the column depends on the free ones. */
    private boolean extend(int column) {
        double[] row = factor[count];
        double rest = gram[column][column];
        for (int i = 0; i < count; i++) {
            double value = gram[column][free[i]];
            double[] other = factor[i];
            for (int k = 0; k < i; k++) {
                value -= row[k] * other[k];
            }
            row[i] = value / other[i];
            rest -= row[i] * row[i];
        }
        if (!(rest > DEPENDENT * gram[column][column])) {
            return false;
        }
        row[count] = Math.sqrt(rest);
        free[count++] = column;
        return true;
    }

    /** Goes to the minimum over the free variables, dropping those that would become negative on the way. */
    private void settle(double[] b) {
        while (true) {
            minimise(b);
            int first = -1;
            double step = 1;
            for (int i = 0; i < count; i++) {
                double now = solution[free[i]];
                if (target[i] <= 0 && (first < 0 || now / (now - target[i]) < step)) {
                    first = i;
                    step = now == 0 ? 0 : now / (now - target[i]);
                }
            }
            for (int i = 0; i < count; i++) {
                double now = solution[free[i]];
                solution[free[i]] = i == first ? 0 : Math.max(0, now + step * (target[i] - now));
            }
            if (first < 0) {
                return;
            }
            dropZeros();
        }
    }

    /** Solves G x = b over the free variables, by the factor, into {@code target}. */
    private void minimise(double[] b) {
        for (int i = 0; i < count; i++) {
            double value = b[free[i]];
            for (int k = 0; k < i; k++) {
                value -= factor[i][k] * target[k];
            }
            target[i] = value / factor[i][i];
        }
        for (int i = count - 1; i >= 0; i--) {
            double value = target[i];
            for (int k = i + 1; k < count; k++) {
                value -= factor[k][i] * target[k];
            }
            target[i] = value / factor[i][i];
        }
    }

    /** Takes variables at zero out of the factor, whose rows from the first of them on are made anew. */
    private void dropZeros() {
        int first = 0;
        while (first < count && solution[free[first]] != 0) {
            first++;
        }
        int[] later = Arrays.copyOfRange(free, first, count);
        count = first;
        for (int column : later) {
            if (solution[column] != 0 && !extend(column)) {
                solution[column] = 0;
            }
        }
    }

    private void updateSlope(double[] b) {
        System.arraycopy(b, 0, slope, 0, size);
        for (int i = 0; i < size; i++) {
            double weight = solution[i];
            if (weight != 0) {
                double[] column = gram[i];
                for (int k = 0; k < size; k++) {
                    slope[k] -= weight * column[k];
                }
            }
        }
    }
}
