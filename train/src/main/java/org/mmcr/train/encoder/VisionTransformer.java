package org.mmcr.train.encoder;

import java.util.ArrayList;
import java.util.List;
import org.mmcr.train.encoder.Layers.Layer;

/**
 * Builds the network of a {@link VisionTransformerSpec}: (B, 3, H, W) -> (B, width). Stages are the embedding of
 * patches ({@code stem}) and each block; listeners receive their tokens pooled as in the features.
 */
final class VisionTransformer {
    private static final int MLP_RATIO = 4;

    private final VisionTransformerSpec spec;
    private final ParameterTable table;
    private final TransformerNames names;
    private final Layer pool;

    private VisionTransformer(VisionTransformerSpec spec, ParameterTable table) {
        this.spec = spec;
        this.table = table;
        names = TransformerNames.of(spec.names());
        pool = new TokenLayers.Pool(spec.pool(), spec.prefix(), spec.classTokens());
    }

    static Encoder build(VisionTransformerSpec spec, ParameterTable table) {
        return new VisionTransformer(spec, table).build();
    }

    private Encoder build() {
        List<Layer> all = new ArrayList<>();
        table.enter("stem");
        List<Layer> stem = new ArrayList<>(List.of(PatchEmbedding.of(spec, names, table)));
        if (!names.preNorm().isEmpty()) {
            stem.add(norm(names.preNorm()));
        }
        all.add(new Layers.Stage("stem", Layers.sequence(stem), pool));
        for (int block = 0; block < spec.type().depth(); block++) {
            table.enter("block" + (block + 1));
            all.add(new Layers.Stage("block" + (block + 1), block(block), pool));
        }
        table.enter(Encoder.LAST_NORM);
        all.add(norm(names.norm()));
        all.add(pool);
        return new Encoder(spec, table, all, 3, spec.width());
    }

    private Layer block(int block) {
        String at = names.block() + block + ".";
        StochasticDepth drop = StochasticDepth.rising(
                table, spec.dropPath(), block, spec.type().depth());
        List<Layer> attention = new ArrayList<>();
        attention.add(norm(at + names.norm1()));
        attention.add(Attention.of(spec, names, at, table));
        scale(attention, at + names.scale1());
        Layer first = new TokenLayers.ResidualSum(Layers.sequence(attention), drop);
        List<Layer> mlp = new ArrayList<>();
        int hidden = MLP_RATIO * spec.width();
        mlp.add(norm(at + names.norm2()));
        mlp.add(TokenLayers.adaptable(table, AdapterSpec.Part.MLP, at + names.mlpIn(), spec.width(), hidden));
        mlp.add(new Layers.Activated(spec.activation()));
        mlp.add(TokenLayers.adaptable(table, AdapterSpec.Part.MLP, at + names.mlpOut(), hidden, spec.width()));
        scale(mlp, at + names.scale2());
        return Layers.sequence(List.of(first, new TokenLayers.ResidualSum(Layers.sequence(mlp), drop.second())));
    }

    private void scale(List<Layer> branch, String name) {
        if (spec.layerScale() > 0) {
            branch.add(TokenLayers.scale(table, name, spec.layerScale(), spec.width()));
        }
    }

    private Layer norm(String name) {
        return TokenLayers.norm(table, name, spec.width(), spec.epsilon());
    }
}
