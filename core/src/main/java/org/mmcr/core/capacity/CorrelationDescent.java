package org.mmcr.core.capacity;

/**
 * Finds the orthonormal directions whose removal leaves rows X (P, d) least correlated. It minimises half the sum over
 * pairs of {@code R_mn^2 / (R_mm R_nn)}, R = X (I - V'V) X', over matrices V (k, d) with orthonormal rows.
 *
 * <p>Gradient descent on the Stiefel manifold with Barzilai-Borwein steps, a QR retraction, and a nonmonotone line
 * search by halving (Wen and Yin 2013; Zhang and Hager 2004). With R = X X' - C'C and C = V X' the sum over pairs
 * expands into thin products and one product of the squared inner products with a vector, so no other P x P matrix is
 * formed. If almost nothing is left of a row, the expanded sum cancels, and the sum is computed directly.
 */
final class CorrelationDescent {
    private static final double SUFFICIENT = 1e-4;
    private static final int HALVINGS = 40;
    /**
     * Weight of earlier costs in the reference of the line search: Barzilai-Borwein steps sometimes increase the cost.
     */
    private static final double MEMORY = 0.85;
    /** Remaining fraction of a row below which the expanded sum loses too many digits. */
    private static final double CANCELS = 1e-3;

    private final CentreSpace centres;
    private final int size;

    CorrelationDescent(CentreSpace centres) {
        this.centres = centres;
        this.size = centres.size();
    }

    /**
     * Orthonormal directions.
     *
     * @param vectors V (k, d)
     * @param images C = V X' (k, P)
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Directions(double[] vectors, double[] images) {
        static final Directions NONE = new Directions(new double[0], new double[0]);
    }

    /** Directions with their cost and its gradient by C (k, P). */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Point(Directions at, double cost, double[] byImages) {}

    /**
     * Descends.
     *
     * @param start (k, d), independent rows
     * @param steps at most
     * @param converged relative change of the objective that ends the descent, three steps in a row
     */
    Directions minimise(double[] start, int steps, double converged) {
        Matrix orthonormal = rows(start.clone());
        Blas.orthonormalRows(orthonormal);
        Point now = at(orthonormal);
        double[] slope = slope(now);
        double step = 1e-2 / Math.max(1e-12, Doubles.length(slope));
        double reference = now.cost;
        double weight = 1;
        int still = 0;
        for (int i = 0; i < steps && still < 3; i++) {
            Point next = moved(now, slope, step, reference);
            double[] nextSlope = slope(next);
            still = Math.abs(now.cost - next.cost) < converged * now.cost ? still + 1 : 0;
            double[] s = minus(next.at.vectors, now.at.vectors, 1);
            double sy = Math.abs(Doubles.dot(s, minus(nextSlope, slope, 1), s.length));
            step = sy > 0 ? Doubles.dot(s, s, s.length) / sy : step;
            double kept = MEMORY * weight;
            weight = kept + 1;
            reference = (kept * reference + next.cost) / weight;
            now = next;
            slope = nextSlope;
        }
        return now.at;
    }

    private Point moved(Point from, double[] slope, double firstStep, double reference) {
        double fall = Doubles.dot(slope, slope, slope.length);
        double step = firstStep;
        for (int i = 0; i < HALVINGS; i++) {
            Matrix moved = rows(minus(from.at.vectors, slope, step));
            Blas.orthonormalAgain(moved);
            Point next = at(moved);
            if (next.cost <= reference - SUFFICIENT * step * fall) {
                return next;
            }
            step /= 2;
        }
        return from;
    }

    private Matrix rows(double[] vectors) {
        return new Matrix(vectors.length / centres.dimension(), centres.dimension(), vectors);
    }

    /**
     * Cost and gradient at orthonormal directions (k, d). With u_m = 1 / R_mm the cost is half the
     * sum of u_m s_m, s_m = sum_n R_mn^2 u_n, and the gradient by C is 2 (u^2 s C - u R (u C)).
     */
    private Point at(Matrix orthonormal) {
        Directions directions = new Directions(orthonormal.values(), centres.images(orthonormal.values()));
        double[] c = directions.images;
        double[] squares = new double[size];
        for (int from = 0; from < c.length; from += size) {
            for (int m = 0; m < size; m++) {
                squares[m] += c[from + m] * c[from + m];
            }
        }
        double[] u = new double[size];
        boolean cancels = false;
        for (int m = 0; m < size; m++) {
            double before = centres.diagonal(m);
            double left = before - squares[m];
            cancels |= left < CANCELS * before;
            // A centre inside the removed directions becomes zero.
            u[m] = 1 / Math.max(left, before * 1e-14 + 1e-300);
        }
        double[] sums = new double[size];
        double[] weighted = new double[c.length];
        if (cancels) {
            sumDirectly(c, u, sums, weighted);
        } else {
            sumExpanded(c, u, sums, weighted);
        }
        double cost = 0;
        double[] byImages = new double[c.length];
        for (int m = 0; m < size; m++) {
            cost += u[m] * sums[m] / 2;
        }
        for (int from = 0; from < c.length; from += size) {
            for (int m = 0; m < size; m++) {
                byImages[from + m] = 2 * u[m] * (u[m] * sums[m] * c[from + m] - weighted[from + m]);
            }
        }
        return new Point(directions, cost, byImages);
    }

    /** sum_n R_mn^2 u_n into {@code sums} (P), sum_n R_mn u_n c_n into {@code weighted} (k, P). */
    private void sumDirectly(double[] c, double[] u, double[] sums, double[] weighted) {
        Matrix scaled = timesColumns(c, u);
        centres.without(c, (first, rows) -> {
            for (int m = 0; m < rows.rows(); m++) {
                for (int n = 0; n < size; n++) {
                    double left = rows.values()[m * size + n];
                    sums[first + m] += left * left * u[n];
                }
            }
            double[] shares = Blas.productTransposed(scaled, rows).values();
            for (int k = 0; k < scaled.rows(); k++) {
                System.arraycopy(shares, k * rows.rows(), weighted, k * size + first, rows.rows());
            }
        });
    }

    /** C (k, P) with every column times its own factor. */
    private Matrix timesColumns(double[] c, double[] factors) {
        double[] scaled = new double[c.length];
        for (int from = 0; from < c.length; from += size) {
            for (int m = 0; m < size; m++) {
                scaled[from + m] = c[from + m] * factors[m];
            }
        }
        return new Matrix(c.length / size, size, scaled);
    }

    /** The same by the expanded sum. */
    private void sumExpanded(double[] c, double[] u, double[] sums, double[] weighted) {
        int count = c.length / size;
        Matrix images = new Matrix(count, size, c);
        Matrix scaled = timesColumns(c, u);
        double[] products = centres.imagesOfSums(scaled.values());
        double[] squares = centres.squaresTimes(u);
        double[] mixed = Blas.productTransposed(scaled, images).times(images).values();
        System.arraycopy(squares, 0, sums, 0, size);
        for (int k = 0; k < count; k++) {
            for (int m = 0; m < size; m++) {
                int i = k * size + m;
                sums[m] += c[i] * (mixed[i] - 2 * products[i]);
                weighted[i] = products[i] - mixed[i];
            }
        }
    }

    /** The gradient by V (k, d) in the tangent space: without the symmetric part of its inner products with V. */
    private double[] slope(Point point) {
        double[] slope = centres.sums(point.byImages);
        int width = centres.dimension();
        int count = slope.length / width;
        Matrix vectors = new Matrix(count, width, point.at.vectors);
        double[] inner =
                Blas.productTransposed(vectors, new Matrix(count, width, slope)).values();
        Matrix symmetric = Matrix.zeros(count, count);
        for (int k = 0; k < count; k++) {
            for (int l = 0; l < count; l++) {
                symmetric.values()[k * count + l] = (inner[k * count + l] + inner[l * count + k]) / 2;
            }
        }
        Blas.subtractProduct(new Matrix(count, width, slope), symmetric, vectors);
        return slope;
    }

    private static double[] minus(double[] a, double[] b, double weight) {
        double[] out = new double[a.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = a[i] - weight * b[i];
        }
        return out;
    }
}
