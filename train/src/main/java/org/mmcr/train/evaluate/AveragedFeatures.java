package org.mmcr.train.evaluate;

import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;

/** Means of several views' features: as many forward passes as views, in the memory of one and of a few rows. */
public final class AveragedFeatures {
    private final List<FeatureExtractor> views;
    private final int rows;

    /**
     * Averages what these find.
     *
     * @param views one extractor a view, at least one, of equal width
     * @param rows that are averaged at a time: several batches of the extractors
     */
    public AveragedFeatures(List<FeatureExtractor> views, int rows) {
        this.views = List.copyOf(views);
        this.rows = rows;
    }

    /** Hands out blocks of averaged features in order, as {@link FeatureExtractor#stream} does. */
    public void stream(DataSource data, FeatureSink sink, ProgressListener progress) {
        for (int first = 0; first < data.size(); first += rows) {
            int count = Math.min(rows, data.size() - first);
            DataSource block = DataSources.subset(
                    data, IntStream.range(first, first + count).toArray());
            try (PointerScope scope = new PointerScope()) {
                Tensor mean = torch.zeros(count, views.get(0).width());
                for (FeatureExtractor view : views) {
                    view.stream(
                            block,
                            (row, features) ->
                                    mean.narrow(0, row, features.size(0)).add_(features),
                            ProgressListener.NONE);
                }
                sink.accept(first, mean.div_(new Scalar(views.size())));
            }
            progress.done(first + count);
        }
    }
}
