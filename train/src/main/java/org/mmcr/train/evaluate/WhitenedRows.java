package org.mmcr.train.evaluate;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Features whitened with their own mean and covariance, without labels: {@code x -> (x - m) V (L + e mean(L))^(-1/2)}
 * with the ridge e fixed, and mean(L) over the directions that
 * the rows span. {@link Whitened} chooses the ridge by labels.
 */
public final class WhitenedRows {
    /** The ridge in units of the mean variance, in the middle of those that {@link Whitened} tries. */
    private static final double RIDGE = 0.1;

    private WhitenedRows() {}

    /**
     * Returns whitened rows, float32 (N, rank); the caller closes them. Equal rows become zeros.
     *
     * @param features float32 (N, F), finite, N at least 1, not modified
     */
    public static Tensor of(Tensor features) {
        try (PrincipalAxes axes = Whitened.axes(features)) {
            double[] variances = axes.variances();
            // Of the directions that the rows span: of few rows in many features, noise would be amplified otherwise.
            double mean = Arrays.stream(variances).average().orElse(0);
            Tensor rows = axes.rotate(features);
            try (PointerScope scope = new PointerScope()) {
                rows.mul_(Tensor.create(Whitened.factors(variances, RIDGE * mean))
                        .to(ScalarType.Float)
                        .unsqueeze(0));
            }
            return rows;
        }
    }
}
