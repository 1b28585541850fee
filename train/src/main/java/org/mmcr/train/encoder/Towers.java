package org.mmcr.train.encoder;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.train.encoder.Layers.Layer;

/**
 * The networks of a {@link TowersSpec}: (B, columns of all modalities) -> (B, last width).
 *
 * <p>A row has the columns of one modality and NaN in all others, and goes through the network of that modality alone.
 * So batch-norm of a network normalises over the rows of its modality. A row of NaN alone, a missing modality, gives
 * zeros. In training mode a single row of a modality is normalised by the running statistics, because it has no
 * variance. Where processes share a batch, each may have another number of rows of a modality, also none; the
 * statistics are those of all.
 */
final class Towers implements Layer {
    private static final String MODALITY = "modality";

    private final TowersSpec spec;
    private final ParameterTable table;
    private final List<Layer> networks = new ArrayList<>();

    private Towers(TowersSpec spec, ParameterTable table) {
        this.spec = spec;
        this.table = table;
        for (int m = 0; m < spec.modalities().size(); m++) {
            networks.add(Layers.sequence(Mlp.layers(spec.tower(m), prefix(m), table)));
        }
    }

    static Encoder build(TowersSpec spec, ParameterTable table) {
        if (spec.modalities().isEmpty()) {
            throw new MmcrException("expected the modalities of a towers encoder, found none; give modalities, or train"
                    + " on paired data, which sets them");
        }
        int features = spec.widths().get(spec.widths().size() - 1);
        return new Encoder(spec, table, List.of(new Towers(spec, table)), spec.inputs(), features);
    }

    /** The start of the names of a modality's tensors. */
    static String prefix(int modality) {
        return MODALITY + modality + ".";
    }

    /** The modality at the start of the name of a block; empty for the blocks of other networks. */
    static String modality(String block) {
        return block.startsWith(MODALITY) ? block.substring(0, block.indexOf('.')) : "";
    }

    /** Returns the indices of the rows (B, columns) that are not missing, int64. */
    static Tensor present(Tensor x) {
        try (NoGradGuard guard = new NoGradGuard()) {
            return indices(x.isnan().logical_not().any(1));
        }
    }

    private static Tensor indices(Tensor mask) {
        return mask.nonzero().squeeze(1);
    }

    @Override
    public Tensor forward(Tensor x) {
        long features = spec.widths().get(spec.widths().size() - 1);
        Tensor all = table.device().place(torch.zeros(x.size(0), features));
        List<Tensor> rows = new ArrayList<>();
        for (int m = 0; m < networks.size(); m++) {
            rows.add(indices(x.select(1, spec.first(m)).isnan().logical_not()));
        }
        long[] totals =
                table.overProcesses(rows.stream().mapToLong(one -> one.size(0)).toArray());
        for (int m = 0; m < networks.size(); m++) {
            // In training, weights without rows have a gradient of zero, and take part in the exchanges of processes.
            if (rows.get(m).size(0) > 0 || table.training()) {
                Tensor own = x.narrow(1, spec.first(m), spec.modalities().get(m).columns())
                        .index_select(0, rows.get(m));
                Tensor outputs = forward(networks.get(m), own, totals[m]);
                all = all.index_add(0, rows.get(m), outputs.to(ScalarType.Float));
            }
        }
        return all;
    }

    /** total: number of rows over all processes. */
    private Tensor forward(Layer network, Tensor rows, long total) {
        if (total > 1 || !table.training()) {
            table.totalRows(table.isSplit() ? total : 0);
            try {
                return network.forward(rows);
            } finally {
                table.totalRows(0);
            }
        }
        table.train(false);
        try {
            return network.forward(rows);
        } finally {
            table.train(true);
        }
    }

    @Override
    public <V> V describe(Graph<V> graph, V x) {
        throw new MmcrException("expected the network of one modality, found those of "
                + spec.modalities().size() + "; name one with --modality");
    }
}
