package org.mmcr.loss;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Rows of a matrix brought to length 1, whatever their scale.
 *
 * @param rows (R, D) unit rows; a row whose entries are all below the smallest normal number of its type counts as zero and
 *     stays zero
 * @param inverseLengths (R, 1) one over the length of the original row, 0 for a zero row
 */
record UnitRows(Tensor rows, Tensor inverseLengths) {
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
        T_TensorTensor_T range = torch.aminmax(lengths);
        double shortest = range.get0().item_double();
        double longest = range.get1().item_double();
        if (shortest > 1 / SAFE && longest < SAFE) {
            Tensor inverse = lengths.reciprocal();
            return new UnitRows(matrix.mul(inverse), inverse);
        }
        return careful(matrix, which, views);
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
        return new UnitRows(rows, inverse.div(divisor));
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
