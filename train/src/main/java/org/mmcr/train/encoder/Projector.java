package org.mmcr.train.encoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.train.encoder.Layers.Layer;

/**
 * Network of a {@link ProjectorSpec}: (B, features) -> (B, D). Names are those of a Python Sequential: linear 0,
 * batch-norm 1, ReLU 2, linear 3, ...
 */
@API(status = API.Status.STABLE)
public final class Projector {
    private final ProjectorSpec spec;
    private final ParameterTable table;
    private final int unseen;
    private final int features;
    private final Layer layers;

    /** Creates a network of features (B, {@code features}), of which it does not see the first {@code unseen}. */
    Projector(ProjectorSpec spec, int unseen, int features, ParameterTable table) {
        this.spec = spec;
        this.table = table;
        this.unseen = unseen;
        this.features = features;
        table.enter(Blocks.PROJECTOR);
        List<Layer> all = new ArrayList<>();
        int in = features - unseen;
        for (int index = 0; index < spec.widths().size(); index++) {
            int out = spec.widths().get(index);
            boolean last = index == spec.widths().size() - 1;
            String name = Integer.toString(3 * index);
            all.add(
                    last && spec.bias()
                            ? TokenLayers.linear(table, name, in, out)
                            : Layers.linear(table, name, in, out));
            if (!last) {
                all.add(Layers.batchNorm(table, Integer.toString(3 * index + 1), out, 1));
                all.add(new Layers.Activated(Activation.RELU));
            }
            in = out;
        }
        layers = Layers.sequence(all);
    }

    /** Computes raw embeddings: features (B, F) -> (B, D), float32 outside autocast. */
    public Tensor forward(Tensor features) {
        return forwardSeen(unseen == 0 ? features : features.narrow(1, unseen, this.features - unseen));
    }

    /** Computes the same from the features that it sees. */
    Tensor forwardSeen(Tensor seen) {
        return layers.forward(seen);
    }

    /** Describes the network in evaluation mode, from features to raw embeddings. */
    @API(status = API.Status.INTERNAL)
    public <V> V describe(Graph<V> graph, V features) {
        return layers.describe(graph, unseen == 0 ? features : graph.columns(features, unseen, this.features));
    }

    /** Live parameters and buffers under the projector's own names. */
    public Map<String, Tensor> state() {
        return table.state();
    }

    /** Length D of an embedding. */
    public int dimension() {
        return spec.dimension();
    }

    /** Whether it is in training mode. */
    public boolean training() {
        return table.training();
    }

    ParameterTable table() {
        return table;
    }
}
