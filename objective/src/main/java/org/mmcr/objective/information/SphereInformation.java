package org.mmcr.objective.information;

import java.util.random.RandomGeneratorFactory;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Uniformity and entropy of points on the sphere: what is known of embeddings of one view per sample. In nats.
 *
 * @param samples number of samples used: all, or a random choice of {@value ViewInformation#MOST}
 * @param uniformity as in {@link AlignmentUniformity}
 * @param entropy of the points, see {@link SphereEntropy}
 * @param entropyMax log area of the sphere: the entropy of uniform embeddings
 */
@API(status = API.Status.STABLE)
public record SphereInformation(long samples, double uniformity, Estimate entropy, double entropyMax) {
    /**
     * Computes everything; O(N^2 D) time.
     *
     * @param points (N, D) float32 or float64 unit rows, N at least {@value SphereEntropy#FEWEST}, D at least 2, not
     *     modified
     * @param seed seed of the choice of samples and of the fits' starts
     */
    public static SphereInformation of(Tensor points, long seed) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor some = some(SpherePoints.rows(points), seed);
            return new SphereInformation(
                    some.size(0),
                    AlignmentUniformity.uniformity(some),
                    SphereEntropy.of(some, seed),
                    new UnitSphere(Math.toIntExact(some.size(1))).logArea());
        }
    }

    /** Returns all samples, or a random choice of as many as are used; the first axis counts them. */
    static Tensor some(Tensor all, long seed) {
        return all.size(0) <= ViewInformation.MOST
                ? all
                : all.index_select(
                        0,
                        SpherePoints.shuffled(
                                        all.size(0),
                                        RandomGeneratorFactory.of("L64X128MixRandom")
                                                .create(seed))
                                .narrow(0, 0, ViewInformation.MOST));
    }
}
