package org.mmcr.objective;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.ObjectiveFigure.Better;

/**
 * The LeJEPA objective: views predict their mean, and the embeddings of each view follow an isotropic Gaussian law,
 * which is tested along random directions (sketched isotropic Gaussian regularisation, SIGReg).
 *
 * <p>z (N*K, D), sample-major, any scale, not modified -> scalar and its gradient with respect to z; O(N K D
 * directions). Balestriero and LeCun 2025 (arXiv 2511.08544), with the quadrature of the authors' minimal example.
 *
 * <pre>
 * prediction = mean over all entries of (z[n,k] - mean_k z[n,k])^2
 * normality  = N * mean over views and unit directions a of
 *              integral of |mean_n exp(i t a.z[n,k]) - exp(-t^2 / 2)|^2 exp(-t^2 / 2) dt
 * loss       = (1 - weight) * prediction + weight * normality
 * </pre>
 *
 * <p>The integral, over t from -3 to 3, is the trapezoidal rule with 17 points on the half line (Epps and Pulley 1983).
 * The directions are a function of the step: {@link #at} draws others for each. Only means over samples enter, so
 * batches in parts sum those. Computed in float64.
 */
@API(status = API.Status.STABLE)
public final class LeJepaLoss extends SummedObjective {
    /** Mean squared deviation of a view from the mean of its sample's views. */
    public static final String PREDICTION = "prediction_term";

    /** The Epps-Pulley statistic, mean over views and directions; about 1.05 for Gaussian embeddings. */
    public static final String NORMALITY = "normality_term";

    private static final int KNOTS = 17;
    private static final double LARGEST = 3;
    private static final double SPACING = LARGEST / (KNOTS - 1);

    private final double weight;
    private final int directions;
    private final long step;

    /**
     * Creates the objective at step 0.
     *
     * @param weight of the normality term, 0..1; the authors' minimal example uses 0.02
     * @param directions number of random directions, at least 1; the example uses 256
     * @throws MmcrException if a setting is out of its range
     */
    public LeJepaLoss(double weight, int directions) {
        this(weight, directions, 0);
        if (!(weight >= 0 && weight <= 1) || directions < 1) {
            throw new MmcrException("expected a weight from 0 to 1 and at least 1 direction for lejepa, found " + weight
                    + " and " + directions + "; 0.02 and 256 are usual");
        }
    }

    private LeJepaLoss(double weight, int directions, long step) {
        this.weight = weight;
        this.directions = directions;
        this.step = step;
    }

    @Override
    public LeJepaLoss at(long otherStep) {
        return new LeJepaLoss(weight, directions, otherStep);
    }

    @Override
    public String name() {
        return "lejepa";
    }

    @Override
    public List<ObjectiveFigure> figures() {
        return List.of(
                new ObjectiveFigure(
                        PREDICTION,
                        "Prediction term",
                        "the mean squared deviation of a view from the mean of its sample's views",
                        false,
                        Better.LOWER),
                new ObjectiveFigure(
                        NORMALITY,
                        "Normality term",
                        "how far the embeddings are from an isotropic Gaussian law along random directions",
                        false,
                        Better.LOWER));
    }

    @Override
    String contents() {
        return "characteristic functions";
    }

    @Override
    long count(int views, long dimensions) {
        return 1 + 2L * KNOTS * views * directions;
    }

    /** Returns (D, directions), where the rows are: unit columns, a function of the step. */
    private Tensor sketch(Tensor rows) {
        long dimensions = rows.size(2);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(step);
        double[] values = new double[Math.toIntExact(dimensions * directions)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian();
        }
        Tensor columns = Tensor.create(values, dimensions, directions).to(rows.device(), ScalarType.Double);
        return columns.div(columns.square().sum(0).sqrt());
    }

    @Override
    Tensor sums(Tensor rows) {
        Tensor projected = torch.matmul(rows, sketch(rows));
        TensorVector parts = new TensorVector();
        parts.push_back(deviations(rows).square().sum().view(1));
        for (int knot = 0; knot < KNOTS; knot++) {
            Tensor angles = projected.mul(new Scalar(knot * SPACING));
            parts.push_back(angles.cos().sum(0).flatten());
            parts.push_back(angles.sin().sum(0).flatten());
        }
        return torch.cat(parts, 0);
    }

    private static Tensor deviations(Tensor rows) {
        return rows.sub(rows.mean(new long[] {1}, true, new ScalarTypeOptional()));
    }

    /** Written out, knot by knot, so that memory does not grow with their number. */
    @Override
    Tensor gradient(Tensor rows, Tensor upstream) {
        try (NoGradGuard guard = new NoGradGuard()) {
            long views = rows.size(1);
            Tensor sketch = sketch(rows);
            Tensor projected = torch.matmul(rows, sketch);
            Tensor along = torch.zeros_like(projected);
            Tensor perKnot = upstream.narrow(0, 1, upstream.size(0) - 1).view(KNOTS, 2, views, directions);
            for (int knot = 1; knot < KNOTS; knot++) {
                double t = knot * SPACING;
                Tensor angles = projected.mul(new Scalar(t));
                along.sub_(angles.sin().mul_(perKnot.select(0, knot).select(0, 0)), new Scalar(t));
                along.add_(angles.cos().mul_(perKnot.select(0, knot).select(0, 1)), new Scalar(t));
            }
            Tensor prediction = deviations(rows).mul(upstream.narrow(0, 0, 1).mul(new Scalar(2)));
            return torch.matmul(along, sketch.t()).add(prediction);
        }
    }

    @Override
    Terms terms(Tensor sums, EmbeddingShape shape) {
        double samples = shape.samples();
        Tensor prediction = sums.narrow(0, 0, 1).sum().div(new Scalar(samples * shape.views() * shape.dimensions()));
        Tensor means = sums.narrow(0, 1, sums.size(0) - 1)
                .div(new Scalar(samples))
                .view(KNOTS, 2, (long) shape.views() * directions);
        double[] gaussian = new double[KNOTS];
        double[] quadrature = new double[KNOTS];
        for (int knot = 0; knot < KNOTS; knot++) {
            double t = knot * SPACING;
            gaussian[knot] = Math.exp(-t * t / 2);
            quadrature[knot] = (knot == 0 || knot == KNOTS - 1 ? 1 : 2) * SPACING * gaussian[knot];
        }
        Tensor real = means.select(1, 0).sub(Tensor.create(gaussian, KNOTS, 1).to(sums.device(), ScalarType.Double));
        Tensor imaginary = means.select(1, 1);
        Tensor normality = real.square()
                .add(imaginary.square())
                .mean(new long[] {1}, false, new ScalarTypeOptional())
                .dot(Tensor.create(quadrature, KNOTS).to(sums.device(), ScalarType.Double))
                .mul(new Scalar(samples));
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(PREDICTION, prediction.item_double());
        values.put(NORMALITY, normality.item_double());
        return new Terms(prediction.mul(new Scalar(1 - weight)).add(normality, new Scalar(weight)), values);
    }
}
