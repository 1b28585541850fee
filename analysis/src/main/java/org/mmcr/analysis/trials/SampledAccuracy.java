package org.mmcr.analysis.trials;

import org.mmcr.core.JitteredSample;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.KnnClassifier;
import org.mmcr.train.evaluate.ProgressListener;
import org.mmcr.train.run.TrainedModel;

/**
 * Accuracy of a trial on some samples, spread over the data: weighted kNN with k = {@value #K} on the encoder's features.
 *
 * @param most samples on either side
 * @param batch samples of a forward pass
 * @param threads of the forward pass
 */
public record SampledAccuracy(int most, int batch, int threads) {
    /** Number of neighbours that vote. */
    public static final int K = 20;

    private static final double TEMPERATURE = 0.07;

    /** Returns the top-1 accuracy on test samples of a vote of training samples; all have labels. */
    public double of(TrainedModel model, DataSource train, DataSource test) {
        try (FeatureSet bank = features(model, train);
                FeatureSet queries = features(model, test)) {
            return new KnnClassifier(K, TEMPERATURE)
                    .classify(bank, queries)
                    .score()
                    .top1();
        }
    }

    /** Returns the features of the samples of a source; the caller closes them. */
    public FeatureSet features(TrainedModel model, DataSource source) {
        DataSource sample = DataSources.subset(source, JitteredSample.of(source.size(), most));
        return new FeatureExtractor(model.features(), batch, threads).extract(sample, ProgressListener.NONE);
    }
}
