package org.mmcr.objective;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.ObjectiveFigure.Better;

/**
 * The VICReg objective: views agree (invariance), every feature varies (variance), features do not repeat one another
 * (covariance).
 *
 * <p>z (N*K, D), sample-major, any scale, not modified -> scalar and its gradient with respect to z; O(K N D^2), with
 * K D^2 numbers in memory. Bardes, Ponce and LeCun 2022 (arXiv 2105.04906), eqs. 1 to 6.
 *
 * <pre>
 * invariance = mean squared difference of the two views, over all N D entries
 * variance   = mean over the two views and the features of max(0, 1 - sqrt(variance + 1e-4))
 * covariance = sum over the two views of (sum of squared off-diagonal covariances) / D
 * loss       = 25 * invariance + 25 * variance + 1 * covariance           with the published weights
 * </pre>
 *
 * <p>Variances are unbiased; those of a single sample are 0. With more than two views, the loss is the mean over all
 * pairs. Only means and second moments enter, so batches in parts sum those. Computed in float64.
 */
@API(status = API.Status.STABLE)
public final class VicRegLoss extends SummedObjective {
    /** Mean squared difference of two views, without its weight. */
    public static final String INVARIANCE = "invariance_term";

    /** Mean shortfall of the features' standard deviations from 1, 0..1, without its weight. */
    public static final String VARIANCE = "variance_term";

    /** Squared off-diagonal covariances of two views, without its weight. */
    public static final String COVARIANCE = "covariance_term";

    private static final double EPSILON = 1e-4;

    private final double invarianceWeight;
    private final double varianceWeight;
    private final double covarianceWeight;

    /**
     * Creates the objective.
     *
     * @param invarianceWeight 0 or more, published 25
     * @param varianceWeight 0 or more, published 25
     * @param covarianceWeight 0 or more, published 1
     * @throws MmcrException if a weight is negative or not finite
     */
    public VicRegLoss(double invarianceWeight, double varianceWeight, double covarianceWeight) {
        for (double weight : new double[] {invarianceWeight, varianceWeight, covarianceWeight}) {
            if (!(weight >= 0) || Double.isInfinite(weight)) {
                throw new MmcrException("expected weights of 0 or more for vicreg, found " + weight
                        + "; published runs use 25 (invariance), 25 (variance) and 1 (covariance)");
            }
        }
        this.invarianceWeight = invarianceWeight;
        this.varianceWeight = varianceWeight;
        this.covarianceWeight = covarianceWeight;
    }

    @Override
    public String name() {
        return "vicreg";
    }

    @Override
    public List<ObjectiveFigure> figures() {
        return List.of(
                new ObjectiveFigure(
                        INVARIANCE, "Invariance term", "the mean squared difference of two views", false, Better.LOWER),
                new ObjectiveFigure(
                        VARIANCE,
                        "Variance term",
                        "how far the standard deviations of the features stay below 1",
                        false,
                        Better.LOWER),
                new ObjectiveFigure(
                        COVARIANCE,
                        "Covariance term",
                        "the squared covariances of different features, over the number of features",
                        false,
                        Better.LOWER));
    }

    @Override
    String contents() {
        return "means and second moments";
    }

    @Override
    long count(int views, long dimensions) {
        return 1 + views * dimensions + views * dimensions * dimensions;
    }

    @Override
    Tensor sums(Tensor rows) {
        // sum over pairs |z_i - z_j|^2 = K * sum over views |z_k - mean|^2
        Tensor differences = rows.sub(rows.mean(new long[] {1}, true, new ScalarTypeOptional()))
                .square()
                .sum()
                .mul(new Scalar(rows.size(1)));
        Tensor byView = rows.transpose(0, 1);
        Tensor products = torch.bmm(byView.transpose(1, 2), byView);
        return torch.cat(new TensorVector(differences.view(1), rows.sum(0).flatten(), products.flatten()), 0);
    }

    @Override
    Terms terms(Tensor sums, EmbeddingShape shape) {
        double samples = shape.samples();
        int views = shape.views();
        long dimensions = shape.dimensions();
        int pairs = new ViewPairs(views).count();
        Tensor mean =
                sums.narrow(0, 1, views * dimensions).view(views, dimensions).div(new Scalar(samples));
        Tensor covariances = sums.narrow(0, 1 + views * dimensions, views * dimensions * dimensions)
                .view(views, dimensions, dimensions)
                .sub(mean.unsqueeze(2).mul(mean.unsqueeze(1)), new Scalar(samples))
                .div(new Scalar(Math.max(1, samples - 1)));
        Tensor variances = covariances.diagonal(0, 1, 2);

        Tensor invariance = sums.narrow(0, 0, 1).sum().div(new Scalar(samples * dimensions * pairs));
        Tensor deviations =
                variances.clamp_min(new Scalar(0)).add(new Scalar(EPSILON)).sqrt();
        Tensor variance = torch.ones_like(deviations).sub(deviations).relu().mean();
        Tensor covariance =
                covariances.square().sum().sub(variances.square().sum()).mul(new Scalar(2.0 / (views * dimensions)));
        Tensor loss = invariance
                .mul(new Scalar(invarianceWeight))
                .add(variance, new Scalar(varianceWeight))
                .add(covariance, new Scalar(covarianceWeight));
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(INVARIANCE, invariance.item_double());
        values.put(VARIANCE, variance.item_double());
        values.put(COVARIANCE, covariance.item_double());
        return new Terms(loss, values);
    }
}
