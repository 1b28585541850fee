package org.mmcr.train.encoder;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.objective.Communicator;

/**
 * A network that an objective owns: it maps embeddings to predictions of other embeddings, is trained with the encoder,
 * and is not used afterwards.
 */
@API(status = API.Status.STABLE)
public final class Predictor {
    /** Separates its weights from those of a projector with the same seed. */
    private static final long SEED_STEP = 2_000_003;

    private static final String PREFIX = "predictor.";

    private final Projector layers;

    private Predictor(Projector layers) {
        this.layers = layers;
    }

    /**
     * Returns a new predictor in training mode. Its weights are a function of (spec, dimension, seed).
     *
     * @param spec layers as those of a projector
     * @param dimension D of the embeddings
     */
    public static Predictor create(ProjectorSpec spec, int dimension, long seed) {
        try (PointerScope scope = new PointerScope()) {
            return new Predictor(new Projector(spec, dimension, new ParameterTable(seed + SEED_STEP)));
        }
    }

    /** Computes predictions: embeddings (B, D) -> float32 (B, D). */
    public Tensor forward(Tensor embeddings) {
        return layers.forward(embeddings).to(ScalarType.Float);
    }

    /** Live parameters, ordered; their names begin with {@code predictor.}. */
    public Map<String, Tensor> parameters() {
        return named(layers.table().parameters());
    }

    /** Parameters and running statistics, the content of a checkpoint. */
    public Map<String, Tensor> state() {
        return named(layers.table().state());
    }

    private static Map<String, Tensor> named(Map<String, Tensor> tensors) {
        Map<String, Tensor> all = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> all.put(PREFIX + name, tensor));
        return Collections.unmodifiableMap(all);
    }

    /** Moves the network to a device; optimisers are built afterwards. */
    public void to(ComputeDevice device) {
        layers.table().to(device);
    }

    /** Sets the network to training or evaluation mode. */
    public void train(boolean on) {
        layers.table().train(on);
    }

    /** Makes batch-norm use statistics over the batches of all these processes. */
    public void syncBatchNorm(Communicator communicator) {
        layers.table().syncBatchNorm(communicator);
    }

    /** Sets whether passes update the running statistics, as they do at first. */
    public void recordStatistics(boolean on) {
        layers.table().record(on);
    }
}
