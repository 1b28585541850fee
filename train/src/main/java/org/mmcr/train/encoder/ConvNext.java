package org.mmcr.train.encoder;

import java.util.ArrayList;
import java.util.List;
import org.mmcr.train.encoder.Layers.Layer;

/**
 * Builds the network of a {@link ConvNextSpec}: (B, 3, H, W) -> (B, 8 width). A block is a 7x7 depthwise convolution,
 * a norm over channels and a two-layer perceptron at each position.
 */
final class ConvNext {
    private static final int KERNEL = 7;
    private static final int MLP_RATIO = 4;
    private static final double EPSILON = 1e-6;

    private final ConvNextSpec spec;
    private final ParameterTable table;
    private final boolean timm;

    private ConvNext(ConvNextSpec spec, ParameterTable table) {
        this.spec = spec;
        this.table = table;
        timm = spec.names() == TensorNames.TIMM;
    }

    static Encoder build(ConvNextSpec spec, ParameterTable table) {
        return new ConvNext(spec, table).build();
    }

    private Encoder build() {
        List<Layer> all = new ArrayList<>();
        int channels = spec.width();
        table.enter("stem");
        Layer patches = convolution(timm ? "stem.0" : "features.0.0", 3, channels, spec.patch());
        all.add(Layers.stage("stem", List.of(patches, channelNorm(timm ? "stem.1" : "features.0.1", channels))));
        int blocks = spec.type().blocks().stream().mapToInt(Integer::intValue).sum();
        int built = 0;
        for (int stage = 0; stage < spec.type().blocks().size(); stage++) {
            List<Layer> layers = new ArrayList<>();
            table.enter("stage" + (stage + 1) + ".block1");
            if (stage > 0) {
                String at = timm ? "stages." + stage + ".downsample" : "features." + 2 * stage;
                layers.add(channelNorm(at + ".0", channels));
                layers.add(convolution(at + ".1", channels, 2 * channels, 2));
                channels *= 2;
            }
            for (int block = 0; block < spec.type().blocks().get(stage); block++) {
                table.enter("stage" + (stage + 1) + ".block" + (block + 1));
                StochasticDepth drop = StochasticDepth.rising(table, spec.dropPath(), built++, blocks);
                layers.add(block(stage, block, channels, drop));
            }
            all.add(Layers.stage("stage" + (stage + 1), layers));
        }
        all.add(new Layers.GlobalAverage());
        table.enter(Encoder.LAST_NORM);
        all.add(TokenLayers.norm(table, timm ? "head.norm" : "classifier.0", channels, EPSILON));
        return new Encoder(spec, table, all, 3, channels);
    }

    private Layer block(int stage, int block, int channels, StochasticDepth drop) {
        String at =
                timm ? "stages." + stage + ".blocks." + block + "." : "features." + (2 * stage + 1) + "." + block + ".";
        int hidden = MLP_RATIO * channels;
        String scale = at + (timm ? "gamma" : "layer_scale");
        long[] shape = timm ? new long[] {channels} : new long[] {channels, 1, 1};
        // Both libraries list the scale first.
        Layer factors = TokenLayers.scale(table, scale, spec.layerScale(), shape);
        List<Layer> body = List.of(
                Layers.normalConv(
                        table,
                        at + (timm ? "conv_dw" : "block.0"),
                        channels,
                        channels,
                        KERNEL,
                        1,
                        KERNEL / 2,
                        channels,
                        true),
                new TokenLayers.ChannelsLast(),
                TokenLayers.norm(table, at + (timm ? "norm" : "block.2"), channels, EPSILON),
                TokenLayers.linear(table, at + (timm ? "mlp.fc1" : "block.3"), channels, hidden),
                new Layers.Activated(Activation.GELU),
                TokenLayers.linear(table, at + (timm ? "mlp.fc2" : "block.5"), hidden, channels),
                factors,
                new TokenLayers.ChannelsFirst());
        return new TokenLayers.ResidualSum(Layers.sequence(body), drop);
    }

    private Layer convolution(String name, int in, int out, int stride) {
        return Layers.normalConv(table, name, in, out, stride, stride, 0, 1, true);
    }

    /** Layer norm over the channels of (B, C, H, W). */
    private Layer channelNorm(String name, int channels) {
        return Layers.sequence(List.of(
                new TokenLayers.ChannelsLast(),
                TokenLayers.norm(table, name, channels, EPSILON),
                new TokenLayers.ChannelsFirst()));
    }
}
