package org.mmcr.analysis.capacity;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacityOptions;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.io.Json;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.Encoder.StageListener;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureModel;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.run.RunDirectory;

/**
 * Capacity of the classes at every layer of an encoder, before and after pretraining, on the same pictures and
 * directions.
 *
 * @param classes number of classes in the sample
 * @param pictures number of pictures in the sample
 * @param before layers of the untrained network, from the input on
 * @param after layers of the trained network
 * @param seconds wall time
 */
public record LayerProfile(int classes, int pictures, List<Layer> before, List<Layer> after, double seconds) {
    private static final int BATCH = 64;

    /**
     * One layer.
     *
     * @param layer its name
     * @param width number of values per picture
     */
    public record Layer(
            String layer, int width, @JsonUnwrapped CapacityReport capacity) {}

    /** A network that reports its stages, in evaluation mode: {@code encoder::forward} or {@code model::embed}. */
    @FunctionalInterface
    public interface Network {
        /** Computes the last stage of (B, ...); {@code listener} receives the output of every stage. */
        Tensor apply(Tensor x, StageListener listener);
    }

    /**
     * Settings of a profile.
     *
     * @param view preparation of pictures
     * @param most largest number of pictures of a class
     * @param project largest width of a layer; wider ones are projected to it at random
     */
    public record Setting(
            EvaluationView view, Precision precision, int most, int project, CapacityOptions options, int threads) {}

    /** Measures a profile; {@code untrained} and {@code trained} are the same network in evaluation mode. */
    public static LayerProfile measure(
            Network untrained, Network trained, DataSource data, Setting setting, CapacityProgress progress) {
        long began = System.nanoTime();
        LabelledSample sample = sample(data, setting);
        DataSource chosen = DataSources.subset(data, sample.rows());
        List<Layer> before = layers(untrained, "before", chosen, sample, setting, progress);
        List<Layer> after = layers(trained, "after", chosen, sample, setting, progress);
        return new LayerProfile(
                sample.names().size(), sample.rows().length, before, after, (System.nanoTime() - began) * 1e-9);
    }

    /** Measures capacity on an encoder's features alone, where its layers are unknown. */
    public static CapacityReport features(
            FeatureModel model, DataSource data, Setting setting, CapacityProgress progress) {
        LabelledSample sample = sample(data, setting);
        Network network = (x, listener) -> {
            Tensor features = model.apply(x);
            listener.done("features", features);
            return features;
        };
        return layers(network, "", DataSources.subset(data, sample.rows()), sample, setting, progress)
                .get(0)
                .capacity();
    }

    private static LabelledSample sample(DataSource data, Setting setting) {
        int[] labels = IntStream.range(0, data.size())
                .map(i -> data.label(i).orElse(FeatureSet.UNLABELLED))
                .toArray();
        LabelledSample sample = LabelledSample.of(
                labels,
                data.classNames(),
                new LabelledSample.Bounds(1, setting.most(), Integer.MAX_VALUE),
                setting.options().seed());
        if (sample.names().size() < 2) {
            throw new MmcrException("expected labelled pictures of at least 2 classes in " + data.location()
                    + ", found " + sample.names().size() + "; give one folder for each class, or a labelled format");
        }
        return sample;
    }

    private static List<Layer> layers(
            Network network,
            String when,
            DataSource chosen,
            LabelledSample sample,
            Setting setting,
            CapacityProgress progress) {
        LayerFeatures model = new LayerFeatures(
                network,
                setting.view(),
                setting.precision(),
                setting.project(),
                setting.options().seed());
        FeatureExtractor extractor = new FeatureExtractor(model, BATCH, setting.threads());
        List<Layer> layers = new ArrayList<>();
        try (FeatureSet features =
                extractor.extract(chosen, done -> progress.at(("pictures " + when).strip(), done, chosen.size()))) {
            for (LayerFeatures.Stage stage : model.stages()) {
                CapacityReport report = new CapacityRun(setting.options(), setting.threads())
                        .measure(
                                sample.of(features.features(), stage.column(), stage.kept()),
                                (part, done, total) -> {});
                layers.add(new Layer(stage.name(), stage.width(), report));
                progress.at(
                        ("layers " + when).strip(),
                        layers.size(),
                        model.stages().size());
            }
        }
        return layers;
    }

    /** Returns the files that {@link #write} writes. */
    public static List<Path> files(Path folder) {
        List<Path> files = new ArrayList<>(LayerCharts.files(folder));
        files.add(RunDirectory.ofAnother(folder).layers());
        return files;
    }

    /** Writes {@code layers.json} and the chart {@code layers.png} and {@code .svg}. */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Json.write(RunDirectory.ofAnother(folder).layers(), this);
        LayerCharts.draw(folder, this);
    }
}
