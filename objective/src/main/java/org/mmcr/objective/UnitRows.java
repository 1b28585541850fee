package org.mmcr.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.objective.linalg.TensorArrays;

/**
 * The rows of a matrix (R, D) normalised to length 1, at any scale. A row whose entries are all below the smallest
 * normal number of its type counts as zero and stays zero. The unit rows are {@code matrix} times {@code scale}; most
 * users do not need that product as a tensor.
 *
 * @param matrix (R, D) the original rows, or the unit rows themselves where the original ones are far from 1
 * @param scale (R, 1) factors that normalise the rows of {@code matrix}
 * @param inverseLengths (R, 1) one over the length of the original row, 0 for a zero row
 */
record UnitRows(Tensor matrix, Tensor scale, Tensor inverseLengths) {
    /** Rows with lengths in 1/SAFE..SAFE are squared in float32 without overflow or underflow. */
    private static final double SAFE = 1e15;

    /**
     * Normalises every row.
     *
     * @param which names the rows in an error, for instance "embeddings"
     * @param views rows per sample, for the error only
     * @throws NonFiniteEmbeddingException if an entry is NaN or infinite
     */
    static UnitRows of(Tensor any, String which, int views) {
        Tensor matrix = any.contiguous();
        Tensor lengths = lengths(matrix);
        if (areSafe(TensorArrays.of(lengths))) {
            Tensor inverse = lengths.reciprocal();
            return new UnitRows(matrix, inverse, inverse);
        }
        return careful(matrix, which, views);
    }

    private static boolean areSafe(double[] lengths) {
        for (double length : lengths) {
            if (!(length > 1 / SAFE && length < SAFE)) {
                return false;
            }
        }
        return true;
    }

    /** Divides by the largest entry first, so that nothing overflows, after a check for non-finite input. */
    private static UnitRows careful(Tensor matrix, String which, int views) {
        NonFiniteEmbeddingException.check(matrix, which, views);
        Tensor largest = matrix.abs().amax(new long[] {1}, true);
        Tensor present = largest.ge(new Scalar(smallestNormal(matrix)));
        Tensor divisor = torch.where(present, largest, new Scalar(1));
        Tensor scaled = matrix.div(divisor);
        Tensor inverse = torch.where(present, lengths(scaled).reciprocal(), new Scalar(0));
        Tensor rows = torch.where(present, scaled.mul(inverse), new Scalar(0));
        return new UnitRows(rows, torch.ones_like(inverse), inverse.div(divisor));
    }

    /** Returns the unit rows (R, D). */
    Tensor rows() {
        return matrix.mul(scale);
    }

    /** Returns the mean of every {@code views} successive unit rows, (R / views, D); opposite rows cancel exactly. */
    Tensor means(int views) {
        long groups = matrix.size(0) / views;
        Tensor rows = matrix.view(groups, views, matrix.size(1));
        Tensor factors = scale.mul(new Scalar(1.0 / views)).view(groups, views, 1);
        Tensor sum = rows.select(1, 0).mul(factors.select(1, 0));
        for (int view = 1; view < views; view++) {
            // A fused multiply-add would round differently, and opposite rows would not cancel exactly.
            try (Tensor row = rows.select(1, view).mul(factors.select(1, view))) {
                sum.add_(row);
            }
        }
        return sum;
    }

    /**
     * Returns the gradient with respect to the original rows.
     *
     * @param upstream (R / K, 1 or K, D) the gradient with respect to the unit rows, divided by {@code factor}
     */
    RowGradient backward(Tensor upstream, double factor) {
        Tensor radial = radial(upstream);
        Tensor lengths = grouped(inverseLengths.mul(new Scalar(factor)), upstream);
        Tensor gradient = torch.addcmul(
                        upstream, grouped(matrix, upstream), radial.mul(grouped(scale, upstream)), new Scalar(-1))
                .mul_(lengths)
                .view(matrix.size(0), matrix.size(1));
        return rowGradient(gradient, upstream, radial);
    }

    /** upstream (R / K, 1 or K, D) -> (R / K, K, 1): its inner product with each unit row. */
    private Tensor radial(Tensor upstream) {
        // Closed at once, so that the next tensor reuses its memory while it is in the cache.
        try (Tensor products = grouped(matrix, upstream).mul(upstream)) {
            return products.sum(-1).unsqueeze(-1).mul_(grouped(scale, upstream));
        }
    }

    private static RowGradient rowGradient(Tensor gradient, Tensor upstream, Tensor radial) {
        double[] lengths = TensorArrays.of(
                torch.linalg_vector_norm(upstream, new Scalar(2), new long[] {-1}, true, new ScalarTypeOptional()));
        double[] parts = TensorArrays.of(radial);
        int rowsPerUpstream = parts.length / lengths.length;
        double all = 0;
        double tangential = 0;
        for (int row = 0; row < parts.length; row++) {
            double squared = lengths[row / rowsPerUpstream] * lengths[row / rowsPerUpstream];
            all = Math.max(all, squared);
            tangential = Math.max(tangential, squared - parts[row] * parts[row]);
        }
        return RowGradient.of(gradient, all, tangential);
    }

    private static Tensor grouped(Tensor rows, Tensor upstream) {
        return rows.view(upstream.size(0), -1, rows.size(1));
    }

    private static Tensor lengths(Tensor matrix) {
        return torch.linalg_vector_norm(matrix, new Scalar(2), new long[] {1}, true, new ScalarTypeOptional());
    }

    private static double smallestNormal(Tensor matrix) {
        return matrix.scalar_type().intern() == ScalarType.Float ? Float.MIN_NORMAL : Double.MIN_NORMAL;
    }

    /**
     * The gradient with respect to the original rows: the tangential part of the upstream gradient, which is
     * perpendicular to the unit row, divided by the length of the original row.
     *
     * @param gradient (R, D)
     * @param largestTangential length of the longest tangential part divided by that of the longest upstream gradient;
     *     1 if all upstream gradients are zero
     */
    record RowGradient(Tensor gradient, double largestTangential) {
        /** Arguments: the largest squared length of an upstream gradient, and of a tangential part. */
        static RowGradient of(Tensor gradient, double squaredUpstream, double squaredTangential) {
            return new RowGradient(
                    gradient, squaredUpstream == 0 ? 1 : Math.sqrt(Math.max(0, squaredTangential) / squaredUpstream));
        }
    }
}
