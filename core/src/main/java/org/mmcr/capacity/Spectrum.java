package org.mmcr.capacity;

import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * How many directions all points together spread over.
 *
 * @param participationRatio (sum of the covariance's eigenvalues)^2 / sum of their squares, the smallest left out as in the
 *     published analysis
 * @param explainedVarianceDimension directions that come before the one at which the explained share of the variance is nearest
 *     to 90 %, as in the published analysis
 */
@API(status = API.Status.STABLE)
public record Spectrum(double participationRatio, int explainedVarianceDimension) {
    private static final double EXPLAINED = 0.9;

    /**
     * From inner products of all centred points, either way round.
     *
     * @param products (n, n) float64: X X' or X' X of the points X (M, N)
     */
    public static Spectrum of(Tensor products) {
        try (PointerScope scope = new PointerScope()) {
            double[] all = Doubles.of(
                    torch.linalg_eigvalsh(products).clamp_min(new Scalar(0)).flip(0));
            int count = Math.max(1, all.length - 1);
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < count; i++) {
                sum += all[i];
                squares += all[i] * all[i];
            }
            return new Spectrum(squares == 0 ? 0 : sum * sum / squares, explained(all, count, sum));
        }
    }

    private static int explained(double[] variances, int count, double total) {
        double sum = 0;
        int nearest = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            sum += variances[i];
            double apart = Math.abs(sum / total - EXPLAINED);
            if (apart < least) {
                least = apart;
                nearest = i;
            }
        }
        return nearest;
    }
}
