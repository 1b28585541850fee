package org.mmcr.train.encoder;

import java.util.Map;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.train.encoder.Layers.Layer;

/**
 * A network from inputs to features. Made by {@link EncoderSpec#build}; its tensors are retained, so it may be built and used inside or outside pointer scopes.
 * Not thread-safe in training mode; in evaluation mode several threads may call {@link #forward}.
 */
@API(status = API.Status.STABLE)
public abstract sealed class Encoder permits ResNet, SmallConvNet, Mlp {
    final ParameterTable table;
    private final EncoderSpec spec;

    Encoder(EncoderSpec spec, ParameterTable table) {
        this.spec = spec;
        this.table = table;
    }

    /** All layers, from the input to the features. */
    abstract Layers.Sequence layers();

    /** Hears of what passes through a network. */
    @FunctionalInterface
    public interface StageListener {
        /**
         * One stage is done.
         *
         * @param name {@code input}, {@code stem}, {@code stage1}, ...; {@code features}; of a whole model {@code projector} too
         * @param output (B, ...), not to be changed, valid during the call
         */
        void done(String name, Tensor output);
    }

    /**
     * Features of a batch.
     *
     * @param x float32 pictures (B, 3, H, W), normalised, any layout (channels-last is fastest), or vectors (B, inputs) for an MLP
     * @return float32 (B, {@link #features()}), whatever the precision in force
     * @throws MmcrException when x has another rank or another number of channels
     */
    public final Tensor forward(Tensor x) {
        requireShape(x);
        Tensor input = x.dim() == 4 ? x.contiguous(MemoryFormat.ChannelsLast) : x;
        return layers().forward(input).to(ScalarType.Float);
    }

    /** The same features; {@code listener} hears of the input, of what comes out of each stage, and of the features. */
    public final Tensor forward(Tensor x, StageListener listener) {
        requireShape(x);
        listener.done("input", x);
        Tensor y = x.dim() == 4 ? x.contiguous(MemoryFormat.ChannelsLast) : x;
        for (Layer layer : layers().layers()) {
            y = layer.forward(y);
            if (layer instanceof Layers.Stage stage) {
                listener.done(stage.name(), y);
            }
        }
        Tensor features = y.to(ScalarType.Float);
        listener.done("features", features);
        return features;
    }

    /** Spells the network out in evaluation mode: from the input that {@link #forward} takes to the features. */
    @API(status = API.Status.INTERNAL)
    public final <V> V describe(Graph<V> graph, V input) {
        return layers().describe(graph, input);
    }

    /** Rank that {@link #forward} expects: 4 for pictures, 2 for vectors. */
    public abstract int rank();

    /** Size that dimension 1 of the input must have: channels of a picture, or the length of a vector. */
    public abstract int inputs();

    /** Length of a feature vector. */
    public abstract int features();

    /** What this encoder was made from. */
    public final EncoderSpec spec() {
        return spec;
    }

    /** Training mode (batch statistics, running statistics updated) or evaluation mode (running statistics used, nothing changed). */
    public final void train(boolean on) {
        table.train(on);
    }

    /** Same as {@code train(false)}. */
    public final void eval() {
        train(false);
    }

    /** Whether it is in training mode. */
    public final boolean training() {
        return table.training();
    }

    /** Live trainable tensors by name, in torchvision's order where torchvision has the network. */
    public final Map<String, Tensor> parameters() {
        return table.parameters();
    }

    /** Live tensors that are saved but not trained: running statistics. */
    public final Map<String, Tensor> buffers() {
        return table.buffers();
    }

    /** Parameters and buffers in the order of a Python state dictionary. */
    public final Map<String, Tensor> state() {
        return table.state();
    }

    private void requireShape(Tensor x) {
        if (x.dim() != rank() || x.size(1) != inputs()) {
            throw new MmcrException("the encoder expects "
                    + (rank() == 4 ? "pictures (B, " + inputs() + ", H, W)" : "vectors (B, " + inputs() + ")")
                    + ", found " + TensorMaps.describe(x) + "; check the data or the encoder's type");
        }
    }
}
