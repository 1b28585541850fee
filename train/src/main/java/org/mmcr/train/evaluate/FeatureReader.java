package org.mmcr.train.evaluate;

import org.mmcr.data.DataSource;

/** Gives the features of a whole source: computes them, or reads those of an earlier command. */
@FunctionalInterface
public interface FeatureReader {
    /** Returns the features in the order of the source; the caller closes them. */
    FeatureSet read(FeatureModel model, DataSource data, ProgressListener progress);

    /** Returns a reader that computes them. */
    static FeatureReader computing(EvaluationOptions options) {
        return (model, data, progress) ->
                new FeatureExtractor(model, options.batch(), options.threads()).extract(data, progress);
    }
}
