package org.mmcr.objective.linalg;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Sums over the singular values of a matrix or a batch of them, and the values where they are known.
 *
 * @param values of every matrix in turn, each descending; empty when only the sums were computed
 * @param rank how many are not zero
 */
record SingularValues(List<Double> values, double nuclearNorm, double squaredNorm, long rank, double effectiveRank) {
    /** (..., m) ascending, on any device. */
    static SingularValues of(Tensor ascending) {
        double[] values = TensorArrays.of(ascending.flip(-1));
        double sum = Arrays.stream(values).sum();
        return new SingularValues(
                Arrays.stream(values).boxed().toList(),
                sum,
                Arrays.stream(values).map(value -> value * value).sum(),
                Arrays.stream(values).filter(value -> value > 0).count(),
                effectiveRank(Arrays.stream(values), sum));
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

    /** See {@link PolarFactor#effectiveRank}. */
    static double effectiveRank(DoubleStream values, double sum) {
        if (sum == 0) {
            return 0;
        }
        double entropy = values.map(value -> value / sum)
                .map(share -> share > 0 ? -share * Math.log(share) : 0)
                .sum();
        return Math.exp(entropy);
    }
}
