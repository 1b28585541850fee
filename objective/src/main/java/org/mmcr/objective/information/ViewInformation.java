package org.mmcr.objective.information;

import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Estimates of the mutual information between the views of a sample: the bound {@code I(Z1; Z2) >= E[log q(Z1 | Z2)] +
 * H(Z1)} of Isik et al. 2023 (eq. 4), its two terms, and InfoNCE as an independent second bound. All in nats.
 *
 * @param samples number of samples used: all, or a random choice of {@value #MOST}
 * @param geometry alignment and uniformity
 * @param entropy H of the first views
 * @param entropyMax log area of the sphere: the entropy of uniform embeddings
 * @param reconstruction the first term, with a von Mises-Fisher decoder
 * @param infoNce the second bound
 */
@API(status = API.Status.STABLE)
public record ViewInformation(
        long samples,
        AlignmentUniformity geometry,
        Estimate entropy,
        double entropyMax,
        Reconstruction reconstruction,
        InfoNce infoNce) {
    /** Largest number of samples used, because the work grows with its square. */
    public static final int MOST = 10_000;

    /**
     * Computes everything.
     *
     * @param views (N, K, D) float32 or float64 unit rows, N at least {@value SphereEntropy#FEWEST}, K and D at least
     *     2, not modified
     * @param seed seed of the choice of samples and of the fits' starts
     */
    public static ViewInformation of(Tensor views, long seed) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor some = SphereInformation.some(SpherePoints.views(views), seed);
            return new ViewInformation(
                    some.size(0),
                    AlignmentUniformity.of(some),
                    SphereEntropy.of(some.select(1, 0), seed),
                    new UnitSphere(Math.toIntExact(some.size(2))).logArea(),
                    Reconstruction.of(some),
                    InfoNce.of(some));
        }
    }

    /** Returns reconstruction plus entropy. */
    public Estimate miLowerBound() {
        return reconstruction.value().plus(entropy);
    }
}
