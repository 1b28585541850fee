package org.mmcr.analysis.capacity;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.io.Json;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.evaluate.StageExtractor.Network;
import org.mmcr.train.evaluate.StageExtractor;
import org.mmcr.train.run.RunDirectory;

/**
 * Capacity of the classes at every layer of an encoder, before and after pretraining, on the same pictures and directions.
 *
 * @param classes in the sample
 * @param pictures in the sample, of all classes
 * @param before layers of the untrained network, from the input on
 * @param after layers of the trained one
 * @param seconds wall time
 */
public record LayerProfile(int classes, int pictures, List<Layer> before, List<Layer> after, double seconds) {
    /**
     * One layer.
     *
     * @param layer its name
     * @param width numbers that it gives for a picture
     */
    public record Layer(
            String layer, int width, @JsonUnwrapped CapacityReport capacity) {}

    /**
     * What is measured and how.
     *
     * @param view how pictures are shown
     * @param most pictures of a class
     * @param project random projection of layers wider than that
     */
    public record Setting(
            EvaluationView view, Precision precision, int most, int project, CapacityOptions options, int threads) {}

    /** Measures; {@code untrained} and {@code trained} are the same network in evaluation mode. */
    public static LayerProfile measure(
            Network untrained, Network trained, DataSource data, Setting setting, CapacityRun.Progress progress) {
        long began = System.nanoTime();
        LabelledSample sample =
                LabelledSample.of(data, setting.most(), setting.options().seed());
        DataSource chosen = DataSources.subset(data, sample.pictures());
        List<Layer> before = layers(untrained, "before", chosen, sample, setting, progress);
        List<Layer> after = layers(trained, "after", chosen, sample, setting, progress);
        return new LayerProfile(
                sample.names().size(), sample.size(), before, after, (System.nanoTime() - began) * 1e-9);
    }

    private static List<Layer> layers(
            Network network,
            String when,
            DataSource chosen,
            LabelledSample sample,
            Setting setting,
            CapacityRun.Progress progress) {
        Map<String, LayerPoints> outputs = new LinkedHashMap<>();
        new StageExtractor(network, setting.view(), setting.precision(), setting.threads())
                .stream(
                        chosen,
                        (first, stage, output) -> outputs.computeIfAbsent(
                                        stage,
                                        name -> new LayerPoints(
                                                sample,
                                                Math.toIntExact(output.size(1)),
                                                setting.project(),
                                                setting.options().seed()))
                                .add(first, output),
                        done -> progress.at("pictures " + when, done, sample.size()));
        List<Layer> layers = new ArrayList<>();
        outputs.forEach((name, points) -> {
            CapacityReport report =
                    new CapacityRun(setting.options(), setting.threads()).measure(points, (stage, done, total) -> {});
            layers.add(new Layer(name, points.width(), report));
            progress.at("layers " + when, layers.size(), outputs.size());
        });
        return layers;
    }

    /** Writes {@code layers.json} and the chart {@code layers.png} and {@code .svg}. */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Json.write(RunDirectory.ofAnother(folder).layers(), this);
        LayerCharts.draw(folder, this);
    }
}
