package org.mmcr.train.encoder;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.objective.Communicator;

/**
 * A network that an objective owns, between the embeddings and the loss. It is trained with the encoder and not used
 * afterwards.
 */
@API(status = API.Status.STABLE)
public final class ObjectiveNetwork {
    /** Separates its weights from those of a projector with the same seed. */
    private static final long SEED_STEP = 2_000_003;

    private static final String PREFIX = "objective.";
    private static final String LOG_SCALE = "log_scale";

    private final ParameterTable table;
    private final UnaryOperator<Tensor> layer;
    private final double largestScale;

    private ObjectiveNetwork(ParameterTable table, UnaryOperator<Tensor> layer, double largestScale) {
        this.table = table;
        this.layer = layer;
        this.largestScale = largestScale;
    }

    /**
     * Returns a new predictor of embeddings in training mode. Its weights are a function of (spec, dimension, seed).
     *
     * @param spec layers as those of a projector
     * @param dimension D of the embeddings
     */
    public static ObjectiveNetwork predictor(ProjectorSpec spec, int dimension, long seed) {
        try (PointerScope scope = new PointerScope()) {
            ParameterTable table = new ParameterTable(seed + SEED_STEP);
            Projector layers = new Projector(spec, 0, dimension, table);
            return new ObjectiveNetwork(table, layers::forward, Double.POSITIVE_INFINITY);
        }
    }

    /**
     * Returns a learned scale: each row becomes its direction times the root of the scale, so that the inner products
     * of rows are cosines times the scale. A row of zeros stays zero. The logarithm of the scale is the one parameter.
     *
     * @param initial scale at first
     * @param largest to which a larger scale is lowered after each step
     */
    public static ObjectiveNetwork scale(double initial, double largest) {
        try (PointerScope scope = new PointerScope()) {
            ParameterTable table = new ParameterTable(0);
            Tensor logScale = table.constant(LOG_SCALE, Math.log(initial), 1);
            return new ObjectiveNetwork(
                    table,
                    rows -> {
                        Tensor lengths = rows.norm(new ScalarOptional(new Scalar(2)), new long[] {1}, true);
                        return rows.div(lengths.clamp_min(new Scalar(Float.MIN_NORMAL)))
                                .mul(logScale.mul(new Scalar(0.5)).exp());
                    },
                    largest);
        }
    }

    /** Computes what the objective sees: embeddings (B, D) -> float32 (B, D). */
    public Tensor forward(Tensor embeddings) {
        return layer.apply(embeddings).to(ScalarType.Float);
    }

    /** Keeps the parameters in their range; called after each step. */
    public void afterStep() {
        Tensor logScale = table.parameters().get(LOG_SCALE);
        if (logScale != null) {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                logScale.clamp_max_(new Scalar(Math.log(largestScale)));
            }
        }
    }

    /** Live parameters, ordered; their names begin with {@code objective.}. */
    public Map<String, Tensor> parameters() {
        return named(table.parameters());
    }

    /** Parameters and running statistics, the content of a checkpoint. */
    public Map<String, Tensor> state() {
        return named(table.state());
    }

    private static Map<String, Tensor> named(Map<String, Tensor> tensors) {
        Map<String, Tensor> all = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> all.put(PREFIX + name, tensor));
        return Collections.unmodifiableMap(all);
    }

    /** Moves the network to a device; optimisers are built afterwards. */
    public void to(ComputeDevice device) {
        table.to(device);
    }

    /** Sets the network to training or evaluation mode. */
    public void train(boolean on) {
        table.train(on);
    }

    /** Makes batch-norm use statistics over the batches of all these processes. */
    public void syncBatchNorm(Communicator communicator) {
        table.syncBatchNorm(communicator);
    }

    /** Sets whether passes update the running statistics, as they do at first. */
    public void recordStatistics(boolean on) {
        table.record(on);
    }
}
