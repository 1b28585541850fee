package org.mmcr.objective;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.ObjectiveFigure.Better;

/**
 * Alignment plus uniformity as an objective: the views of a sample come together, different samples spread over the
 * sphere.
 *
 * <p>z (N*K, D), sample-major, any scale, not modified -> scalar and its gradient with respect to z; O(K N^2 D), with
 * K N^2 numbers in memory. Wang and Isola 2020 (arXiv 2005.10242), eqs. 7 and 8, with alpha = 2.
 *
 * <pre>
 * u = z / |z|
 * alignment  = mean over pairs of views and samples of |u[n,i] - u[n,j]|^2
 * uniformity = mean over views of log(mean over pairs of samples of exp(-t |u[n,k] - u[m,k]|^2))
 * loss       = alignment + uniformityWeight * uniformity
 * </pre>
 *
 * <p>A batch of one sample has the uniformity 0, the value of coinciding samples. Batches in parts gather all
 * embeddings. float32 and float64 embeddings are processed in their own type, others in float32.
 *
 * @see org.mmcr.objective.information.AlignmentUniformity
 */
@API(status = API.Status.STABLE)
public final class AlignUniformLoss extends AutogradObjective {
    /** Mean squared distance of two views of a sample, 0..4. */
    public static final String ALIGNMENT = "alignment_term";

    /** Log of the mean potential between samples, at most 0. */
    public static final String UNIFORMITY = "uniformity_term";

    /** Exponent of a point with itself: its exponential is zero, and it is finite, so that no difference is NaN. */
    private static final double EXCLUDED = -1e30;

    private final double uniformityWeight;
    private final double t;

    /**
     * Creates the objective.
     *
     * @param uniformityWeight 0 or more, published 1
     * @param t above 0, published 2
     * @throws MmcrException if a setting is out of its range
     */
    public AlignUniformLoss(double uniformityWeight, double t) {
        super(Preparation.UNIT_ROWS);
        if (!(uniformityWeight >= 0 && t > 0) || Double.isInfinite(uniformityWeight) || Double.isInfinite(t)) {
            throw new MmcrException("expected a uniformity weight of 0 or more and t above 0, found " + uniformityWeight
                    + " and " + t + "; published runs use 1 and 2");
        }
        this.uniformityWeight = uniformityWeight;
        this.t = t;
    }

    @Override
    public String name() {
        return "align-uniform";
    }

    @Override
    public List<ObjectiveFigure> figures() {
        return List.of(
                new ObjectiveFigure(
                        ALIGNMENT,
                        "Alignment",
                        "the mean squared distance of two views of a sample on the unit sphere",
                        false,
                        Better.LOWER),
                new ObjectiveFigure(
                        UNIFORMITY,
                        "Uniformity",
                        "the log of the mean Gaussian potential between samples, 0 when they coincide",
                        false,
                        Better.LOWER));
    }

    @Override
    Terms terms(Tensor rows) {
        long views = rows.size(1);
        // sum over pairs |u_i - u_j|^2 = K * sum over views |u_k - mean|^2
        Tensor alignment = rows.sub(rows.mean(new long[] {1}, true, new ScalarTypeOptional()))
                .square()
                .sum()
                .mul(new Scalar(2.0 / (rows.size(0) * (views - 1))));
        Tensor uniformity = uniformity(rows.transpose(0, 1));
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(ALIGNMENT, alignment.item_double());
        values.put(UNIFORMITY, uniformity.item_double());
        return new Terms(alignment.add(uniformity, new Scalar(uniformityWeight)), values);
    }

    /** points: (K, N, D) */
    private Tensor uniformity(Tensor points) {
        long views = points.size(0);
        long samples = points.size(1);
        if (samples == 1) {
            return points.sum().mul(new Scalar(0));
        }
        Tensor squares = points.square().sum(-1);
        Tensor distances = squares.unsqueeze(2)
                .add(squares.unsqueeze(1))
                .sub(torch.bmm(points, points.transpose(1, 2)), new Scalar(2));
        Tensor self =
                torch.eye(samples).unsqueeze(0).mul(new Scalar(EXCLUDED)).to(points.device(), points.scalar_type());
        double pairs = (double) samples * (samples - 1);
        return distances
                .mul(new Scalar(-t))
                .add(self)
                .view(views, samples * samples)
                .logsumexp(new long[] {1}, false)
                .sub(new Scalar(Math.log(pairs)))
                .mean();
    }
}
