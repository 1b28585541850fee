package org.mmcr.train.encoder;

import java.util.ArrayList;
import java.util.List;
import org.mmcr.train.encoder.Layers.Layer;

/**
 * Builds the network of a {@link ResNetSpec}: (B, 3, H, W) -> (B, 8 width), or (B, 32 width) with bottlenecks. The
 * stride of a bottleneck is on its 3x3 convolution.
 */
final class ResNet {
    private static final int GROUPS = 4;

    private final ResNetSpec spec;
    private final ParameterTable table;

    private ResNet(ResNetSpec spec, ParameterTable table) {
        this.spec = spec;
        this.table = table;
    }

    static Encoder build(ResNetSpec spec, ParameterTable table) {
        return new ResNet(spec, table).build();
    }

    private Encoder build() {
        List<Layer> all = new ArrayList<>();
        table.enter("stem");
        all.add(Layers.stage("stem", stem()));
        int channels = spec.width();
        for (int group = 0; group < GROUPS; group++) {
            List<Layer> blocks = new ArrayList<>();
            for (int block = 0; block < spec.type().blocks(group); block++) {
                int stride = group > 0 && block == 0 ? 2 : 1;
                table.enter("stage" + (group + 1) + ".block" + (block + 1));
                String name = "layer" + (group + 1) + "." + block;
                Layer made = block(name, channels, spec.width() << group, stride);
                channels = (spec.width() << group) * expansion();
                blocks.add(made);
            }
            all.add(Layers.stage("stage" + (group + 1), blocks));
        }
        all.add(new Layers.GlobalAverage());
        return new Encoder(spec, table, all, 3, channels);
    }

    private int expansion() {
        return spec.type().bottleneck() ? 4 : 1;
    }

    private List<Layer> stem() {
        boolean large = spec.stem() == ResNetSpec.Stem.IMAGENET;
        List<Layer> stem = new ArrayList<>();
        stem.add(Layers.conv(table, "conv1", 3, spec.width(), large ? 7 : 3, large ? 2 : 1));
        stem.add(Layers.batchNorm(table, "bn1", spec.width(), 1));
        stem.add(new Layers.Activated(Activation.RELU));
        if (large) {
            stem.add(new Layers.MaxPool(3, 2, 1));
        }
        return stem;
    }

    private Layer block(String name, int in, int width, int stride) {
        int out = width * expansion();
        double lastScale = spec.zeroInitResidual() ? 0 : 1;
        Layer body = spec.type().bottleneck()
                ? bottleneck(name, in, width, stride, lastScale)
                : basic(name, in, width, stride, lastScale);
        Layer shortcut = stride > 1 || in != out
                ? Layers.sequence(List.of(
                        Layers.conv(table, name + ".downsample.0", in, out, 1, stride),
                        Layers.batchNorm(table, name + ".downsample.1", out, 1)))
                : Layers.sequence(List.of());
        return new Layers.Residual(body, shortcut, Activation.RELU);
    }

    private Layer basic(String name, int in, int width, int stride, double lastScale) {
        return Layers.sequence(List.of(
                Layers.conv(table, name + ".conv1", in, width, 3, stride),
                Layers.batchNorm(table, name + ".bn1", width, 1),
                new Layers.Activated(Activation.RELU),
                Layers.conv(table, name + ".conv2", width, width, 3, 1),
                Layers.batchNorm(table, name + ".bn2", width, lastScale)));
    }

    private Layer bottleneck(String name, int in, int width, int stride, double lastScale) {
        int inner = spec.type().inner(width);
        return Layers.sequence(List.of(
                Layers.conv(table, name + ".conv1", in, inner, 1, 1),
                Layers.batchNorm(table, name + ".bn1", inner, 1),
                new Layers.Activated(Activation.RELU),
                Layers.conv(
                        table,
                        name + ".conv2",
                        inner,
                        inner,
                        3,
                        stride,
                        1,
                        spec.type().groups()),
                Layers.batchNorm(table, name + ".bn2", inner, 1),
                new Layers.Activated(Activation.RELU),
                Layers.conv(table, name + ".conv3", inner, width * 4, 1, 1),
                Layers.batchNorm(table, name + ".bn3", width * 4, lastScale)));
    }
}
