package org.mmcr.train.run;

import org.mmcr.core.MmcrException;
import org.mmcr.data.ColumnStatistics;
import org.mmcr.data.DataSource;
import org.mmcr.data.VectorSource;
import org.mmcr.train.encoder.MlpSpec;

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
        if (config.ema().target()) {
            throw new MmcrException("expected ema.target false for the objective " + name
                    + ", which has no momentum variant, found true; set ema.target to false");
        }
    }

    /** Network for a table with these columns. */
    static ModelOptions of(PretrainConfig config, ColumnStatistics columns, VectorSource data) {
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

    static void requirePictures(PretrainConfig config, DataSource data) {
        if (config.view().ofVectors() || config.model().encoder() instanceof MlpSpec) {
            throw new MmcrException("expected views and an encoder for pictures, because " + data.location()
                    + " holds pictures, found views or an encoder for vectors; use another recipe, such as cpu");
        }
    }
}
