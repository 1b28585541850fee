package org.mmcr.train.encoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;
import org.mmcr.train.encoder.Layers.Layer;

/**
 * The text tower of a CLIP (Radford et al. 2021, arXiv 2103.00020) with the projections of texts and pictures into
 * their common space: tokens and positions, causal blocks, a last norm, the row of the end token, its projection.
 *
 * <p>Float32, on the processor. Several threads may use it.
 */
final class TextTower {
    private final Shape shape;
    private final Tensor tokens;
    private final Tensor positions;
    private final Layer layers;
    private final Tensor textProjection;
    private final Tensor pictureProjection;

    /**
     * The sizes of a tower, and where it is read.
     *
     * @param end token whose row is read, at its first place; {@link #LARGEST_TOKEN} for the token with the largest
     *     number, which is the end in CLIP's own vocabulary
     */
    record Shape(TensorNames names, int width, int depth, int heads, Activation activation, int end) {
        /** The token with the largest number ends a text. */
        static final int LARGEST_TOKEN = -1;

        Shape {
            if (heads < 1 || width % heads != 0) {
                throw new MmcrException("expected the width of the text tower to be a multiple of its heads, found "
                        + width + " and " + heads + "; correct the configuration beside the weights");
            }
        }
    }

    /**
     * The tensors outside of the blocks, float32.
     *
     * @param tokens (vocabulary, W)
     * @param positions (longest, W)
     * @param text projection of texts (E, W)
     * @param pictures projection of pictures (E, F)
     */
    record Tables(Tensor tokens, Tensor positions, Tensor text, Tensor pictures) {}

    private TextTower(Shape shape, Tables tables, Layer layers) {
        this.shape = shape;
        this.layers = layers;
        tokens = kept(tables.tokens());
        positions = kept(tables.positions());
        textProjection = kept(tables.text());
        pictureProjection = kept(tables.pictures());
    }

    private static Tensor kept(Tensor tensor) {
        tensor.retainReference();
        return tensor;
    }

    /** Builds a tower; its blocks' parameters are added to {@code table}, whose values the caller sets. */
    static TextTower build(Shape shape, Tables tables, ParameterTable table, String lastNorm) {
        TransformerBlocks blocks = new TransformerBlocks(
                TransformerNames.of(shape.names()),
                table,
                shape.width(),
                shape.depth(),
                shape.heads(),
                shape.activation(),
                VisionTransformerSpec.CLIP_EPSILON,
                0,
                0,
                true);
        List<Layer> layers = new ArrayList<>();
        for (int block = 0; block < shape.depth(); block++) {
            layers.add(blocks.block(block));
        }
        layers.add(blocks.norm(lastNorm));
        table.train(false);
        return new TextTower(shape, tables, Layers.sequence(layers));
    }

    Shape shape() {
        return shape;
    }

    /** Returns the largest number of tokens of a text. */
    int longest() {
        return Math.toIntExact(positions.size(0));
    }

    /** Returns the number of tokens in the vocabulary. */
    int vocabulary() {
        return Math.toIntExact(tokens.size(0));
    }

    /**
     * Returns the projection of pictures, (E, F), from features before it to the space of texts; not modified.
     */
    Tensor pictureProjection() {
        return pictureProjection;
    }

    /**
     * Computes the embedding of a text, of unit length.
     *
     * @param text token numbers, from the start token to the end token, at most {@link #longest}
     */
    float[] embed(int[] text) {
        int row = endOf(text);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                Precision.Scope exact = Precision.FP32.autocast()) {
            Tensor numbers = torch.tensor(Arrays.stream(text).asLongStream().toArray());
            Tensor x = tokens.index_select(0, numbers)
                    .add(positions.narrow(0, 0, text.length))
                    .unsqueeze(0);
            Tensor end = layers.forward(x).select(1, row).squeeze(0);
            Tensor projected = textProjection.mv(end);
            float[] values = new float[Math.toIntExact(projected.numel())];
            projected.contiguous().data_ptr_float().get(values);
            return unit(values);
        }
    }

    /** The place of the end token: the first of its number, or the first of the largest number. */
    private int endOf(int[] text) {
        int wanted = shape.end() == Shape.LARGEST_TOKEN
                ? Arrays.stream(text).max().orElse(Shape.LARGEST_TOKEN)
                : shape.end();
        for (int i = 0; i < text.length; i++) {
            if (text[i] == wanted) {
                return i;
            }
        }
        throw new MmcrException("expected the end token " + wanted + " of the weights in a text, found none; put the"
                + " tokenizer of the same model beside them");
    }

    private static float[] unit(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        double length = Math.max(Math.sqrt(sum), Float.MIN_NORMAL);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (values[i] / length);
        }
        return values;
    }
}
