package org.mmcr.train.encoder;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.objective.Communicator;

/**
 * Encoder and projector. Names of tensors are {@code encoder.} or {@code projector.} and the network's own name.
 *
 * <p>May be built and used inside or outside pointer scopes: its tensors are retained. Results of {@link #embed} and {@link #features} belong to the
 * caller's scope.
 */
@API(status = API.Status.STABLE)
public final class EmbeddingModel {
    /** Any odd constant: keeps the projector's draw apart from the encoder's. */
    private static final long PROJECTOR_SEED_STEP = 0x9E3779B97F4A7C15L;

    private final Encoder encoder;
    private final Projector projector;
    private final ProjectorSpec projectorSpec;

    private EmbeddingModel(Encoder encoder, Projector projector, ProjectorSpec projectorSpec) {
        this.encoder = encoder;
        this.projector = projector;
        this.projectorSpec = projectorSpec;
    }

    /** A new model in training mode, convolutions channels-last; weights are a function of (encoder, projector, seed) alone. */
    public static EmbeddingModel create(EncoderSpec encoder, ProjectorSpec projector, long seed) {
        try (PointerScope scope = new PointerScope()) {
            Encoder made = encoder.build(seed);
            ParameterTable table = new ParameterTable(seed + PROJECTOR_SEED_STEP);
            return new EmbeddingModel(made, new Projector(projector, made.features(), table), projector);
        }
    }

    /**
     * Raw embeddings, not normalised.
     *
     * @param x (B, ...) as in {@link Encoder#forward}
     * @return float32 (B, D), D the {@link #dimension()}
     */
    public Tensor embed(Tensor x) {
        return projector.forward(encoder.forward(x)).to(ScalarType.Float);
    }

    /** The same embeddings (B, D); {@code listener} hears of the encoder's stages, then of the projector's output. */
    public Tensor embed(Tensor x, Encoder.StageListener listener) {
        Tensor embeddings = projector.forward(encoder.forward(x, listener)).to(ScalarType.Float);
        listener.done("projector", embeddings);
        return embeddings;
    }

    /** Features before the projector: x (B, ...) as in {@link Encoder#forward} -> float32 (B, F). */
    public Tensor features(Tensor x) {
        return encoder.forward(x);
    }

    /** The network from inputs to features; live, not a copy. */
    public Encoder encoder() {
        return encoder;
    }

    /** The network from features to embeddings; live, not a copy. */
    public Projector projector() {
        return projector;
    }

    /** What the projector was made from. */
    public ProjectorSpec projectorSpec() {
        return projectorSpec;
    }

    /** Length D of an embedding. */
    public int dimension() {
        return projectorSpec.dimension();
    }

    /** Training or evaluation mode of encoder and projector. */
    public void train(boolean on) {
        encoder.train(on);
        projector.table().train(on);
    }

    /** Whether both are in training mode. */
    public boolean training() {
        return encoder.training();
    }

    /** From now on batch-norm in training mode takes its statistics over the batches of all these processes together. */
    public void share(Communicator peers) {
        encoder.table.share(peers);
        projector.table().share(peers);
    }

    /** Whether passes in training mode move the running statistics (they do at first); off for views that are seen again. */
    public void recordStatistics(boolean on) {
        encoder.table.record(on);
        projector.table().record(on);
    }

    /** Live trainable tensors, ordered. */
    public Map<String, Tensor> parameters() {
        return joined(ParameterTable::parameters);
    }

    /** Live tensors that are saved but not trained, ordered. */
    public Map<String, Tensor> buffers() {
        return joined(ParameterTable::buffers);
    }

    /** Parameters and buffers together: what a checkpoint holds. */
    public Map<String, Tensor> state() {
        return joined(ParameterTable::state);
    }

    /** Puts convolution weights into channels-last layout; a new model already has it. Call before the first backward pass. */
    public void toChannelsLast() {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (Tensor parameter : parameters().values()) {
                if (parameter.dim() == 4) {
                    parameter.set_data(parameter.detach().contiguous(MemoryFormat.ChannelsLast));
                }
            }
        }
    }

    /** An independent model of the same shape, values and mode: the start of an exponential moving average. */
    public EmbeddingModel copy() {
        EmbeddingModel twin = create(encoder.spec(), projectorSpec, 0);
        twin.copyFrom(this);
        twin.train(training());
        return twin;
    }

    /** Takes over every value of a model of the same shape. */
    public void copyFrom(EmbeddingModel other) {
        TensorMaps.copy(other.state(), state(), "model");
    }

    /**
     * One step of a moving average: each parameter becomes {@code (1 - weight) * this + weight * online}; running statistics and counters are copied.
     *
     * @param weight 0 keeps the parameters, 1 takes over the online ones; one minus the usual decay
     */
    public void lerpFrom(EmbeddingModel online, double weight) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Scalar share = new Scalar(weight);
            Map<String, Tensor> source = online.parameters();
            parameters().forEach((name, mine) -> mine.lerp_(source.get(name), share));
        }
        TensorMaps.copy(online.buffers(), buffers(), "model");
    }

    private Map<String, Tensor> joined(Function<ParameterTable, Map<String, Tensor>> part) {
        Map<String, Tensor> all = new LinkedHashMap<>();
        part.apply(encoder.table).forEach((name, tensor) -> all.put("encoder." + name, tensor));
        part.apply(projector.table()).forEach((name, tensor) -> all.put("projector." + name, tensor));
        return Collections.unmodifiableMap(all);
    }
}
