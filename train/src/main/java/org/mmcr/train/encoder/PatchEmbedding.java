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
 * in transformers, with antialiasing in timm, in open_clip and for DINOv2 with registers, with aligned corners in
 * torchvision.
 */
final class PatchEmbedding implements Layer {
    private final VisionTransformerSpec spec;
    private final TransformerNames names;
    private final Layer convolution;
    private final Tensor classToken;
    private final Optional<Tensor> registers;
    private final Tensor positions;

    private PatchEmbedding(VisionTransformerSpec spec, TransformerNames names, ParameterTable table) {
        this.spec = spec;
        this.names = names;
        int width = spec.width();
        long[] token = names.flat() ? new long[] {width} : new long[] {1, 1, width};
        classToken = table.normal(names.classToken(), TokenLayers.DEVIATION, token);
        registers = spec.registers() == 0
                ? Optional.empty()
                : Optional.of(table.normal(names.registers(), TokenLayers.DEVIATION, 1, spec.registers(), width));
        long count = (long) spec.grid() * spec.grid() + spec.placed();
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
        Tensor last = registers.map(tokens -> joined(token(tokens, x), patches)).orElse(patches);
        return joined(token(classToken, x), last).add(positions(map.size(2), map.size(3)));
    }

    @Override
    public <V> V describe(Graph<V> graph, V x) {
        requireWhole(graph.pictureSide());
        long grid = graph.pictureSide() / spec.patch();
        Tensor added = positions(grid, grid).detach();
        V patches = graph.tokens(convolution.describe(graph, x));
        V last = registers.isPresent() ? graph.prepend(patches, names.registers()) : patches;
        return graph.addConstant(graph.prepend(last, names.classToken()), names.positions(), added);
    }

    /** What is added to the tokens (1, T, D) of a grid of patches: their positions, zero for tokens without one. */
    private Tensor positions(long rows, long columns) {
        Tensor all = positions.view(1, -1, spec.width());
        int placed = spec.placed();
        Tensor patches = patchPositions(all.narrow(1, placed, all.size(1) - placed), rows, columns);
        Tensor nowhere = torch.zeros(new long[] {1, spec.prefix() - placed, spec.width()}, all.options());
        return joined(joined(all.narrow(1, 0, placed), nowhere), patches);
    }

    private Tensor patchPositions(Tensor patches, long rows, long columns) {
        if (rows == spec.grid() && columns == spec.grid()) {
            return patches;
        }
        Tensor map = patches.view(1, spec.grid(), spec.grid(), spec.width()).permute(0, 3, 1, 2);
        return torch.interpolate(map, interpolation(rows, columns))
                .permute(0, 2, 3, 1)
                .reshape(1, rows * columns, spec.width());
    }

    private InterpolateFuncOptions interpolation(long rows, long columns) {
        InterpolateFuncOptions options = new InterpolateFuncOptions();
        options.size().put(new LongVector(rows, columns));
        options.mode().put(new InterpolateMode(new kBicubic()));
        options.align_corners().put(spec.names() == TensorNames.TORCHVISION);
        options.antialias()
                .put(
                        switch (spec.names()) {
                            case TIMM, TIMM_DISTILLED, OPEN_CLIP -> true;
                            case TRANSFORMERS_DINOV2 -> spec.registers() > 0;
                            default -> false;
                        });
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
