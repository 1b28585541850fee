package org.mmcr.train.encoder;

import java.util.ArrayList;
import java.util.List;
import org.mmcr.train.encoder.Layers.Layer;

/**
 * Builds the network of a {@link VisionTransformerSpec}: (B, 3, H, W) -> (B, width). Stages are the embedding of
 * patches ({@code stem}) and each block; listeners receive their tokens pooled as in the features.
 */
final class VisionTransformer {
    private VisionTransformer() {}

    static Encoder build(VisionTransformerSpec spec, ParameterTable table) {
        TransformerNames names = TransformerNames.of(spec.names());
        Layer pool = new TokenLayers.Pool(spec.pool(), spec.prefix(), spec.classTokens());
        TransformerBlocks blocks = new TransformerBlocks(
                names,
                table,
                spec.width(),
                spec.type().depth(),
                spec.type().heads(),
                spec.activation(),
                spec.epsilon(),
                spec.layerScale(),
                spec.dropPath(),
                false);
        List<Layer> all = new ArrayList<>();
        table.enter("stem");
        List<Layer> stem = new ArrayList<>(List.of(PatchEmbedding.of(spec, names, table)));
        if (!names.preNorm().isEmpty()) {
            stem.add(blocks.norm(names.preNorm()));
        }
        all.add(new Layers.Stage("stem", Layers.sequence(stem), pool));
        for (int block = 0; block < blocks.depth(); block++) {
            table.enter("block" + (block + 1));
            all.add(new Layers.Stage("block" + (block + 1), blocks.block(block), pool));
        }
        table.enter(Encoder.LAST_NORM);
        all.add(blocks.norm(names.norm()));
        all.add(pool);
        return new Encoder(spec, table, all, 3, spec.width());
    }
}
