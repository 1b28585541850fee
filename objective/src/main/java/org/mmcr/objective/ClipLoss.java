package org.mmcr.objective;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.ObjectiveFigure.Better;

/**
 * The CLIP objective (symmetric InfoNCE): each view must find the other view of its sample among that view of all
 * samples. The views are usually modalities. Unlike {@link SimClrLoss}, rows of the same view are never compared.
 *
 * <p>z (N*K, D), sample-major, any scale, not modified -> scalar and its gradient with respect to z; O(K^2 N^2 D), with
 * N^2 numbers in memory per pair of views. Radford et al. 2021 (arXiv 2103.00020), figure 3. The temperature is
 * constant, or learned by a network before it that scales the rows ({@link #ofScaledRows}).
 *
 * <pre>
 * u = z / |z|      s[n,m] = u[n,a] . u[m,b] / temperature
 * loss of the pair of views (a, b) = mean over n of  1/2 (log(sum_m exp s[n,m]) - s[n,n])
 *                                                  + 1/2 (log(sum_m exp s[m,n]) - s[n,n])
 * </pre>
 *
 * <p>With more than two views, the loss is the mean over all pairs of views. A row of zeros stands for a missing view:
 * it is no candidate, and a sample without one of the two views has no term. A batch without any whole pair has the
 * loss 0. The loss lies between 0 and log(N) + 2 / temperature. Batches in parts gather all embeddings.
 *
 * <p>float32 and float64 embeddings are processed in their own type, others in float32.
 */
@API(status = API.Status.STABLE)
public final class ClipLoss extends AutogradObjective {
    /** The fraction of rows whose partner is the nearest row of the other view; of t nearest ones each counts 1 / t. */
    public static final String CONTRASTIVE_ACCURACY = SimClrLoss.CONTRASTIVE_ACCURACY;

    /** Mean cosine of two views of a sample. */
    public static final String POSITIVE_COSINE = SimClrLoss.POSITIVE_COSINE;

    /** Score of a missing row: far below every other one, and finite, so that no difference is NaN. */
    private static final double EXCLUDED = -1e30;

    /** The learned temperature. */
    public static final String TEMPERATURE = "temperature";

    private final double temperature;
    private final boolean scaled;

    /**
     * Creates the objective.
     *
     * @param temperature above 0; CLIP starts at 0.07 and learns it down to 0.01
     * @throws MmcrException if the temperature is not above 0
     */
    public ClipLoss(double temperature) {
        super(Preparation.UNIT_ROWS);
        if (!(temperature > 0) || Double.isInfinite(temperature)) {
            throw new MmcrException("expected a temperature above 0, found " + temperature + "; CLIP starts at 0.07");
        }
        this.temperature = temperature;
        scaled = false;
    }

    private ClipLoss() {
        super(Preparation.DOUBLE);
        temperature = 1;
        scaled = true;
    }

    /**
     * Returns the objective of rows whose inner products are cosines divided by the temperature: all rows but the
     * missing ones have the length 1 / sqrt(temperature). Its gradient with respect to that length is the gradient of
     * the temperature.
     */
    public static ClipLoss ofScaledRows() {
        return new ClipLoss();
    }

    @Override
    public String name() {
        return "clip";
    }

    /** Returns this objective, which always takes a row of zeros as a missing view. */
    @Override
    public ClipLoss withMissingViews() {
        return this;
    }

    @Override
    public List<ObjectiveFigure> figures() {
        List<ObjectiveFigure> figures = new ArrayList<>(List.of(
                new ObjectiveFigure(
                        CONTRASTIVE_ACCURACY,
                        "Contrastive accuracy",
                        "the fraction of views whose partner is the nearest row of the other view",
                        true,
                        Better.HIGHER),
                new ObjectiveFigure(
                        POSITIVE_COSINE,
                        "Cosine of positive pairs",
                        "the mean cosine of two views of a sample",
                        false,
                        Better.HIGHER)));
        if (scaled) {
            figures.add(new ObjectiveFigure(
                    TEMPERATURE, "Temperature", "the learned divisor of the cosines", false, Better.NEITHER));
        }
        return figures;
    }

    @Override
    Terms terms(Tensor rows) {
        int views = Math.toIntExact(rows.size(1));
        Tensor present = present(rows);
        Tensor loss = rows.sum().mul(new Scalar(0));
        double count = 0;
        double found = 0;
        double cosines = 0;
        for (int a = 0; a < views; a++) {
            for (int b = a + 1; b < views; b++) {
                Tensor scores = torch.mm(
                        rows.select(1, a).mul(new Scalar(1 / temperature)),
                        rows.select(1, b).t());
                Tensor own = scores.diagonal(0, 0, 1);
                Tensor whole = present.select(1, a).mul(present.select(1, b));
                Tensor forth = masked(scores, present.select(1, b));
                Tensor back = masked(scores.t(), present.select(1, a));
                Tensor terms =
                        logSum(forth).add(logSum(back)).mul(new Scalar(0.5)).sub(own);
                loss = loss.add(terms.mul(whole).sum());
                try (NoGradGuard guard = new NoGradGuard()) {
                    count += whole.sum().item_double();
                    cosines += temperature * own.mul(whole).sum().item_double();
                    found += (nearest(forth, own, whole) + nearest(back, own, whole)) / 2;
                }
            }
        }
        double divisor = Math.max(1, count);
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(CONTRASTIVE_ACCURACY, found / divisor);
        double divided = scaled ? temperatureOf(rows) : 1;
        values.put(POSITIVE_COSINE, divided * cosines / divisor);
        if (scaled) {
            values.put(TEMPERATURE, divided);
        }
        return new Terms(loss.div(new Scalar(divisor)), values);
    }

    /** The temperature of scaled rows, which all have the same length; 1 of missing rows alone. */
    private static double temperatureOf(Tensor rows) {
        try (NoGradGuard guard = new NoGradGuard()) {
            double squared = rows.detach()
                    .square()
                    .sum(new long[] {2}, false, new ScalarTypeOptional())
                    .max()
                    .item_double();
            return squared > 0 ? 1 / squared : 1;
        }
    }

    /** rows (N, K, D) -> (N, K): 1 for a view that is there, 0 for a row of zeros. */
    private static Tensor present(Tensor rows) {
        try (NoGradGuard guard = new NoGradGuard()) {
            return rows.detach()
                    .abs()
                    .amax(new long[] {2}, false)
                    .gt(new Scalar(0))
                    .to(rows.scalar_type());
        }
    }

    /** Excludes the candidates (the columns) that are missing. */
    private static Tensor masked(Tensor scores, Tensor candidates) {
        return scores.masked_fill(candidates.eq(new Scalar(0)), new Scalar(EXCLUDED));
    }

    private static Tensor logSum(Tensor scores) {
        return scores.logsumexp(new long[] {1}, false);
    }

    /** Returns the number of whole pairs whose partner has the largest score; of t such partners each counts 1 / t. */
    private static double nearest(Tensor scores, Tensor own, Tensor whole) {
        Tensor candidates = scores.detach();
        Tensor largest = candidates.amax(new long[] {1}, false);
        Tensor tied = candidates.ge(largest.unsqueeze(1)).sum(1);
        return own.detach().ge(largest).mul(whole).div(tied).sum().item_double();
    }
}
