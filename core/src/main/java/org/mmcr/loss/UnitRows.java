package org.mmcr.loss;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.linalg.Numbers;

/**
 * Rows of a matrix brought to length 1, whatever their scale; a row whose entries are all below the smallest normal number of
 * its type counts as zero and stays zero. The unit rows are {@code matrix} times {@code scale}, and seldom worth a pass of
 * their own.
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
     * @param views rows per datum, for the error only
     * @throws NonFiniteEmbeddingException when an entry is NaN or infinite
     */
    static UnitRows of(Tensor matrix, String which, int views) {
        Tensor lengths = lengths(matrix);
        if (areSafe(Numbers.of(lengths))) {
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
        Tensor largest = matrix.abs().amax(new long[] {1}, true);
        Tensor finite = torch.isfinite(largest);
        if (!finite.all().item_bool()) {
            throw new NonFiniteEmbeddingException(which, firstFalse(finite), views);
        }
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

    /** (R / views, D): the mean of every {@code views} successive unit rows. */
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

    /** pull (R / K, 1 or K, D) -> (R / K, K, 1): how far it goes along each unit row. */
    Tensor along(Tensor pull) {
        // Closed at once, so that what follows finds its memory in the cache.
        try (Tensor products = grouped(matrix, pull).mul(pull)) {
            return products.sum(-1).unsqueeze(-1).mul_(grouped(scale, pull));
        }
    }

    /**
     * pull (R / K, 1 or K, D) and {@link #along} -> (R, D): the part across each unit row, times {@code factor}, over the
     * length of the original row. A gradient with respect to the unit rows becomes one with respect to the original ones.
     */
    Tensor across(Tensor pull, Tensor along, double factor) {
        Tensor lengths = grouped(inverseLengths.mul(new Scalar(factor)), pull);
        return torch.addcmul(pull, grouped(matrix, pull), along.mul(grouped(scale, pull)), new Scalar(-1))
                .mul_(lengths)
                .view(matrix.size(0), matrix.size(1));
    }

    private static Tensor grouped(Tensor rows, Tensor pull) {
        return rows.view(pull.size(0), -1, rows.size(1));
    }

    private static Tensor lengths(Tensor matrix) {
        return torch.linalg_vector_norm(matrix, new Scalar(2), new long[] {1}, true, new ScalarTypeOptional());
    }

    private static long firstFalse(Tensor flags) {
        return flags.logical_not().to(ScalarType.Byte).flatten().argmax().item_long();
    }

    private static double smallestNormal(Tensor matrix) {
        return matrix.scalar_type().intern() == ScalarType.Float ? Float.MIN_NORMAL : Double.MIN_NORMAL;
    }
}
