package org.mmcr.objective;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.ObjectiveFigure.Better;

/**
 * The Barlow Twins objective: the correlation matrix between the features of two views approaches the identity.
 *
 * <p>z (N*K, D), sample-major, any scale, not modified -> scalar and its gradient with respect to z; O(K^2 N D^2),
 * with K^2 D^2 / 2 numbers in memory. Zbontar, Jing, Misra, LeCun and Deny 2021 (arXiv 2103.03230), eqs. 1 and 2.
 *
 * <pre>
 * C[i,j] = mean over samples of a[i] * b[j], a and b the two views with each feature standardised over the batch
 * loss   = sum_i (1 - C[i,i])^2 + weight * sum over i != j of C[i,j]^2
 * </pre>
 *
 * <p>Standardising divides by sqrt(variance + 1e-5) with the biased variance, so constant features and a batch of one
 * sample give a finite loss (D) and no gradient. With more than two views, the loss is the mean over all pairs. Only
 * means and second moments enter, so batches in parts sum those. Computed in float64.
 */
@API(status = API.Status.STABLE)
public final class BarlowTwinsLoss extends SummedObjective {
    /** Mean correlation of a feature with itself in the other view. */
    public static final String INVARIANCE = "feature_invariance";

    /** Root mean square of the correlations of different features. */
    public static final String REDUNDANCY = "feature_redundancy";

    private static final double EPSILON = 1e-5;

    private final double weight;

    /**
     * Creates the objective.
     *
     * @param weight of the off-diagonal terms, 0 or more, published 0.005
     * @throws MmcrException if the weight is negative or not finite
     */
    public BarlowTwinsLoss(double weight) {
        if (!(weight >= 0) || Double.isInfinite(weight)) {
            throw new MmcrException(
                    "expected a weight of 0 or more for barlow, found " + weight + "; published runs use 0.005");
        }
        this.weight = weight;
    }

    @Override
    public String name() {
        return "barlow";
    }

    @Override
    public List<ObjectiveFigure> figures() {
        return List.of(
                new ObjectiveFigure(
                        INVARIANCE,
                        "Feature invariance",
                        "the mean correlation of a feature with itself in another view",
                        false,
                        Better.HIGHER),
                new ObjectiveFigure(
                        REDUNDANCY,
                        "Feature redundancy",
                        "the root mean square of the correlations of different features in two views",
                        false,
                        Better.LOWER));
    }

    @Override
    String contents() {
        return "means and second moments";
    }

    @Override
    long count(int views, long dimensions) {
        return 2L * views * dimensions + new ViewPairs(views).count() * dimensions * dimensions;
    }

    @Override
    Tensor sums(Tensor rows) {
        ViewPairs pairs = new ViewPairs(Math.toIntExact(rows.size(1)));
        Tensor byView = rows.transpose(0, 1);
        Tensor products = torch.bmm(pairs.first(byView).transpose(1, 2), pairs.second(byView));
        return torch.cat(
                new TensorVector(rows.sum(0).flatten(), rows.square().sum(0).flatten(), products.flatten()), 0);
    }

    @Override
    Terms terms(Tensor sums, EmbeddingShape shape) {
        long dimensions = shape.dimensions();
        long features = shape.views() * dimensions;
        ViewPairs pairs = new ViewPairs(shape.views());
        Tensor moments = sums.div(new Scalar((double) shape.samples()));
        Tensor mean = moments.narrow(0, 0, features).view(shape.views(), dimensions);
        Tensor squares = moments.narrow(0, features, features).view(shape.views(), dimensions);
        Tensor products = moments.narrow(0, 2 * features, pairs.count() * dimensions * dimensions)
                .view(pairs.count(), dimensions, dimensions);
        Tensor scale = squares.sub(mean.square())
                .clamp_min(new Scalar(0))
                .add(new Scalar(EPSILON))
                .rsqrt();
        Tensor correlations = products.sub(outer(pairs, mean)).mul(outer(pairs, scale));
        Tensor diagonal = correlations.diagonal(0, 1, 2);
        Tensor off = correlations.square().sum().sub(diagonal.square().sum());
        Tensor loss = torch.ones_like(diagonal)
                .sub(diagonal)
                .square()
                .sum()
                .add(off, new Scalar(weight))
                .div(new Scalar((double) pairs.count()));
        double others = Math.max(1, pairs.count() * dimensions * (dimensions - 1));
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(INVARIANCE, diagonal.mean().item_double());
        values.put(REDUNDANCY, Math.sqrt(Math.max(0, off.item_double()) / others));
        return new Terms(loss, values);
    }

    /** (K, D) -> (pairs, D, D): the outer product of each pair's two rows. */
    private static Tensor outer(ViewPairs pairs, Tensor perView) {
        return pairs.first(perView).unsqueeze(2).mul(pairs.second(perView).unsqueeze(1));
    }
}
