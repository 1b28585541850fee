package org.mmcr.train.run;

import java.util.List;
import java.util.stream.Collectors;
import org.mmcr.core.MmcrException;
import org.mmcr.data.ColumnStatistics;
import org.mmcr.data.DataSource;
import org.mmcr.data.Modality;
import org.mmcr.data.PairedSource;
import org.mmcr.data.VectorSource;
import org.mmcr.train.encoder.MlpSpec;
import org.mmcr.train.encoder.TowersSpec;

/**
 * Checks that the parts of a configuration fit one another and the data: pictures, or a table with the same columns.
 */
final class ConfigFit {
    private ConfigFit() {}

    /** Every objective but MMCR compares the views of a sample and has no momentum variant. */
    static void requireObjective(PretrainConfig config) {
        if (config.objective() instanceof MmcrSpec) {
            return;
        }
        String name = config.objective().build().name();
        if (config.views() < 2) {
            throw new MmcrException("expected at least 2 views of each sample for the objective " + name
                    + ", which compares them, found " + config.views() + "; set views to 2 or more");
        }
        if (config.objective().target().isPresent() && config.ema().enabled()) {
            throw new MmcrException("expected ema.decay 0 for the objective " + name
                    + ", whose target is a moving average of its own, found "
                    + ConfigChecks.plain(config.ema().decay()) + "; set ema.decay to 0, and the target's decay as"
                    + " objective.decay");
        }
        if (config.ema().target()) {
            throw new MmcrException("expected ema.target false for the objective " + name
                    + ", which has no momentum variant, found true; set ema.target to false");
        }
    }

    /** Network for a table with these columns. */
    static ModelOptions of(PretrainConfig config, ColumnStatistics columns, VectorSource data) {
        requireNoPairs(config, data);
        if (!config.view().ofVectors() || !(config.model().encoder() instanceof MlpSpec mlp)) {
            throw new MmcrException("expected views and an encoder for vectors, because " + data.location()
                    + " is a table of numbers, found views or an encoder for pictures; use --recipe vectors, or a"
                    + " recipe with view: {recipes: [vectors]} and an encoder of type mlp");
        }
        columns.requireSame(data);
        if (mlp.inputs() != 0 && mlp.inputs() != data.columns()) {
            throw new MmcrException("expected a table of " + mlp.inputs()
                    + " columns, as the encoder's inputs say, found " + data.columns() + " in " + data.location()
                    + "; leave inputs out, or give the table it was made for");
        }
        return config.model().withEncoder(mlp.withInputs(data.columns()));
    }

    /** Networks for paired data with these columns. */
    static ModelOptions ofPairs(PretrainConfig config, ColumnStatistics columns, PairedSource data) {
        if (!config.view().ofVectors() || !(config.model().encoder() instanceof TowersSpec towers)) {
            throw new MmcrException("expected views of vectors and an encoder of type towers, because "
                    + data.location() + " is paired data, found others; use --recipe pairs");
        }
        columns.requireSame(data);
        List<Modality> found = data.modalities();
        if (!towers.modalities().isEmpty() && !towers.modalities().equals(found)) {
            throw new MmcrException("expected the modalities " + describe(towers.modalities())
                    + ", as the encoder says, found " + describe(found) + "; leave modalities out, or give their data");
        }
        int recipes = config.view().recipes().size();
        if (recipes != 1 && recipes != found.size()) {
            throw new MmcrException("expected one view recipe, or one for each of " + found.size()
                    + " modalities, found " + recipes + "; change view.recipes");
        }
        if (config.views() % found.size() != 0) {
            throw new MmcrException("expected views that are a multiple of " + found.size()
                    + ", as many of each modality, found " + config.views() + "; set views to " + found.size() + " or "
                    + 2 * found.size());
        }
        if (config.monitor().steps() > 0
                || config.quality().steps() > 0
                || config.model().init().isPresent()) {
            throw new MmcrException("expected no monitor and no initial weights with paired data, found one; leave"
                    + " --knn-every, --quality-every and --init out");
        }
        config.objectiveFor(data);
        return config.model().withEncoder(towers.withModalities(found));
    }

    private static String describe(List<Modality> modalities) {
        return modalities.stream()
                .map(modality -> modality.name() + " (" + modality.columns() + " columns)")
                .collect(Collectors.joining(", "));
    }

    private static void requireNoPairs(PretrainConfig config, DataSource data) {
        if (config.model().encoder() instanceof TowersSpec) {
            throw new MmcrException("expected paired data for an encoder of type towers, found " + data.plural()
                    + " in " + data.location() + "; give --pairs a.npy,b.npy, or use another recipe");
        }
    }

    static void requirePictures(PretrainConfig config, DataSource data) {
        requireNoPairs(config, data);
        if (config.view().ofVectors() || config.model().encoder() instanceof MlpSpec) {
            throw new MmcrException("expected views and an encoder for pictures, because " + data.location()
                    + " holds pictures, found views or an encoder for vectors; use another recipe, such as cpu");
        }
    }
}
