package org.mmcr.core.capacity;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Minimises {@code x'Gx / 2 - b'x} over x >= 0 for one positive semi-definite G and many b.
 *
 * <p>The active-set method of Lawson and Hanson (1974) on the Gram matrix, with the Cholesky factor of the free
 * variables, which gains a row with each new one and is rotated when one leaves. Columns that depend on free ones, such
 * as duplicates, are left out: they cannot lower the minimum. Exact up to rounding; the cost is about p^2 (m + p) for p
 * free variables at the end.
 *
 * <p>A caller that does not hold G as a whole gives the variables that matter and adds others with {@link #enlarge},
 * or prices all variables itself and calls {@link #enter}.
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

    private double[][] gram = {};
    private int size;

    /** Positions of the free variables, in the order of the factor's rows. */
    private int[] free = {};

    private int count;
    private double[][] factor = {};
    /** Solution of the triangular system with b; its first {@link #known} entries are right. */
    private double[] forward = {};

    private int known;
    private boolean[] blocked = {};
    private double[] solution = {};
    private double[] slope = {};
    private double[] target = {};
    private double[] cosines = {};
    private double[] sines = {};

    NonNegativeLeastSquares(double[][] gram) {
        enlarge(gram, gram.length);
    }

    /**
     * Replaces G by a larger matrix with the same leading block. New variables are 0, the others keep their values.
     *
     * @param larger rows of at least {@code variables} entries, of which the first {@code variables} count
     */
    void enlarge(double[][] larger, int variables) {
        gram = larger;
        size = variables;
        if (solution.length < variables) {
            int room = larger.length;
            free = Arrays.copyOf(free, room);
            factor = Arrays.copyOf(factor, room);
            forward = Arrays.copyOf(forward, room);
            blocked = new boolean[room];
            solution = Arrays.copyOf(solution, room);
            slope = new double[room];
            target = new double[room];
            cosines = new double[room];
            sines = new double[room];
        }
    }

    /**
     * Solves for one b.
     *
     * @return x, valid until the next call
     */
    double[] solve(double[] b) {
        clear();
        descend(b);
        return solution;
    }

    /** Sets all variables to 0. */
    void clear() {
        count = 0;
        known = 0;
        Arrays.fill(solution, 0);
    }

    /**
     * Solves from the present values on. The entries of b that belong to free variables are those of the call before.
     *
     * @return x, valid until the next call
     */
    double[] improve(double[] b) {
        Arrays.fill(blocked, false);
        updateSlope(b);
        double flat = FLAT * largest(b);
        boolean single = false;
        int rounds = ROUNDS * (size + 10);
        for (int[] entering = steepest(flat, 1 + count / 4); entering.length > 0 && rounds > 0; rounds--) {
            if (enterAll(entering, b)) {
                Arrays.fill(blocked, false);
                single = false;
            } else if (single) {
                blocked[entering[0]] = true;
            } else {
                single = true;
            }
            updateSlope(b);
            entering = steepest(flat, single ? 1 : 1 + count / 4);
        }
        return solution;
    }

    /** Lets several variables become free and moves to the next minimum; false if none of them is free now. */
    private boolean enterAll(int[] entering, double[] b) {
        for (int variable : entering) {
            extend(variable);
        }
        settle(b);
        for (int variable : entering) {
            if (solution[variable] != 0) {
                return true;
            }
        }
        return false;
    }

    /** Returns the variables at zero along which the objective falls most steeply, at most {@code most}. */
    private int[] steepest(double flat, int most) {
        if (most == 1) {
            int one = steepest(flat);
            return one < 0 ? new int[0] : new int[] {one};
        }
        int[] candidates = IntStream.range(0, size)
                .filter(i -> slope[i] > flat && solution[i] == 0 && !blocked[i])
                .toArray();
        if (candidates.length <= most) {
            return candidates;
        }
        double[] sorted =
                IntStream.of(candidates).mapToDouble(i -> slope[i]).sorted().toArray();
        double least = sorted[sorted.length - most];
        return IntStream.of(candidates).filter(i -> slope[i] >= least).toArray();
    }

    /**
     * One iteration of the method: lets a variable at 0 become free and moves to the next minimum.
     *
     * @return whether it is free now; false if its column depends on those of the free variables
     */
    boolean enter(int variable, double[] b) {
        if (!extend(variable)) {
            return false;
        }
        settle(b);
        return solution[variable] != 0;
    }

    /** Returns x, valid until the next call. */
    double[] solution() {
        return solution;
    }

    /** Returns the number of free variables. */
    int freeCount() {
        return count;
    }

    /** Lets variables become free one by one, the steepest first. */
    private void descend(double[] b) {
        Arrays.fill(blocked, false);
        updateSlope(b);
        double flat = FLAT * largest(b);
        int rounds = ROUNDS * (size + 10);
        for (int entering = steepest(flat); entering >= 0 && rounds > 0; entering = steepest(flat)) {
            rounds--;
            if (enter(entering, b)) {
                Arrays.fill(blocked, false);
            } else {
                // Dependent, or added and removed by rounding; without this the iteration would cycle.
                blocked[entering] = true;
            }
            updateSlope(b);
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

    private double largest(double[] b) {
        double largest = 0;
        for (int i = 0; i < size; i++) {
            largest = Math.max(largest, Math.abs(b[i]));
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
            if (dropDescending()) {
                continue;
            }
            int first = -1;
            double step = 1;
            for (int i = 0; i < count; i++) {
                double now = solution[free[i]];
                if (target[i] <= 0 && (first < 0 || now / (now - target[i]) < step)) {
                    first = i;
                    step = now / (now - target[i]);
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

    /** Drops the variables at zero that would become negative at once; false if there is none. */
    private boolean dropDescending() {
        boolean any = false;
        for (int i = count - 1; i >= 0; i--) {
            if (solution[free[i]] == 0 && target[i] <= 0) {
                remove(i);
                any = true;
            }
        }
        return any;
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

    /** Takes variables at zero out of the factor. */
    private void dropZeros() {
        for (int i = count - 1; i >= 0; i--) {
            if (solution[free[i]] == 0) {
                remove(i);
            }
        }
    }

    /** Takes one row out of the factor, and makes the rows below triangular again by rotations of two columns. */
    private void remove(int place) {
        count--;
        System.arraycopy(free, place + 1, free, place, count - place);
        System.arraycopy(factor, place + 1, factor, place, count - place);
        factor[count] = null;
        for (int i = place; i < count; i++) {
            double[] row = factor[i];
            double left = row[place];
            for (int k = place; k < i; k++) {
                double right = row[k + 1];
                row[k] = cosines[k] * left + sines[k] * right;
                left = cosines[k] * right - sines[k] * left;
            }
            double right = row[i + 1];
            row[i] = Math.sqrt(left * left + right * right);
            cosines[i] = left / row[i];
            sines[i] = right / row[i];
            double first = forward[i];
            forward[i] = cosines[i] * first + sines[i] * forward[i + 1];
            forward[i + 1] = cosines[i] * forward[i + 1] - sines[i] * first;
        }
        known = count;
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
