package org.mmcr.objective.information;

import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The reconstruction term of the information bound, {@code E[log q(z1 | z2)]}: how well one view predicts another,
 * with a von Mises-Fisher decoder q around the given view (Galvez et al. 2023; Isik et al. 2023, eq. 4). In nats, with
 * respect to the sphere's area; it is unbounded as the views of a sample approach one another.
 *
 * @param value the term, over all ordered pairs of views of a sample
 * @param kappa the decoder's concentration, mean over the two halves
 */
@API(status = API.Status.STABLE)
public record Reconstruction(Estimate value, double kappa) {

    /**
     * Estimates the term. The concentration is fitted by maximum likelihood on every other sample and applied to the
     * rest, so no pair is scored with a concentration that was fitted on it.
     *
     * @param views (N, K, D) float32 or float64 unit rows, N at least 4, K at least 2, not modified
     */
    public static Reconstruction of(Tensor views) {
        double[] cosines = cosines(views);
        int dimension = Math.toIntExact(views.size(2));
        VonMisesFisher even = VonMisesFisher.fit(dimension, mean(cosines, 0));
        VonMisesFisher odd = VonMisesFisher.fit(dimension, mean(cosines, 1));
        double evenPeak = even.logPeak();
        double oddPeak = odd.logPeak();
        double[] terms = new double[cosines.length];
        for (int i = 0; i < terms.length; i++) {
            double gap = 1 - cosines[i];
            terms[i] = i % 2 == 0 ? oddPeak - odd.kappa() * gap : evenPeak - even.kappa() * gap;
        }
        return new Reconstruction(Estimate.mean(terms), (even.kappa() + odd.kappa()) / 2);
    }

    /**
     * Returns the mean cosine of each sample's pairs of different views: {@code (|sum of its K views|^2 - K) / (K (K -
     * 1))}.
     */
    static double[] cosines(Tensor views) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor rows = SpherePoints.views(views);
            long k = rows.size(1);
            Tensor squares = rows.sum(1).square().sum(1);
            return SpherePoints.values(squares.sub(new Scalar(k)).div(new Scalar((double) k * (k - 1))));
        }
    }

    /** Returns the mean of every other value. */
    private static double mean(double[] values, int from) {
        double sum = 0;
        int count = 0;
        for (int i = from; i < values.length; i += 2) {
            sum += Math.min(1, values[i]);
            count++;
        }
        return sum / count;
    }
}
