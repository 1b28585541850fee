package org.mmcr.train.encoder;

import java.util.Optional;
import org.bytedeco.pytorch.InterpolateFuncOptions;
import org.bytedeco.pytorch.InterpolateMode;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.kBicubic;
import org.mmcr.core.MmcrException;
import org.mmcr.train.encoder.Layers.Layer;

/**
 * Embedding of a picture's patches with their positions, after the class token and the registers: (B, 3, H, W) -> (B,
 * 1 + R + h w, D). Positions for another grid of patches are interpolated as the library of the spec does it: bicubic
 * in transformers, with antialiasing in timm and open_clip, with aligned corners in torchvision.
 */
final class PatchEmbedding implements Layer {
    private final VisionTransformerSpec spec;
    private final TransformerNames names;
    private final Layer convolution;
    private final Tensor classToken;
    private final Optional<Tensor> registers;
    private final Tensor positions;
    /** Whether the first position is that of the class token; timm's networks with registers have none. */
    private final boolean classPosition;

    private PatchEmbedding(VisionTransformerSpec spec, TransformerNames names, ParameterTable table) {
        this.spec = spec;
        this.names = names;
        int width = spec.width();
        long[] token = names.flat() ? new long[] {width} : new long[] {1, 1, width};
        classToken = table.normal(names.classToken(), TokenLayers.DEVIATION, token);
        registers = spec.registers() == 0
                ? Optional.empty()
                : Optional.of(table.normal(names.registers(), TokenLayers.DEVIATION, 1, spec.registers(), width));
        classPosition = spec.registers() == 0;
        long count = (long) spec.grid() * spec.grid() + (classPosition ? 1 : 0);
        long[] shape = names.flat() ? new long[] {count, width} : new long[] {1, count, width};
        positions = table.normal(names.positions(), TokenLayers.DEVIATION, shape);
        convolution = Layers.normalConv(
                table, names.patches(), 3, width, spec.patch(), spec.patch(), 0, 1, names.patchBias());
    }

    static PatchEmbedding of(VisionTransformerSpec spec, TransformerNames names, ParameterTable table) {
        return new PatchEmbedding(spec, names, table);
    }

    @Override
    public Tensor forward(Tensor x) {
        requireWhole(x.size(2));
        requireWhole(x.size(3));
        Tensor map = convolution.forward(x);
        Tensor patches = map.flatten(2, -1).transpose(1, 2);
        Tensor added = positions(map.size(2), map.size(3));
        if (classPosition) {
            return joined(token(classToken, x), patches).add(added);
        }
        Tensor placed = patches.add(added);
        Tensor last = registers.map(tokens -> joined(token(tokens, x), placed)).orElse(placed);
        return joined(token(classToken, x), last);
    }

    @Override
    public <V> V describe(Graph<V> graph, V x) {
        requireWhole(graph.pictureSide());
        long grid = graph.pictureSide() / spec.patch();
        Tensor added = positions(grid, grid).detach();
        V patches = graph.tokens(convolution.describe(graph, x));
        if (classPosition) {
            return graph.addConstant(graph.prepend(patches, names.classToken()), names.positions(), added);
        }
        V placed = graph.addConstant(patches, names.positions(), added);
        return graph.prepend(graph.prepend(placed, names.registers()), names.classToken());
    }

    /** Positions (1, T, D) of a grid of patches. */
    private Tensor positions(long rows, long columns) {
        Tensor all = positions.view(1, -1, spec.width());
        if (rows == spec.grid() && columns == spec.grid()) {
            return all;
        }
        Tensor patches = classPosition ? all.narrow(1, 1, all.size(1) - 1) : all;
        Tensor map = patches.view(1, spec.grid(), spec.grid(), spec.width()).permute(0, 3, 1, 2);
        Tensor placed = torch.interpolate(map, interpolation(rows, columns))
                .permute(0, 2, 3, 1)
                .reshape(1, rows * columns, spec.width());
        return classPosition ? joined(all.narrow(1, 0, 1), placed) : placed;
    }

    private InterpolateFuncOptions interpolation(long rows, long columns) {
        InterpolateFuncOptions options = new InterpolateFuncOptions();
        options.size().put(new LongVector(rows, columns));
        options.mode().put(new InterpolateMode(new kBicubic()));
        options.align_corners().put(spec.names() == TensorNames.TORCHVISION);
        options.antialias().put(spec.names() == TensorNames.TIMM || spec.names() == TensorNames.OPEN_CLIP);
        return options;
    }

    private void requireWhole(long side) {
        if (side < spec.patch() || side % spec.patch() != 0) {
            long below = Math.max(1, side / spec.patch()) * spec.patch();
            throw new MmcrException("expected pictures whose sides are multiples of the patch of " + spec.patch()
                    + " pixels, found " + side + "; use --size " + below);
        }
    }

    private static Tensor token(Tensor token, Tensor x) {
        long width = token.size(token.dim() - 1);
        return token.view(1, -1, width).expand(x.size(0), -1, -1);
    }

    private static Tensor joined(Tensor first, Tensor second) {
        return torch.cat(new TensorVector(first, second), 1);
    }
}
