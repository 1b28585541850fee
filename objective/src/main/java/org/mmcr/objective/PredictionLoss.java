package org.mmcr.objective;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.ObjectiveFigure.Better;
import org.mmcr.objective.linalg.ReturningScope;

/**
 * The objective of BYOL and SimSiam: the prediction from one view points where the target of another view does.
 *
 * <p>Predictions q (N*K, D) as the embeddings and targets t (N*K, D) as the momentum embeddings, sample-major, any
 * scale, not modified -> scalar and its gradient with respect to q; O(N K D). No gradient flows into the targets.
 * Grill et al. 2020 (arXiv 2006.07733), eq. 2 and its symmetric form; Chen and He 2021 (arXiv 2011.10566), eqs. 1 and
 * 2.
 *
 * <pre>
 * u = q / |q|, v = t / |t|      c = mean over samples n and ordered pairs of views a != b of u[n,a] . v[n,b]
 * BYOL     4 - 4 c    the squared distances |u - v|^2 of both orders, added
 * SimSiam  -c         the negative cosines of both orders, averaged
 * </pre>
 *
 * <p>A row of zeros has no direction: its cosines count as 0 and its gradient is 0. Batches in parts and processes
 * exchange one number, because a sample's loss depends on its own rows alone.
 *
 * <p>float32 and float64 predictions are processed in their own type, others in float32.
 */
@API(status = API.Status.STABLE)
public final class PredictionLoss implements Objective {
    /** Mean cosine of a prediction and the target of another view. */
    public static final String PREDICTION_COSINE = "prediction_cosine";

    /** Whose loss it is, which differs in offset and scale alone. */
    public enum Form {
        /** Squared distance of both orders. */
        BYOL(4, -4),
        /** Negative cosine. */
        SIMSIAM(0, -1);

        private final double offset;
        private final double slope;

        Form(double offset, double slope) {
            this.offset = offset;
            this.slope = slope;
        }
    }

    private final Form form;

    /** Creates the objective of a method. */
    public PredictionLoss(Form form) {
        this.form = form;
    }

    @Override
    public String name() {
        return form == Form.BYOL ? "byol" : "simsiam";
    }

    @Override
    public List<ObjectiveFigure> figures() {
        return List.of(new ObjectiveFigure(
                PREDICTION_COSINE,
                "Cosine of prediction and target",
                "the mean cosine of the prediction from one view and the target of another view",
                false,
                Better.HIGHER));
    }

    @Override
    public Result compute(Tensor raw, int views, Optional<Tensor> momentum) {
        EmbeddingShape shape = EmbeddingShape.of(raw, views);
        try (ReturningScope scope = new ReturningScope()) {
            Tensor predictions = raw.to(EmbeddingShape.computeType(raw));
            boolean differentiate = GradMode.is_enabled() && predictions.requires_grad();
            Cosines cosines = cosines(predictions, shape, momentum);
            double mean = cosines.sum() / pairs(shape.samples(), views);
            Tensor loss = differentiate
                    ? GivenGradient.scalar(predictions, cosines.gradient(slope(shape.samples(), views)), value(mean))
                    : GivenGradient.constant(predictions, value(mean));
            return new Result(scope.keep(loss), value(mean), Map.of(PREDICTION_COSINE, mean));
        }
    }

    /** The ordered pairs of views of all samples. */
    private static double pairs(long samples, int views) {
        return (double) samples * views * (views - 1);
    }

    private double slope(long samples, int views) {
        return form.slope / pairs(samples, views);
    }

    private double value(double meanCosine) {
        return form.offset + form.slope * meanCosine;
    }

    /**
     * The cosines of a batch.
     *
     * @param unit the predictions
     * @param others (N, K, D) for each view the sum of the unit targets of the sample's other views
     * @param sum of all cosines, in float64
     */
    private record Cosines(UnitRows unit, Tensor others, double sum) {
        /** The gradient of {@code factor} times the sum with respect to the raw predictions, (N*K, D). */
        Tensor gradient(double factor) {
            try (NoGradGuard guard = new NoGradGuard()) {
                return unit.backward(others, factor).gradient();
            }
        }
    }

    private Cosines cosines(Tensor predictions, EmbeddingShape shape, Optional<Tensor> momentum) {
        if (shape.views() < 2) {
            throw new MmcrException("expected at least 2 views of each sample for the objective " + name()
                    + ", which compares them, found " + shape.views() + "; pass 2 or more");
        }
        Tensor targets = momentum.orElseThrow(() -> new MmcrException("expected momentum embeddings, the targets of the"
                + " predictions, for the objective " + name() + ", found none; pass the embeddings of the same views"));
        shape.requireSame(targets);
        try (NoGradGuard guard = new NoGradGuard()) {
            UnitRows unit = UnitRows.of(predictions.detach(), "embeddings", shape.views());
            Tensor directions = UnitRows.of(
                            targets.detach().to(predictions.scalar_type()), "momentum embeddings", shape.views())
                    .rows()
                    .view(shape.samples(), shape.views(), shape.dimensions());
            Tensor others = directions
                    .sum(new long[] {1}, true, new ScalarTypeOptional())
                    .sub(directions);
            double sum = unit.rows()
                    .view(shape.samples(), shape.views(), shape.dimensions())
                    .to(ScalarType.Double)
                    .mul(others)
                    .sum()
                    .item_double();
            return new Cosines(unit, others, sum);
        }
    }

    @Override
    public PartedBatch parted(long samples, int views, long dimensions, Communicator communicator) {
        return new Parts(samples, views, dimensions, communicator);
    }

    @Override
    public String exchange(long samples, int views, long dimensions) {
        return "sum 1 number";
    }

    /** A batch in parts: the parts share nothing but the number of samples. */
    private final class Parts implements PartedBatch {
        private final long samples;
        private final int views;
        private final Communicator communicator;
        private final ObservedSamples observed;
        private double sum;

        Parts(long samples, int views, long dimensions, Communicator communicator) {
            this.samples = samples;
            this.views = views;
            this.communicator = communicator;
            observed = new ObservedSamples(samples, views, dimensions, communicator.size());
        }

        @Override
        public Part observe(Tensor embeddings, Optional<Tensor> momentum) {
            EmbeddingShape shape = observed.shape(embeddings, momentum);
            try (ReturningScope temporary = new ReturningScope()) {
                sum += cosines(typed(embeddings), shape, momentum).sum();
            }
            return observed.add(shape);
        }

        @Override
        public Settled settle() {
            observed.settle();
            try (ReturningScope temporary = new ReturningScope()) {
                Tensor total = Tensor.create(new double[] {sum});
                communicator.sum(total);
                double mean = total.item_double() / pairs(samples, views);
                return new Settled(value(mean), Map.of(PREDICTION_COSINE, mean));
            }
        }

        @Override
        public Tensor loss(Part part, Tensor embeddings, Optional<Tensor> momentum) {
            EmbeddingShape shape = observed.shape(embeddings, momentum);
            observed.requireSettled(part, shape);
            try (ReturningScope temporary = new ReturningScope()) {
                Tensor predictions = typed(embeddings);
                Cosines cosines = cosines(predictions, shape, momentum);
                double slope = slope(samples, views);
                double share = form.offset * part.count() / samples + slope * cosines.sum();
                return temporary.keep(GivenGradient.scalar(predictions, cosines.gradient(slope), share));
            }
        }

        private Tensor typed(Tensor embeddings) {
            return embeddings.to(EmbeddingShape.computeType(embeddings));
        }
    }
}
