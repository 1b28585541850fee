package org.mmcr.objective.information;

import java.util.Arrays;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Alignment and uniformity of Wang and Isola (2020), with their usual exponents: alpha = 2 and t = 2.
 *
 * @param alignment mean squared distance between two views of a sample, 0 (they coincide) .. 4
 * @param uniformity log of the mean of {@code exp(-2 |x - y|^2)} over pairs of different samples' first views; 0 when
 *     all points coincide, the lower the more evenly they spread
 */
@API(status = API.Status.STABLE)
public record AlignmentUniformity(double alignment, double uniformity) {
    private static final double T = 2;

    /**
     * Computes both; O(N^2 D) time, memory for one block.
     *
     * @param views (N, K, D) float32 or float64 unit rows, N and K at least 2, not modified
     */
    public static AlignmentUniformity of(Tensor views) {
        double cosine = Arrays.stream(Reconstruction.cosines(views)).average().orElseThrow();
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor first = SpherePoints.views(views).select(1, 0).contiguous();
            return new AlignmentUniformity(Math.max(0, 2 - 2 * cosine), uniformity(first));
        }
    }

    /** (N, D) float64 unit rows; |x - y|^2 = 2 - 2 cos. Pairs of a point with itself are left out. */
    static double uniformity(Tensor rows) {
        long points = rows.size(0);
        long block = SpherePoints.blockRows(points);
        double sum = 0;
        for (long start = 0; start < points; start += block) {
            try (PointerScope scope = new PointerScope()) {
                Tensor some = rows.narrow(0, start, Math.min(block, points - start));
                Tensor kernel = torch.matmul(some, rows.t())
                        .sub_(new Scalar(1))
                        .mul_(new Scalar(2 * T))
                        .exp_();
                kernel.diagonal(start, 0, 1).fill_(new Scalar(0));
                sum += kernel.sum().item_double();
            }
        }
        return Math.log(sum / ((double) points * (points - 1)));
    }
}
