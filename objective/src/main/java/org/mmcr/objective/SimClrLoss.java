package org.mmcr.objective;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.ObjectiveFigure.Better;

/**
 * The SimCLR objective (NT-Xent): each view must find the other view of its sample among all views of the batch.
 *
 * <p>z (N*K, D), sample-major, any scale, not modified -> scalar and its gradient with respect to z; O((N K)^2 D), with
 * (N K)^2 numbers in memory. Chen, Kornblith, Norouzi and Hinton 2020 (arXiv 2002.05709), eq. 1.
 *
 * <pre>
 * u = z / |z|      s(x, y) = x . y / temperature
 * loss of the pair of views (a, b) = mean over its 2 N rows x with partner y of
 *                                    log(sum of exp(s(x, w)) over the other 2 N - 1 rows w)  -  s(x, y)
 * </pre>
 *
 * <p>With more than two views, the loss is the mean over all pairs of views. It lies between 0 and about log(2 N - 1) +
 * 2 / temperature. A batch of one sample has the loss 0. Batches in parts gather all embeddings.
 *
 * <p>float32 and float64 embeddings are processed in their own type, others in float32.
 */
@API(status = API.Status.STABLE)
public final class SimClrLoss extends AutogradObjective {
    /** The fraction of rows whose partner is the nearest of the other 2 N - 1; of t nearest ones each counts 1 / t. */
    public static final String CONTRASTIVE_ACCURACY = "contrastive_accuracy";

    /** Mean cosine of two views of a sample. */
    public static final String POSITIVE_COSINE = "positive_cosine";

    /** Score of a row with itself: far below every other one, and finite, so that no difference is NaN. */
    private static final double EXCLUDED = -1e30;

    private final double temperature;

    /**
     * Creates the objective.
     *
     * @param temperature above 0; published runs use 0.5 on CIFAR-10 and 0.1 on ImageNet
     * @throws MmcrException if the temperature is not above 0
     */
    public SimClrLoss(double temperature) {
        super(Preparation.UNIT_ROWS);
        if (!(temperature > 0) || Double.isInfinite(temperature)) {
            throw new MmcrException("expected a temperature above 0, found " + temperature
                    + "; published runs use 0.5 on CIFAR-10 and 0.1 on ImageNet");
        }
        this.temperature = temperature;
    }

    @Override
    public String name() {
        return "simclr";
    }

    @Override
    public List<ObjectiveFigure> figures() {
        return List.of(
                new ObjectiveFigure(
                        CONTRASTIVE_ACCURACY,
                        "Contrastive accuracy",
                        "the fraction of views whose partner is the nearest view of the batch",
                        true,
                        Better.HIGHER),
                new ObjectiveFigure(
                        POSITIVE_COSINE,
                        "Cosine of positive pairs",
                        "the mean cosine of two views of a sample",
                        false,
                        Better.HIGHER));
    }

    @Override
    Terms terms(Tensor rows) {
        long samples = rows.size(0);
        long views = rows.size(1);
        Tensor byView = rows.transpose(0, 1).reshape(views * samples, rows.size(2));
        Tensor scores = torch.mm(byView.mul(new Scalar(1 / temperature)), byView.t());
        scores.fill_diagonal_(new Scalar(EXCLUDED), false);
        Tensor blocks = scores.view(views, samples, views, samples);
        // [k, n, l]: view k of sample n against all samples' views l
        Tensor partner = blocks.diagonal(0, 1, 3).transpose(1, 2);
        Tensor logSums = blocks.logsumexp(new long[] {3}, false);
        Tensor pairs =
                torch.ones_like(logSums).sub(torch.eye(views).unsqueeze(1).to(rows.device(), rows.scalar_type()));
        double count = (double) samples * views * (views - 1);
        Tensor loss = torch.logaddexp(own(logSums), logSums)
                .sub(partner)
                .mul(pairs)
                .sum()
                .div(new Scalar(count));
        return new Terms(loss, values(blocks, partner, pairs, count));
    }

    /** [k, n, l] -> [k, n, 1]: the entries with l = k. */
    private static Tensor own(Tensor perView) {
        return perView.diagonal(0, 0, 2).t().unsqueeze(2);
    }

    private Map<String, Double> values(Tensor blocks, Tensor partner, Tensor pairs, double count) {
        try (NoGradGuard guard = new NoGradGuard()) {
            Tensor scores = blocks.detach();
            Tensor largest = scores.amax(new long[] {3}, false);
            Tensor ties = scores.ge(largest.unsqueeze(3)).sum(3);
            Tensor nearest = torch.maximum(own(largest), largest);
            Tensor tied =
                    largest.ge(nearest).mul(ties).add(own(largest).ge(nearest).mul(own(ties)));
            Tensor found = partner.ge(nearest).mul(pairs).div(tied);
            Map<String, Double> values = new LinkedHashMap<>();
            values.put(CONTRASTIVE_ACCURACY, found.sum().item_double() / count);
            values.put(POSITIVE_COSINE, temperature * partner.mul(pairs).sum().item_double() / count);
            return values;
        }
    }
}
