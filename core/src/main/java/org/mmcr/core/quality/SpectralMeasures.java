package org.mmcr.core.quality;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.Spectrum;
import org.mmcr.core.theory.MmcrBounds;

/**
 * Measures of embeddings by their singular values, O(M D min(M, D)) for M rows of D numbers.
 *
 * <p>Sources: RankMe, Garrido et al. 2023, eq. 1; NESum, He and Ozay 2022; LiDAR, Thilak et al. 2024, eqs. 1 to 4;
 * effective rank, Roy and Vetterli 2007; percent error, Isik et al. 2023. {@link PowerLaw} is alpha-ReQ.
 */
@API(status = API.Status.STABLE)
public final class SpectralMeasures {
    /** Added to each fraction before its logarithm, as published. */
    private static final double EPSILON = 1e-7;
    /** Added to the diagonal of LiDAR's covariance within pictures, as published. */
    static final double RIDGE = 1e-4;
    /** Mean squared distance from the first row, relative to the mean square, of rows that are taken for equal. */
    private static final double EQUAL = 1e-26;

    private SpectralMeasures() {}

    /**
     * Returns RankMe: {@code exp(-sum p log p)} with {@code p = s / sum(s) + 1e-7} over the min(M, D) singular values
     * s.
     *
     * @param rows (M, D) of any scale, not centred, not modified
     * @return empty if all rows are zero
     */
    public static OptionalDouble rankMe(Matrix rows) {
        requireFeasible(rows);
        return rankMe(scaled(rows).singularValues());
    }

    /**
     * Returns NESum: the sum of the covariance's eigenvalues divided by the largest.
     *
     * @param rows (M, D), not modified
     * @return empty if all rows are equal
     */
    public static OptionalDouble nesum(Matrix rows) {
        return nesum(covarianceEigenvalues(rows));
    }

    /**
     * Returns LiDAR: the effective rank, with {@code p = l / sum(l) + 1e-7}, of {@code W^-1/2 B W^-1/2}. B is the
     * covariance of the pictures' mean embeddings, W that of the views about them, with 1e-4 added to its diagonal. It
     * depends on the scale of the embeddings where their variance within pictures is not far above 1e-4.
     *
     * @return empty with one view of each picture, if all pictures have the same mean, or if W is singular to rounding
     */
    public static OptionalDouble lidar(EmbeddedViews embeddings) {
        if (embeddings.views() < 2) {
            return OptionalDouble.empty();
        }
        requireFeasible(embeddings.rows());
        if (allEqual(embeddings.centroids())) {
            return OptionalDouble.empty();
        }
        int missing = Math.max(0, embeddings.dimension() - embeddings.rows().rows());
        return missing == 0
                ? lidar(embeddings, 0)
                : lidar(new EmbeddedViews(embeddings.rows().copy().lowerFactor(), embeddings.views()), missing);
    }

    /**
     * Returns LiDAR of rows in coordinates of the space that they span.
     *
     * @param missing number of further dimensions, in which all rows are zero
     */
    private static OptionalDouble lidar(EmbeddedViews embeddings, int missing) {
        Matrix centres = embeddings.centroids();
        Matrix within = residuals(embeddings, centres);
        // Large numbers would overflow when squared; B and W change by one factor, which the ridge follows.
        double unit = Math.max(1, largest(embeddings.rows()));
        subtract(centres, mean(centres));
        Matrix between = covariance(centres, unit, embeddings.pictures());
        Matrix inside = covariance(within, unit, embeddings.rows().rows());
        for (int d = 0; d < embeddings.dimension(); d++) {
            inside.values()[d * (embeddings.dimension() + 1)] += RIDGE / unit / unit;
        }
        if (Arrays.stream(between.values()).allMatch(value -> value == 0)) {
            return OptionalDouble.empty(); // squares that are below the smallest number
        }
        try {
            return entropyRank(Arrays.copyOf(between.eigenvalues(inside), embeddings.dimension() + missing));
        } catch (MmcrException e) {
            return OptionalDouble.empty(); // the ridge is below the rounding of W, which is not positive definite then
        }
    }

    /**
     * Returns the effective rank: {@code exp(-sum p log p)} with {@code p = s / sum(s)} over the singular values.
     *
     * @param rows (M, D) of any scale, not centred, not modified
     * @return empty if all rows are zero
     */
    public static OptionalDouble effectiveRank(Matrix rows) {
        requireFeasible(rows);
        return effectiveRank(scaled(rows).singularValues());
    }

    /**
     * Returns the percent error of the bound, a fraction: what the nuclear norm of the centroids of unit views misses
     * of its upper bound.
     *
     * @throws MmcrException if a row is zero, which has no direction
     */
    public static double percentError(EmbeddedViews embeddings) {
        requireFeasible(embeddings.rows());
        embeddings.firstZeroRow().ifPresent(row -> {
            throw new MmcrException("expected rows with a direction, found only zeros in row " + row
                    + "; remove the picture or embed it again");
        });
        Matrix centroids = embeddings.unit().centroids();
        return percentError(centroids.singularValues(), centroids.rows(), centroids.columns());
    }

    /**
     * Returns all eigenvalues of the covariance (D, D) of the rows, descending; min(M, D) of them, none below 0. All
     * are 0 if the rows are equal.
     *
     * @param rows (M, D) of any scale, not modified
     */
    public static double[] covarianceEigenvalues(Matrix rows) {
        requireFeasible(rows);
        double unit = largest(rows);
        if (unit == 0 || allEqual(rows)) {
            return new double[Math.min(rows.rows(), rows.columns())];
        }
        Matrix centred = scaled(rows);
        subtract(centred, mean(centred));
        double[] eigenvalues = gramEigenvalues(centred);
        double factor = unit / Math.max(1, rows.rows() - 1) * unit;
        return Arrays.stream(eigenvalues).map(value -> value * factor).toArray();
    }

    /** Percent error by the singular values of the centroids (N, D) of unit views. */
    static double percentError(double[] singularValues, int centroids, int dimension) {
        return MmcrBounds.percentError(Arrays.stream(singularValues).sum(), centroids, dimension);
    }

    static OptionalDouble rankMe(double[] singularValues) {
        return entropyRank(singularValues);
    }

    static OptionalDouble nesum(double[] eigenvalues) {
        double largest = eigenvalues[0];
        return largest == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Arrays.stream(eigenvalues).sum() / largest);
    }

    static OptionalDouble effectiveRank(double[] singularValues) {
        double sum = Arrays.stream(singularValues).sum();
        if (sum == 0) {
            return OptionalDouble.empty();
        }
        double entropy = 0;
        for (double value : singularValues) {
            double p = value / sum;
            entropy -= p > 0 ? p * Math.log(p) : 0;
        }
        return OptionalDouble.of(Math.exp(entropy));
    }

    private static OptionalDouble entropyRank(double[] values) {
        double sum = Arrays.stream(values).map(value -> Math.max(0, value)).sum();
        if (sum == 0) {
            return OptionalDouble.empty();
        }
        double entropy = 0;
        for (double value : values) {
            double p = Math.max(0, value) / sum + EPSILON;
            entropy -= p * Math.log(p);
        }
        return OptionalDouble.of(Math.exp(entropy));
    }

    /**
     * Returns the squared singular values of rows (M, D), descending, from the smaller Gram matrix: faster than {@link
     * Matrix#singularValues}, and less accurate in the small ones.
     */
    static double[] gramEigenvalues(Matrix rows) {
        double[] rising = rows.rows() < rows.columns()
                ? rows.products().eigenvalues()
                : rows.lowerProductsOfColumns().eigenvalues();
        double[] falling = new double[rising.length];
        for (int i = 0; i < rising.length; i++) {
            falling[i] = Math.max(0, rising[rising.length - 1 - i]);
        }
        return falling;
    }

    /** Covariance (D, D), lower triangle, of centred rows divided by {@code unit}. */
    private static Matrix covariance(Matrix centred, double unit, int count) {
        Matrix scaled = Matrix.zeros(centred.rows(), centred.columns());
        double factor = 1 / (unit * Math.sqrt(count));
        Arrays.setAll(scaled.values(), i -> centred.values()[i] * factor);
        return scaled.lowerProductsOfColumns();
    }

    private static Matrix residuals(EmbeddedViews embeddings, Matrix centres) {
        Matrix residuals = Matrix.zeros(embeddings.rows().rows(), embeddings.dimension());
        int dimension = embeddings.dimension();
        for (int i = 0; i < residuals.values().length; i++) {
            int picture = i / dimension / embeddings.views();
            residuals.values()[i] =
                    embeddings.rows().values()[i] - centres.values()[picture * dimension + i % dimension];
        }
        return residuals;
    }

    /** Whether rows differ by rounding only: from the first one, because the mean of many rows is itself rounded. */
    static boolean allEqual(Matrix rows) {
        Matrix apart = scaled(rows);
        double square =
                Arrays.stream(apart.values()).map(value -> value * value).sum();
        subtract(apart, Arrays.copyOf(apart.values(), apart.columns()));
        double distance =
                Arrays.stream(apart.values()).map(value -> value * value).sum();
        return distance <= EQUAL * square;
    }

    /** A copy with a largest entry of 1; zeros stay zeros. */
    static Matrix scaled(Matrix rows) {
        double unit = largest(rows);
        Matrix copy = Matrix.zeros(rows.rows(), rows.columns());
        Arrays.setAll(copy.values(), i -> unit == 0 ? 0 : rows.values()[i] / unit);
        return copy;
    }

    private static double largest(Matrix rows) {
        double largest = 0;
        for (double value : rows.values()) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static double[] mean(Matrix rows) {
        double[] mean = new double[rows.columns()];
        for (int i = 0; i < rows.values().length; i++) {
            mean[i % mean.length] += rows.values()[i] / rows.rows();
        }
        return mean;
    }

    private static void subtract(Matrix rows, double[] row) {
        for (int i = 0; i < rows.values().length; i++) {
            rows.values()[i] -= row[i % row.length];
        }
    }

    private static void requireFeasible(Matrix rows) {
        Spectrum.requireFeasible(rows.rows(), rows.columns());
    }
}
