package org.mmcr.objective.linalg;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The singular values of a matrix or of a batch of matrices, and sums over them.
 *
 * @param values of every matrix in turn, each descending; those that are numerically zero are 0
 * @param nuclearNorm their sum
 * @param squaredNorm the sum of their squares
 * @param rank how many are not zero
 * @param effectiveRank exp of the entropy of the values divided by their sum (Roy and Vetterli 2007); 0 when all are
 *     zero
 */
public record SingularValues(
        List<Double> values, double nuclearNorm, double squaredNorm, long rank, double effectiveRank) {

    /** ascending: (..., m) float32 or float64, on any device. */
    static SingularValues of(Tensor ascending) {
        return of(TensorArrays.of(ascending), Math.toIntExact(ascending.size(-1)));
    }

    /** ascending: those of every matrix in turn, {@code side} of each. */
    static SingularValues of(double[] ascending, int side) {
        double[] values = new double[ascending.length];
        Arrays.setAll(values, i -> ascending[i - i % side + side - 1 - i % side]);
        double sum = Arrays.stream(values).sum();
        return new SingularValues(
                Arrays.stream(values).boxed().toList(),
                sum,
                Arrays.stream(values).map(value -> value * value).sum(),
                Arrays.stream(values).filter(value -> value > 0).count(),
                effectiveRank(values, sum));
    }

    private static double effectiveRank(double[] values, double sum) {
        if (sum == 0) {
            return 0;
        }
        double entropy = Arrays.stream(values)
                .map(value -> value / sum)
                .map(fraction -> fraction > 0 ? -fraction * Math.log(fraction) : 0)
                .sum();
        return Math.exp(entropy);
    }

    /** Those of the matrix times {@code factor}, which is positive. */
    SingularValues times(double factor) {
        return new SingularValues(
                values.stream().map(value -> value * factor).toList(),
                nuclearNorm * factor,
                squaredNorm * factor * factor,
                rank,
                effectiveRank);
    }
}
