package org.mmcr.train.encoder;

import java.util.ArrayList;
import java.util.List;
import org.mmcr.core.MmcrException;
import org.mmcr.train.encoder.Layers.Layer;

/** Builds the network of an {@link MlpSpec}: (B, inputs) -> (B, last width). */
final class Mlp {
    private Mlp() {}

    static Encoder build(MlpSpec spec, ParameterTable table) {
        if (spec.inputs() == 0) {
            throw new MmcrException(
                    "expected the number of inputs of an mlp encoder, found 0; give inputs, or train on a"
                            + " table, which sets it");
        }
        int features = spec.widths().get(spec.widths().size() - 1);
        return new Encoder(spec, table, layers(spec, "", table), spec.inputs(), features);
    }

    /** Returns the layers; the names of their tensors start with {@code prefix}. */
    static List<Layer> layers(MlpSpec spec, String prefix, ParameterTable table) {
        List<Layer> all = new ArrayList<>();
        int in = spec.inputs();
        for (int layer = 0; layer < spec.widths().size(); layer++) {
            int out = spec.widths().get(layer);
            String name = prefix + "layer" + (layer + 1);
            table.enter(name);
            all.add(Layers.stage(
                    name,
                    List.of(
                            Layers.linear(table, name + ".linear", in, out),
                            Layers.batchNorm(table, name + ".bn", out, 1),
                            new Layers.Activated(spec.activation()))));
            in = out;
        }
        return all;
    }
}
