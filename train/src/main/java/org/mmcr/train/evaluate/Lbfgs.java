package org.mmcr.train.evaluate;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;

/**
 * Limited-memory BFGS with the two-loop recursion and a strong-Wolfe line search (Nocedal and Wright 2006, algorithms 7.4
 * and 3.5), for smooth objectives on a flat vector. The initial inverse Hessian of each iteration is a scaled
 * preconditioner, which for the linear probe saves most iterations.
 */
final class Lbfgs {
    /** A smooth function. */
    interface Objective {
        /** Returns the value at {@code point} and writes the gradient; neither array is kept. */
        double evaluate(double[] point, double[] gradient);
    }

    /** A symmetric positive definite approximation of the inverse Hessian. */
    interface Preconditioner {
        Preconditioner IDENTITY = vector -> {};

        /** Multiplies the vector in place. */
        void apply(double[] vector);
    }

    enum Stop {
        CONVERGED,
        ITERATION_LIMIT,
        /** No step along the search direction lowers the value any more: rounding is all that is left. */
        NO_PROGRESS
    }

    /**
     * Where a run ended.
     *
     * @param gradientMaxNorm largest absolute entry of the gradient at {@code point}
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Result(double[] point, double value, double gradientMaxNorm, int iterations, Stop stop) {}

    /** A step s, the change of gradient y, 1 / s.y, and s.y / y.H0.y. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Pair(double[] step, double[] change, double inverseProduct, double scale) {}

    private static final int MEMORY = 10;

    private final Objective objective;
    private final Preconditioner preconditioner;
    private final int maxIterations;
    private final double gradientTolerance;
    private final Deque<Pair> pairs = new ArrayDeque<>();

    /**
     * @param gradientTolerance the largest absolute entry of the gradient at which a point counts as a minimum
     */
    Lbfgs(Objective objective, Preconditioner preconditioner, int maxIterations, double gradientTolerance) {
        this.objective = objective;
        this.preconditioner = preconditioner;
        this.maxIterations = maxIterations;
        this.gradientTolerance = gradientTolerance;
    }

    /** Minimises from {@code start}, which is not modified. */
    Result minimise(double[] start) {
        pairs.clear();
        double[] gradient = new double[start.length];
        LineSearch.Point current = new LineSearch.Point(start.clone(), objective.evaluate(start, gradient), gradient);
        for (int iteration = 0; iteration < maxIterations; iteration++) {
            if (maxNorm(current.gradient()) <= gradientTolerance) {
                return result(current, iteration, Stop.CONVERGED);
            }
            double[] direction = direction(current.gradient());
            Optional<LineSearch.Point> next = LineSearch.search(objective, current, direction, firstStep(direction));
            if (next.isEmpty()) {
                if (pairs.isEmpty()) {
                    return result(current, iteration, Stop.NO_PROGRESS);
                }
                pairs.clear(); // Stale curvature may be to blame: once more along the preconditioned gradient.
                continue;
            }
            remember(current, next.orElseThrow());
            current = next.orElseThrow();
        }
        boolean converged = maxNorm(current.gradient()) <= gradientTolerance;
        return result(current, maxIterations, converged ? Stop.CONVERGED : Stop.ITERATION_LIMIT);
    }

    private double[] direction(double[] gradient) {
        double[] direction = gradient.clone();
        double[] weights = new double[pairs.size()];
        int i = 0;
        for (Pair pair : pairs) {
            weights[i] = pair.inverseProduct() * dot(pair.step(), direction);
            addScaled(direction, -weights[i], pair.change());
            i++;
        }
        preconditioner.apply(direction);
        scale(direction, pairs.isEmpty() ? 1 : pairs.getFirst().scale());
        for (Iterator<Pair> oldestFirst = pairs.descendingIterator(); oldestFirst.hasNext(); ) {
            Pair pair = oldestFirst.next();
            i--;
            double back = pair.inverseProduct() * dot(pair.change(), direction);
            addScaled(direction, weights[i] - back, pair.step());
        }
        scale(direction, -1);
        return direction;
    }

    /** A Newton-like direction has length about one; a bare first gradient may be of any length. */
    private double firstStep(double[] direction) {
        if (!pairs.isEmpty() || preconditioner != Preconditioner.IDENTITY) {
            return 1;
        }
        return Math.min(1, 1 / Math.sqrt(dot(direction, direction)));
    }

    private void remember(LineSearch.Point from, LineSearch.Point to) {
        double[] step = difference(to.at(), from.at());
        double[] change = difference(to.gradient(), from.gradient());
        double product = dot(step, change);
        if (product <= 1e-14 * dot(step, step)) {
            return; // No usable curvature along this step; keeping it could lose positive definiteness.
        }
        double[] solved = change.clone();
        preconditioner.apply(solved);
        if (pairs.size() == MEMORY) {
            pairs.removeLast();
        }
        pairs.addFirst(new Pair(step, change, 1 / product, product / dot(change, solved)));
    }

    private static Result result(LineSearch.Point point, int iterations, Stop stop) {
        return new Result(point.at(), point.value(), maxNorm(point.gradient()), iterations, stop);
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    static double maxNorm(double[] vector) {
        double largest = 0;
        for (double entry : vector) {
            largest = Math.max(largest, Math.abs(entry));
        }
        return largest;
    }

    private static void addScaled(double[] target, double factor, double[] addend) {
        for (int i = 0; i < target.length; i++) {
            target[i] += factor * addend[i];
        }
    }

    private static void scale(double[] vector, double factor) {
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= factor;
        }
    }

    private static double[] difference(double[] a, double[] b) {
        double[] result = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            result[i] = a[i] - b[i];
        }
        return result;
    }
}
