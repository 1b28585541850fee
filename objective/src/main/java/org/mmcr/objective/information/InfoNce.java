package org.mmcr.objective.information;

import java.util.Arrays;
import java.util.Locale;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.JitteredSample;
import org.mmcr.core.quality.PairedViews;

/**
 * The InfoNCE lower bound of the mutual information of two views in nats (van den Oord et al. 2018), with the score
 * kappa times the cosine. It needs no densities and cannot exceed log N.
 *
 * @param value the bound
 * @param ceiling log N
 * @param kappa factor of the score (one over the temperature), chosen to maximise the bound
 */
@API(status = API.Status.STABLE)
public record InfoNce(Estimate value, double ceiling, double kappa) {
    /**
     * Computes the bound between the first two views of every sample by blocks: O(N^2 D) time, memory for one block.
     *
     * @param views (N, K, D) float32 or float64 unit rows, N and K at least 2, not modified
     */
    public static InfoNce of(Tensor views) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor rows = SpherePoints.views(views);
            Tensor first = rows.select(1, 0).contiguous();
            Tensor second = rows.select(1, 1).contiguous();
            int[] chosen = JitteredSample.of(Math.toIntExact(rows.size(0)), PairedViews.CHOOSING);
            Tensor some = torch.tensor(Arrays.stream(chosen).asLongStream().toArray());
            Tensor cosines = torch.matmul(
                    first.index_select(0, some), second.index_select(0, some).t());
            double kappa = PairedViews.bestKappa(one -> bound(cosines, one));
            Estimate value = Estimate.mean(terms(first, second, kappa));
            double ceiling = Math.log((double) rows.size(0));
            Estimate judged = ceiling - value.value() < PairedViews.NEAR_CEILING
                    ? value.warned(String.format(
                            Locale.ROOT, "near its ceiling log N = %.2f: the information may be far larger", ceiling))
                    : value;
            return new InfoNce(judged, ceiling, kappa);
        }
    }

    /** Returns the bound without log n, which does not depend on kappa. */
    private static double bound(Tensor cosines, double kappa) {
        try (PointerScope scope = new PointerScope()) {
            Tensor scores = cosines.mul(new Scalar(kappa));
            return scores.diagonal(0, 0, 1)
                    .sub(scores.logsumexp(new long[] {1}, false))
                    .mean()
                    .item_double();
        }
    }

    /** Returns for every sample the score of its own pair minus the log of the mean exponential score of all pairs. */
    private static double[] terms(Tensor first, Tensor second, double kappa) {
        long points = first.size(0);
        double[] terms = new double[Math.toIntExact(points)];
        long block = SpherePoints.blockRows(points);
        for (long start = 0; start < points; start += block) {
            try (PointerScope scope = new PointerScope()) {
                Tensor some = first.narrow(0, start, Math.min(block, points - start));
                Tensor scores = torch.matmul(some, second.t()).mul_(new Scalar(kappa));
                Tensor own = scores.diagonal(start, 0, 1);
                Tensor all = scores.logsumexp(new long[] {1}, false).sub(new Scalar(Math.log((double) points)));
                double[] found = SpherePoints.values(own.sub(all));
                System.arraycopy(found, 0, terms, Math.toIntExact(start), found.length);
            }
        }
        return terms;
    }
}
