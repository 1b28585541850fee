package org.mmcr.explorer.serve;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.analysis.embed.FeatureCache;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSources;
import org.mmcr.data.PictureSource;
import org.mmcr.explorer.labelling.Head;
import org.mmcr.explorer.labelling.HeadFitter;
import org.mmcr.explorer.labelling.LabelStore;
import org.mmcr.explorer.labelling.Labels;
import org.mmcr.train.evaluate.FeatureModel;
import org.mmcr.train.evaluate.LinearHead;
import org.mmcr.train.evaluate.ProgressListener;

/**
 * The classifier of the labels that people give in {@code mmcr explore}, the same that the explorer shows. It reads
 * the labels beside a running explorer.
 */
public final class LabelSource implements HeadSource, AutoCloseable {
    private final Path file;
    private final List<String> pictures;
    private final Tensor features;
    private final HeadFitter fitter;

    private LabelSource(Path file, List<String> pictures, Tensor features) {
        this.file = file;
        this.pictures = List.copyOf(pictures);
        this.features = features;
        this.fitter = new HeadFitter(features);
    }

    /**
     * Opens the labels of some pictures, and computes the features of all of them unless they are in the cache.
     *
     * @param folder that the explorer keeps its labels in
     * @param location of the pictures
     * @param fingerprint identifies the encoder's features in the cache
     */
    public static LabelSource open(
            Path folder,
            String location,
            FeatureModel model,
            String fingerprint,
            FeatureCache cache,
            int threads,
            ProgressListener progress) {
        try (PictureSource data = DataSources.pictures(location, DataOptions.defaults())) {
            List<String> names =
                    IntStream.range(0, data.size()).mapToObj(data::name).toList();
            Tensor features =
                    cache.read(fingerprint, model, data, threads, progress).features();
            return new LabelSource(LabelStore.file(folder, data), names, features);
        }
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public Optional<LinearHead> read() {
        Labels labels = LabelStore.read(file, pictures);
        if (labels.names().size() < 2) {
            return Optional.empty();
        }
        int[] rows = labels.labelled();
        int[] classes = Arrays.stream(rows).map(row -> labels.of()[row]).toArray();
        Head head = fitter.fit(rows, classes, labels.names());
        return Optional.of(head.model().head(head.classes()));
    }

    @Override
    public void close() {
        fitter.close();
        features.close();
    }
}
