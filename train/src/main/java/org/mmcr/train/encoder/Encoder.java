package org.mmcr.train.encoder;

import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.train.encoder.Layers.Layer;

/**
 * A network from inputs to features, built by {@link EncoderSpec#build}. It may be built and used inside or outside
 * pointer scopes, because its tensors are retained. In training mode it is not thread-safe; in evaluation mode several
 * threads may call {@link #forward}.
 */
@API(status = API.Status.STABLE)
public final class Encoder {
    /** Block of the norm behind the last block of a transformer or ConvNeXt. */
    static final String LAST_NORM = "norm";

    final ParameterTable table;
    private final EncoderSpec spec;
    final Layers.Sequence layers;
    private final Layer lateLayers;
    private final int inputs;
    private final int earlyFeatures;
    private final int features;

    /** Creates a network of layers whose tensors are in {@code table}. */
    Encoder(EncoderSpec spec, ParameterTable table, List<Layer> layers, int inputs, int features) {
        this(spec, table, layers, layers, inputs, 0, features);
    }

    /**
     * Creates a network whose first {@code earlyFeatures} features are those of stages before the last.
     *
     * @param lateLayers the same layers without the pooling of those stages
     */
    Encoder(
            EncoderSpec spec,
            ParameterTable table,
            List<Layer> layers,
            List<Layer> lateLayers,
            int inputs,
            int earlyFeatures,
            int features) {
        this.spec = spec;
        this.table = table;
        this.layers = new Layers.Sequence(layers);
        this.lateLayers = Layers.sequence(lateLayers);
        this.inputs = inputs;
        this.earlyFeatures = earlyFeatures;
        this.features = features;
    }

    /** A listener to the outputs of the stages of a network. */
    @FunctionalInterface
    public interface StageListener {
        /**
         * Called when a stage has been computed.
         *
         * @param name {@code input}, {@code stem}, {@code stage1}, ..., {@code features}, and {@code projector} in a
         *     whole model
         * @param output (B, ...), must not be modified, valid during the call
         */
        void done(String name, Tensor output);
    }

    /**
     * Computes the features of a batch, on the network's device.
     *
     * @param x float32 pictures (B, 3, H, W), normalised, any layout (channels-last is fastest), or vectors (B,
     *     inputs) for an MLP
     * @return float32 (B, {@link #features()}), in every precision
     * @throws MmcrException if x has another rank or another number of channels
     */
    public Tensor forward(Tensor x) {
        requireShape(x);
        Tensor input = input(x);
        return layers.forward(input).to(ScalarType.Float);
    }

    /**
     * Computes the features of {@link #forward} behind the first {@link #earlyFeatures()}: float32 (B, features -
     * early features). The stages of those are not pooled, so that no gradient of zeros passes through them.
     */
    Tensor lateFeatures(Tensor x) {
        requireShape(x);
        return lateLayers.forward(input(x)).to(ScalarType.Float);
    }

    /**
     * Computes the same features and passes the input, the output of each stage and the features to {@code listener}.
     */
    public Tensor forward(Tensor x, StageListener listener) {
        requireShape(x);
        listener.done("input", x);
        Tensor features = layers.forward(input(x), listener).to(ScalarType.Float);
        listener.done("features", features);
        return features;
    }

    /** Describes the network in evaluation mode, from the input of {@link #forward} to the features. */
    @API(status = API.Status.INTERNAL)
    public <V> V describe(Graph<V> graph, V input) {
        return layers.describe(graph, input);
    }

    /** Rank that {@link #forward} expects: 4 for pictures, 2 for vectors. */
    public int rank() {
        return spec instanceof MlpSpec || spec instanceof TowersSpec ? 2 : 4;
    }

    /** Size of dimension 1 of the input: channels of a picture, or length of a vector. */
    public int inputs() {
        return inputs;
    }

    /** Length of a feature vector. */
    public int features() {
        return features;
    }

    /** Number of the features that are those of stages before the last; they come first. */
    int earlyFeatures() {
        return earlyFeatures;
    }

    /** Specification of this encoder. */
    public EncoderSpec spec() {
        return spec;
    }

    /**
     * Sets training mode (batch statistics, running statistics updated) or evaluation mode (running statistics,
     * nothing updated).
     */
    public void train(boolean on) {
        table.train(on);
    }

    /** Same as {@code train(false)}. */
    public void eval() {
        train(false);
    }

    /** Whether it is in training mode. */
    public boolean training() {
        return table.training();
    }

    /** Live trainable tensors by name, in torchvision's order if torchvision has the network. */
    public Map<String, Tensor> parameters() {
        return table.parameters();
    }

    /** Live tensors that are saved but not trained, the running statistics. */
    public Map<String, Tensor> buffers() {
        return table.buffers();
    }

    /** Parameters and buffers in the order of a Python state dictionary. */
    public Map<String, Tensor> state() {
        return table.state();
    }

    /** Low-rank adapters of its layers; {@link AdapterSpec#none()} without. */
    public AdapterSpec adapters() {
        return table.adapters();
    }

    /** Moves the network to a device; {@link #forward} then moves its input there. */
    public void to(ComputeDevice device) {
        table.to(device);
    }

    /** The device of the network's tensors. */
    public ComputeDevice device() {
        return table.device();
    }

    private Tensor input(Tensor x) {
        return table.device().place(x.dim() == 4 ? x.contiguous(MemoryFormat.ChannelsLast) : x);
    }

    private void requireShape(Tensor x) {
        if (x.dim() != rank() || x.size(1) != inputs()) {
            throw new MmcrException("the encoder expects "
                    + (rank() == 4 ? "pictures (B, " + inputs() + ", H, W)" : "vectors (B, " + inputs() + ")")
                    + ", found " + TensorMaps.describe(x) + "; check the data or the encoder's type");
        }
    }
}
