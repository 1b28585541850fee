package org.mmcr.core.capacity;

import java.util.Arrays;

/**
 * Minimises {@code x'Gx / 2 - b'x} over x >= 0 for one positive semi-definite G and many b.
 *
 * <p>The active-set method of Lawson and Hanson (1974) on the Gram matrix, with the Cholesky factor of the free
 * variables, which gains a row with each new one. Columns that depend on free ones, such as duplicates, are left out:
 * they cannot lower the minimum. Exact up to rounding; the cost is about p^2 (m + p) for p free variables at the end.
 *
 * <p>Not thread-safe; create one per thread. G is not copied and may be shared.
 */
final class NonNegativeLeastSquares {
    /** A pivot this small beside the diagonal is a column that depends on the others. */
    private static final double DEPENDENT = 1e-12;
    /** A slope this small beside the largest entry of b is zero. */
    private static final double FLAT = 1e-12;
    /** Variables enter about as often as are free in the end; many times more is a cycle of rounding. */
    private static final int ROUNDS = 20;

    private final double[][] gram;
    private final int size;

    /** Positions of the free variables, in the order of the factor's rows. */
    private final int[] free;

    private int count;
    private final double[][] factor;
    /** Solution of the triangular system with b; its first {@link #known} entries are right. */
    private final double[] forward;

    private int known;
    private final boolean[] blocked;
    private final double[] solution;
    private final double[] slope;
    private final double[] target;

    NonNegativeLeastSquares(double[][] gram) {
        this.gram = gram;
        this.size = gram.length;
        this.free = new int[size];
        this.factor = new double[size][];
        this.forward = new double[size];
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
        descend(b);
        return solution;
    }

    /** Lets variables become free one by one, the steepest first. */
    private void descend(double[] b) {
        known = 0;
        Arrays.fill(blocked, false);
        updateSlope(b);
        double flat = FLAT * largest(b);
        int rounds = ROUNDS * (size + 10);
        for (int entering = steepest(flat); entering >= 0 && rounds > 0; entering = steepest(flat)) {
            rounds--;
            if (!extend(entering)) {
                blocked[entering] = true;
                continue;
            }
            settle(b);
            updateSlope(b);
            if (solution[entering] == 0) {
                // Rounding added and removed it; without this the iteration would cycle.
                blocked[entering] = true;
            } else {
                Arrays.fill(blocked, false);
            }
        }
    }

    /** Returns the relative optimality gap of x: its largest violating slope over the largest entry of b. */
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
            if (slope[i] > most && solution[i] == 0 && !blocked[i]) {
                most = slope[i];
                best = i;
            }
        }
        return best;
    }

    /** Adds a row to the factor; false when the column depends on the free ones. */
    private boolean extend(int column) {
        if (factor[count] == null) {
            factor[count] = new double[count + 1];
        }
        double[] row = factor[count];
        double[] inner = gram[column];
        double rest = inner[column];
        for (int i = 0; i < count; i++) {
            double[] other = factor[i];
            row[i] = (inner[free[i]] - Doubles.dot(row, other, i)) / other[i];
            rest -= row[i] * row[i];
        }
        if (!(rest > DEPENDENT * inner[column])) {
            return false;
        }
        row[count] = Math.sqrt(rest);
        free[count++] = column;
        return true;
    }

    /** Moves to the minimum over the free variables and drops those that would become negative. */
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
        for (int i = known; i < count; i++) {
            double[] row = factor[i];
            forward[i] = (b[free[i]] - Doubles.dot(row, forward, i)) / row[i];
        }
        known = count;
        System.arraycopy(forward, 0, target, 0, count);
        for (int i = count - 1; i >= 0; i--) {
            double[] row = factor[i];
            double value = target[i] / row[i];
            target[i] = value;
            for (int k = 0; k < i; k++) {
                target[k] -= row[k] * value;
            }
        }
    }

    /** Takes variables at zero out of the factor, whose rows from the first of them on are recomputed. */
    private void dropZeros() {
        int first = 0;
        while (first < count && solution[free[first]] != 0) {
            first++;
        }
        int[] later = Arrays.copyOfRange(free, first, count);
        count = first;
        known = Math.min(known, first);
        for (int column : later) {
            if (solution[column] != 0 && !extend(column)) {
                solution[column] = 0;
            }
        }
    }

    private void updateSlope(double[] b) {
        System.arraycopy(b, 0, slope, 0, size);
        for (int i = 0; i < count; i++) {
            double weight = solution[free[i]];
            double[] column = gram[free[i]];
            for (int k = 0; k < size; k++) {
                slope[k] -= weight * column[k];
            }
        }
    }
}
