package org.mmcr.train.run;

import org.mmcr.core.MmcrException;
import org.mmcr.data.ColumnStatistics;
import org.mmcr.data.DataSource;
import org.mmcr.data.VectorSource;
import org.mmcr.train.encoder.MlpSpec;

/** Checks that a configuration fits the data: pictures, or a table with the same columns. */
final class ConfigFit {
    private ConfigFit() {}

    /** Network for a table with these columns. */
    static ModelOptions of(PretrainConfig config, ColumnStatistics columns, VectorSource data) {
        if (!config.view().ofVectors() || !(config.model().encoder() instanceof MlpSpec mlp)) {
            throw new MmcrException("expected views and an encoder for vectors, because " + data.location()
                    + " is a table of numbers, found views or an encoder for pictures; use --recipe vectors, or a recipe with"
                    + " view: {recipes: [vectors]} and an encoder of type mlp");
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
