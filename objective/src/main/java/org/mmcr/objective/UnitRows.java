package org.mmcr.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.objective.linalg.TensorArrays;

/**
 * Rows of a matrix (R, D) brought to length 1, whatever their scale. A row whose entries are all below the smallest normal
 * number of its type counts as zero and stays zero. The unit rows are {@code matrix} times {@code scale}; they are seldom worth
 * a pass of their own.
 *
 * @param matrix (R, D) the original rows, or the unit rows themselves where the original ones are far from 1
 * @param scale (R, 1) what brings the rows of {@code matrix} to length 1
 * @param inverseLengths (R, 1) one over the length of the original row, 0 for a zero row
 */
record UnitRows(Tensor matrix, Tensor scale, Tensor inverseLengths) {
    /** Lengths in 1/SAFE..SAFE are far from where the squares of float32 entries overflow or vanish. */
    private static final double SAFE = 1e15;

    /**
     * Normalises every row.
     *
     * @param which names the rows in an error, for instance "embeddings"
     * @param views rows per sample, for the error only
     * @throws NonFiniteEmbeddingException when an entry is NaN or infinite
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

    /** Divides by the largest entry first, so that nothing overflows; tells overflow from bad input. */
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

    /** (R, D). */
    Tensor rows() {
        return matrix.mul(scale);
    }

    /** (R / views, D): the mean of every {@code views} successive unit rows; opposite rows cancel to the last bit. */
    Tensor means(int views) {
        long groups = matrix.size(0) / views;
        Tensor rows = matrix.view(groups, views, matrix.size(1));
        Tensor factors = scale.mul(new Scalar(1.0 / views)).view(groups, views, 1);
        Tensor sum = rows.select(1, 0).mul(factors.select(1, 0));
        for (int view = 1; view < views; view++) {
            // Not fused, so that opposite rows cancel to the last bit.
            try (Tensor row = rows.select(1, view).mul(factors.select(1, view))) {
                sum.add_(row);
            }
        }
        return sum;
    }

    /** pull (R / K, 1 or K, D): a gradient with respect to the unit rows, over {@code factor}. */
    Tangent across(Tensor pull, double factor) {
        Tensor along = along(pull);
        Tensor lengths = grouped(inverseLengths.mul(new Scalar(factor)), pull);
        Tensor gradient = torch.addcmul(pull, grouped(matrix, pull), along.mul(grouped(scale, pull)), new Scalar(-1))
                .mul_(lengths)
                .view(matrix.size(0), matrix.size(1));
        return tangent(gradient, pull, along);
    }

    /** pull (R / K, 1 or K, D) -> (R / K, K, 1): how far it goes along each unit row. */
    private Tensor along(Tensor pull) {
        // Closed at once, so that what follows finds its memory in the cache.
        try (Tensor products = grouped(matrix, pull).mul(pull)) {
            return products.sum(-1).unsqueeze(-1).mul_(grouped(scale, pull));
        }
    }

    private static Tangent tangent(Tensor gradient, Tensor pull, Tensor along) {
        double[] lengths = TensorArrays.of(
                torch.linalg_vector_norm(pull, new Scalar(2), new long[] {-1}, true, new ScalarTypeOptional()));
        double[] parts = TensorArrays.of(along);
        int rowsPerPull = parts.length / lengths.length;
        double all = 0;
        double across = 0;
        for (int row = 0; row < parts.length; row++) {
            double squared = lengths[row / rowsPerPull] * lengths[row / rowsPerPull];
            all = Math.max(all, squared);
            across = Math.max(across, squared - parts[row] * parts[row]);
        }
        return Tangent.of(gradient, all, across);
    }

    private static Tensor grouped(Tensor rows, Tensor pull) {
        return rows.view(pull.size(0), -1, rows.size(1));
    }

    private static Tensor lengths(Tensor matrix) {
        return torch.linalg_vector_norm(matrix, new Scalar(2), new long[] {1}, true, new ScalarTypeOptional());
    }

    private static double smallestNormal(Tensor matrix) {
        return matrix.scalar_type().intern() == ScalarType.Float ? Float.MIN_NORMAL : Double.MIN_NORMAL;
    }

    /**
     * A gradient with respect to the original rows: the part of the one with respect to the unit rows that lies across each of
     * them, over the length of the original row.
     *
     * @param gradient (R, D)
     * @param largest the longest part across a unit row relative to the longest pull; 1 where there is no pull
     */
    record Tangent(Tensor gradient, double largest) {
        /** squaredPull, squaredAcross: the largest ones. */
        static Tangent of(Tensor gradient, double squaredPull, double squaredAcross) {
            return new Tangent(gradient, squaredPull == 0 ? 1 : Math.sqrt(Math.max(0, squaredAcross) / squaredPull));
        }
    }
}
