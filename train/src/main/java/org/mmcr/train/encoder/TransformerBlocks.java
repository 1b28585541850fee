package org.mmcr.train.encoder;

import java.util.ArrayList;
import java.util.List;
import org.mmcr.train.encoder.Layers.Layer;

/**
 * Builds the blocks of a transformer, (B, T, D) -> (B, T, D): attention and MLP, each of a layer norm of its input and
 * added to it.
 *
 * @param width length of a token, D
 * @param epsilon added to the variance in layer norms
 * @param layerScale initial factor of each branch's learned scale; 0 for networks without
 * @param dropPath probability in training that a sample skips a branch of the last block
 * @param causal whether a token attends to itself and those before it alone
 */
record TransformerBlocks(
        TransformerNames names,
        ParameterTable table,
        int width,
        int depth,
        int heads,
        Activation activation,
        double epsilon,
        double layerScale,
        double dropPath,
        boolean causal) {
    private static final int MLP_RATIO = 4;

    /** Returns a block by its number from 0. */
    Layer block(int block) {
        String at = names.block() + block + ".";
        StochasticDepth drop = StochasticDepth.rising(table, dropPath, block, depth);
        List<Layer> attention = new ArrayList<>();
        attention.add(norm(at + names.norm1()));
        attention.add(Attention.of(this, at));
        scale(attention, at + names.scale1());
        Layer first = new TokenLayers.ResidualSum(Layers.sequence(attention), drop);
        List<Layer> mlp = new ArrayList<>();
        int hidden = MLP_RATIO * width;
        mlp.add(norm(at + names.norm2()));
        mlp.add(TokenLayers.adaptable(table, AdapterSpec.Part.MLP, at + names.mlpIn(), width, hidden));
        mlp.add(new Layers.Activated(activation));
        mlp.add(TokenLayers.adaptable(table, AdapterSpec.Part.MLP, at + names.mlpOut(), hidden, width));
        scale(mlp, at + names.scale2());
        return Layers.sequence(List.of(first, new TokenLayers.ResidualSum(Layers.sequence(mlp), drop.second())));
    }

    /** Returns a layer norm of the tokens. */
    Layer norm(String name) {
        return TokenLayers.norm(table, name, width, epsilon);
    }

    private void scale(List<Layer> branch, String name) {
        if (layerScale > 0) {
            branch.add(TokenLayers.scale(table, name, layerScale, width));
        }
    }
}
