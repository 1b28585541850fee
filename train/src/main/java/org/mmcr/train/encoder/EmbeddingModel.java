package org.mmcr.train.encoder;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.Communicator;

/**
 * An encoder and a projector. The names of its tensors start with {@code encoder.} or {@code projector.}.
 *
 * <p>It may be built and used inside or outside pointer scopes, because its tensors are retained. Results of
 * {@link #embed} and {@link #features} belong to the caller's scope.
 */
@API(status = API.Status.STABLE)
public final class EmbeddingModel {
    /** An odd constant that separates the projector's random draw from the encoder's. */
    private static final long PROJECTOR_SEED_STEP = 0x9E3779B97F4A7C15L;

    private final Encoder encoder;
    private final Projector projector;
    private final ProjectorSpec projectorSpec;

    private EmbeddingModel(Encoder encoder, Projector projector, ProjectorSpec projectorSpec) {
        this.encoder = encoder;
        this.projector = projector;
        this.projectorSpec = projectorSpec;
    }

    /**
     * Returns a new model in training mode, convolutions channels-last. Its weights are a function of (encoder,
     * projector, seed) alone.
     */
    public static EmbeddingModel create(EncoderSpec encoder, ProjectorSpec projector, long seed) {
        try (PointerScope scope = new PointerScope()) {
            Encoder made = encoder.build(seed);
            ParameterTable table = new ParameterTable(seed + PROJECTOR_SEED_STEP);
            int unseen = projector.earlyFeatures() ? 0 : made.earlyFeatures();
            return new EmbeddingModel(made, new Projector(projector, unseen, made.features(), table), projector);
        }
    }

    /**
     * Computes raw embeddings, not normalised.
     *
     * @param x (B, ...) as in {@link Encoder#forward}
     * @return float32 (B, D), D the {@link #dimension()}; zeros for a missing modality of paired data
     */
    public Tensor embed(Tensor x) {
        if (encoder.spec() instanceof TowersSpec) {
            Tensor present = Towers.present(x);
            long[] rows = encoder.table.overProcesses(present.size(0), x.size(0));
            if (rows[0] < rows[1]) {
                return embedPresent(x, present, rows[0]);
            }
        }
        Tensor seen = projectorSpec.earlyFeatures() ? encoder.forward(x) : encoder.lateFeatures(x);
        return projector.forwardSeen(seen).to(ScalarType.Float);
    }

    /** The projector sees the rows that are there, so that its batch-norm and its biases ignore the others. */
    private Tensor embedPresent(Tensor x, Tensor present, long total) {
        Tensor all = device().place(torch.zeros(x.size(0), dimension()));
        if (present.size(0) == 0 && !training()) {
            return all;
        }
        Tensor features = encoder.forward(x.index_select(0, present));
        projector.table().totalRows(encoder.table.isSplit() ? total : 0);
        try {
            Tensor embeddings = projector.forward(features).to(ScalarType.Float);
            return all.index_add(0, device().place(present), embeddings);
        } finally {
            projector.table().totalRows(0);
        }
    }

    /**
     * Returns the network of one modality with the projector, an independent model of the same values and mode.
     *
     * @param modality index of a modality of a {@link TowersSpec}
     * @throws MmcrException if the encoder is of another type, or has no such modality
     */
    public EmbeddingModel tower(int modality) {
        if (!(encoder.spec() instanceof TowersSpec spec)) {
            throw new MmcrException("expected networks of several modalities, found one network; use it as it is");
        }
        EmbeddingModel tower = create(spec.tower(modality), projectorSpec, 0);
        String prefix = Towers.prefix(modality);
        Map<String, Tensor> own = new LinkedHashMap<>();
        encoder.state().forEach((name, values) -> {
            if (name.startsWith(prefix)) {
                own.put(name.substring(prefix.length()), values);
            }
        });
        TensorMaps.copy(own, tower.encoder.state(), "tower");
        TensorMaps.copy(projector.state(), tower.projector.state(), "projector");
        tower.copyMode(this);
        return tower;
    }

    /**
     * Computes the same embeddings (B, D) and passes the encoder's stages and the projector's output to
     * {@code listener}.
     */
    public Tensor embed(Tensor x, Encoder.StageListener listener) {
        Tensor embeddings = projector.forward(encoder.forward(x, listener)).to(ScalarType.Float);
        listener.done("projector", embeddings);
        return embeddings;
    }

    /** Computes features, before the projector: x (B, ...) as in {@link Encoder#forward} -> float32 (B, F). */
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

    /** Length D of an embedding. */
    public int dimension() {
        return projectorSpec.dimension();
    }

    /** Sets encoder and projector to training or evaluation mode. */
    public void train(boolean on) {
        encoder.train(on);
        projector.table().train(on);
    }

    /** Whether one of them is in training mode. */
    public boolean training() {
        return encoder.training() || projector.training();
    }

    private void copyMode(EmbeddingModel other) {
        encoder.train(other.encoder.training());
        projector.table().train(other.projector.training());
    }

    /** Makes batch-norm in training mode use statistics over the batches of all these processes. */
    public void syncBatchNorm(Communicator communicator) {
        encoder.table.syncBatchNorm(communicator);
        projector.table().syncBatchNorm(communicator);
    }

    /**
     * Sets whether passes in training mode update the running statistics. It is on at first; turn it off for a second
     * pass over the same views.
     */
    public void recordStatistics(boolean on) {
        encoder.table.record(on);
        projector.table().record(on);
    }

    /**
     * Sets a key for each row of the next batches. In training mode a row's random draws, those of stochastic depth,
     * are a function of its key.
     */
    public void rowKeys(long[] keys) {
        encoder.table.rowKeys(keys);
    }

    /** The blocks of the model with their parameters. */
    public Blocks blocks() {
        Map<String, String> of = new LinkedHashMap<>();
        encoder.table.blocks().forEach((name, block) -> of.put("encoder." + name, block));
        projector.table().blocks().forEach((name, block) -> of.put("projector." + name, block));
        return new Blocks(of);
    }

    /**
     * Freezes blocks for good: their parameters have no gradient, and their batch-norm and stochastic depth stay in
     * evaluation mode.
     *
     * @param patterns see {@link Blocks#matching}
     * @return names of the frozen blocks
     * @throws MmcrException if a pattern matches nothing, or nothing is left to train
     */
    public List<String> freeze(List<String> patterns) {
        List<String> names = blocks().names();
        List<String> frozen = blocks().matching(patterns);
        if (frozen.size() == names.size()) {
            throw new MmcrException("expected blocks that are trained, found all frozen: " + String.join(", ", names)
                    + "; leave one out");
        }
        encoder.table.freeze(frozen);
        projector.table().freeze(frozen);
        return frozen;
    }

    /**
     * Adds low-rank adapters to the encoder, which change nothing at first. Then the encoder's other parameters are not
     * trained, but for the layer norms if the adapters' specification says so. Call it before {@link #freeze}: a frozen
     * block's adapters are frozen as well.
     *
     * @throws MmcrException if the encoder has no attention, or the rank is larger than the width of a layer
     */
    public void adapt(AdapterSpec spec) {
        try (PointerScope scope = new PointerScope()) {
            encoder.table.adapt(spec);
        }
    }

    /** The adapters of the encoder; {@link AdapterSpec#none()} without. */
    public AdapterSpec adapters() {
        return encoder.adapters();
    }

    /** Those of the {@link #parameters} that are adapters, two for each adapted weight. */
    public Map<String, Tensor> adapterParameters() {
        Map<String, Tensor> all = new LinkedHashMap<>(parameters());
        all.keySet().removeIf(name -> !name.contains(LowRankAdapter.INFIX));
        return Collections.unmodifiableMap(all);
    }

    /** Adds the adapters' updates to the encoder's weights and removes the adapters. */
    public void mergeAdapters() {
        encoder.table.mergeAdapters();
    }

    /** Those of the {@link #parameters} that are trained: not frozen, and with adapters not the weights under them. */
    public Map<String, Tensor> trained() {
        Map<String, Tensor> trained = new LinkedHashMap<>(parameters());
        trained.values().removeIf(parameter -> !parameter.requires_grad());
        return Collections.unmodifiableMap(trained);
    }

    /** Live parameters, ordered. */
    public Map<String, Tensor> parameters() {
        return joined(ParameterTable::parameters);
    }

    /** Live tensors that are saved but not trained, ordered. */
    public Map<String, Tensor> buffers() {
        return joined(ParameterTable::buffers);
    }

    /** Parameters and buffers, the content of a checkpoint. */
    public Map<String, Tensor> state() {
        return joined(ParameterTable::state);
    }

    /**
     * Moves encoder and projector to a device. Their inputs follow; optimisers and moving averages are built
     * afterwards.
     */
    public void to(ComputeDevice device) {
        encoder.to(device);
        projector.table().to(device);
    }

    /** The device of the model's tensors, on which {@link #embed} returns its embeddings. */
    public ComputeDevice device() {
        return encoder.device();
    }

    /**
     * Returns an independent model of the same architecture, values and mode, the start of an exponential moving
     * average.
     */
    public EmbeddingModel copy() {
        EmbeddingModel twin = create(encoder.spec(), projectorSpec, 0);
        if (adapters().present()) {
            twin.adapt(adapters());
        }
        twin.to(device());
        twin.copyFrom(this);
        twin.encoder.table.freeze(encoder.table.frozen());
        twin.projector.table().freeze(projector.table().frozen());
        twin.copyMode(this);
        return twin;
    }

    /** Copies every value from a model of the same architecture. */
    public void copyFrom(EmbeddingModel other) {
        TensorMaps.copy(other.state(), state(), "model");
    }

    /**
     * Updates a moving average: each parameter becomes {@code (1 - weight) * this + weight * online}; running
     * statistics and counters are copied.
     *
     * @param weight one minus the decay: 0 keeps the parameters, 1 copies the online ones
     */
    public void lerpFrom(EmbeddingModel online, double weight) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Scalar fraction = new Scalar(weight);
            Map<String, Tensor> source = online.parameters();
            parameters().forEach((name, mine) -> mine.lerp_(source.get(name), fraction));
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
