package org.mmcr.train.encoder;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.mmcr.train.encoder.Layers.Layer;

/** Builds the network of a {@link SmallConvNetSpec}: (B, 3, H, W) -> (B, features). */
final class SmallConvNet {
    private final SmallConvNetSpec spec;
    private final ParameterTable table;
    private final Activation activation;

    private SmallConvNet(SmallConvNetSpec spec, ParameterTable table) {
        this.spec = spec;
        this.table = table;
        activation = spec.activation();
    }

    static Encoder build(SmallConvNetSpec spec, ParameterTable table) {
        return new SmallConvNet(spec, table).build();
    }

    private Encoder build() {
        List<Layer> all = new ArrayList<>();
        all.add(stem());
        int channels = spec.stemWidth();
        for (int stage = 0; stage < spec.widths().size(); stage++) {
            table.enter("stage" + (stage + 1));
            all.add(Layers.stage("stage" + (stage + 1), List.of(stage(stage, channels))));
            channels = spec.widths().get(stage);
        }
        if (spec.headWidth() > 0) {
            table.enter("head");
            all.add(Layers.stage("head", List.of(convNormAct("head", channels, spec.headWidth(), 1, 1))));
        }
        return encoder(all);
    }

    private Layer stem() {
        int kernel = spec.stemKernel();
        int stride = spec.stemStride();
        int padding = stride > 1 ? (kernel - stride + 1) / 2 : kernel / 2;
        table.enter("stem");
        return Layers.stage(
                "stem",
                List.of(
                        Layers.conv(table, "stem.conv", 3, spec.stemWidth(), kernel, stride, padding),
                        Layers.batchNorm(table, "stem.bn", spec.stemWidth(), 1),
                        new Layers.Activated(activation)));
    }

    /** Returns the encoder of the stem, the stages and the head, if there is one. */
    private Encoder encoder(List<Layer> all) {
        int last = spec.widths().size(); // its index, behind the stem
        int first = Math.max(1, last - spec.earlyStages());
        List<Layers.PooledStage> early = new ArrayList<>();
        int earlyFeatures = 0;
        for (int stage = first; stage < last; stage++) {
            early.add(new Layers.PooledStage(all.get(stage), new Layers.HalfAverages()));
            earlyFeatures += 2 * spec.widths().get(stage - 1);
        }
        List<Layers.PooledStage> late = late(all.subList(last, all.size()));
        int width = spec.widths().get(last - 1);
        if (spec.headWidth() > 0) {
            width = spec.headWidth() + (spec.headConcat() ? width : 0);
        }
        return new Encoder(
                spec,
                table,
                pooled(all.subList(0, first), Stream.concat(early.stream(), late.stream())),
                pooled(all.subList(0, last), late.stream()),
                3,
                earlyFeatures,
                earlyFeatures + width);
    }

    private List<Layers.PooledStage> late(List<Layer> lastStageAndHead) {
        if (spec.headConcat()) {
            return lastStageAndHead.stream().map(SmallConvNet::averaged).toList();
        }
        return List.of(averaged(Layers.sequence(lastStageAndHead)));
    }

    private static Layers.PooledStage averaged(Layer stage) {
        return new Layers.PooledStage(stage, new Layers.GlobalAverage());
    }

    private static List<Layer> pooled(List<Layer> before, Stream<Layers.PooledStage> stages) {
        List<Layer> layers = new ArrayList<>(before);
        layers.add(new Layers.PooledStages(stages.toList()));
        return layers;
    }

    private Layer stage(int stage, int in) {
        int width = spec.widths().get(stage);
        int stride = spec.strides().get(stage);
        int blocks = spec.blocks().get(stage);
        if (blocks == 0) {
            return convNormAct("stage" + (stage + 1), in, width, 3, stride);
        }
        List<Layer> made = new ArrayList<>();
        for (int block = 0; block < blocks; block++) {
            table.enter("stage" + (stage + 1) + ".block" + (block + 1));
            made.add(block(
                    "stage" + (stage + 1) + "." + block, block == 0 ? in : width, width, block == 0 ? stride : 1));
        }
        return Layers.sequence(made);
    }

    private Layer convNormAct(String name, int in, int out, int kernel, int stride) {
        return Layers.sequence(List.of(
                Layers.conv(table, name + ".conv", in, out, kernel, stride),
                Layers.batchNorm(table, name + ".bn", out, 1),
                new Layers.Activated(activation)));
    }

    private Layer block(String name, int in, int out, int stride) {
        Layer body = Layers.sequence(List.of(
                Layers.conv(table, name + ".conv1", in, out, 3, stride),
                Layers.batchNorm(table, name + ".bn1", out, 1),
                new Layers.Activated(activation),
                Layers.conv(table, name + ".conv2", out, out, 3, 1),
                Layers.batchNorm(table, name + ".bn2", out, spec.zeroInitResidual() ? 0 : 1)));
        Layer shortcut = shortcut(name + ".shortcut", in, out, stride);
        return new Layers.Residual(body, shortcut, activation);
    }

    private Layer shortcut(String name, int in, int out, int stride) {
        if (stride == 1 && in == out) {
            return Layers.sequence(List.of());
        }
        boolean pool = stride > 1 && spec.shortcut() == SmallConvNetSpec.Shortcut.POOL;
        List<Layer> layers = new ArrayList<>();
        if (pool) {
            layers.add(new Layers.AveragePool(stride));
        }
        layers.add(Layers.conv(table, name + ".conv", in, out, 1, pool ? 1 : stride));
        layers.add(Layers.batchNorm(table, name + ".bn", out, 1));
        return Layers.sequence(layers);
    }
}
