package org.mmcr.report.page;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.analysis.capacity.ClassCapacity;
import org.mmcr.analysis.capacity.LayerProfile;
import org.mmcr.analysis.embeddings.Analysis;
import org.mmcr.data.io.Json;
import org.mmcr.train.evaluate.ClassAccuracy;
import org.mmcr.train.evaluate.Evaluation;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.KnnClassifier;
import org.mmcr.train.evaluate.Protocol;
import org.mmcr.train.evaluate.ProtocolResult;
import org.mmcr.train.evaluate.Score;
import org.mmcr.train.run.PretrainConfig;

/** A run's folder with every document, whose classes and pictures are named by somebody who means no good. */
final class HostileRun {
    static final String CLOSING = "</script><script>window.harmed = 1</script>";
    static final String MARKUP = "<img src=x onerror=\"window.harmed = 2\">";
    static final String LINES = "a\n'b'\r\n\"c\" \u2028 & {{json}} <!--";
    /** MMCR as a run of 256 samples and 128 dimensions describes it, and a figure with a hostile name. */
    private static final String OBJECTIVE = """
            {"type":"mmcr","figures":[
            {"name":"percent_error","title":"Percent error","description":"the missing fraction of the bound","fraction":true,
             "better":"lower","references":[{"title":"uniform embeddings","value":0.065}]},
            {"name":"mean_squared_centroid_norm","title":"Mean squared centroid norm","description":"1 when all views coincide",
             "fraction":false,"better":"higher","references":[]},
            {"name":"effective_rank","title":%s,"description":%s,"fraction":false,"better":"higher",
             "references":[{"title":"collapse","value":90,"caution":{"found":"a <b>collapse</b>","remedy":"lower the rate"}}]}],
             "cautions":[]}""".formatted(Json.text(MARKUP), Json.text(CLOSING));

    static final List<String> CLASSES = List.of(CLOSING, MARKUP, LINES);

    private static final String ANALYSIS;
    private static final String CAPACITY;
    private static final String LAYERS;

    static {
        try (PointerScope scope = new PointerScope()) {
            torch.manual_seed(3);
            Tensor embeddings = torch.randn(100, 16);
            ANALYSIS = Json.text(Analysis.of(embeddings, 2, Optional.empty(), 0));
            Tensor rows = torch.randn(20, 8);
            int[] labels = new int[20];
            Arrays.fill(labels, 10, 20, 1);
            CapacityReport capacity = ClassCapacity.measure(new FeatureSet(rows, labels, CLASSES.subList(0, 2)), 0, 1)
                    .orElseThrow();
            CAPACITY = Json.text(capacity);
            List<LayerProfile.Layer> layers = List.of(new LayerProfile.Layer(MARKUP, 8, capacity));
            LAYERS = Json.text(new LayerProfile(2, 20, layers, layers, 1.5));
        }
    }

    private HostileRun() {}

    static Path write(Path folder, int steps, int pictures) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve("config.yaml"), PretrainConfig.defaults().toYaml());
        Files.writeString(folder.resolve("run.json"), provenance());
        StringBuilder metrics = new StringBuilder();
        for (int step = 1; step <= steps; step++) {
            metrics.append(String.format(
                    Locale.ROOT,
                    "{\"step\":%d,\"loss\":%s,\"percent_error\":%s,\"mean_squared_centroid_norm\":0.7,\"effective_rank\":88.5,"
                            + "\"views_per_second\":900.0,\"data_wait\":0.01,\"learning_rate\":1.0}%n",
                    step,
                    -100 - 50.0 * step / steps,
                    0.6 - 0.4 * step / steps));
        }
        // The trainer was killed while it wrote.
        Files.writeString(folder.resolve("metrics.jsonl"), metrics + "{\"step\":");
        Files.writeString(
                folder.resolve("epochs.jsonl"), "{\"step\":" + steps + ",\"alignment\":0.5,\"uniformity\":-3.5}\n");
        Files.writeString(folder.resolve("monitor.jsonl"), "{\"step\":" + steps + ",\"top1\":0.4}\n");
        Files.writeString(
                folder.resolve("quality.jsonl"),
                "{\"step\":1,\"rankme\":3.5}\n{\"step\":" + steps + ",\"rankme\":4.5,\"lidar\":2}\n");
        Json.write(folder.resolve("evaluation.json"), evaluation());
        Files.writeString(folder.resolve("analysis.json"), ANALYSIS);
        Files.writeString(folder.resolve("capacity.json"), CAPACITY);
        Files.writeString(folder.resolve("layers.json"), LAYERS);
        Json.write(folder.resolve("picture-sample.json"), pictureSample(pictures));
        return folder;
    }

    private static String provenance() {
        return "{\"machine\":{\"cpu\":" + Json.text(MARKUP)
                + ",\"cores\":2,\"memory_bytes\":25276063744,\"os\":\"Linux\",\"jdk\":\"17\",\"libtorch\":\"2.10\",\"mmcr\":\"0\"},"
                + "\"data_location\":" + Json.text(CLOSING)
                + ",\"data_fingerprint\":\"df2f\",\"pictures\":50000,\"broken_pictures\":3,\"seed\":0,\"precision\":\"bf16\","
                + "\"compute_threads\":2,\"loader_threads\":1,\"objective\":" + OBJECTIVE
                + ",\"starts\":[\"2026-01-01T00:00:00Z\"],\"end\":null,\"totals\":"
                + "{\"finished\":false,\"steps\":40,\"epochs\":0.2,\"views_seen\":40960,\"seconds\":61.0,\"step_seconds\":61.0,\"wait_seconds\":18.3,"
                + "\"views_per_second\":671.0,\"data_wait\":0.3,\"loss\":-150.0,\"figures\":{\"percent_error\":0.2}},"
                + "\"provenance\":{\"version\":\"0\",\"command\":" + Json.text(MARKUP)
                + ",\"seed\":5,\"inputs\":[],\"date\":\"2026-01-01T00:00:00Z\","
                + "\"machine\":{\"processor\":\"one\",\"cores\":2,\"os\":\"Linux\",\"jdk\":\"17\"}}}";
    }

    static Evaluation evaluation() {
        return new Evaluation(
                List.of(
                        subject("trained", "trained encoder", score(7, 2), score(6, 3), score(8, 1)),
                        subject("untrained", "untrained encoder", score(4, 5), score(4, 5), score(3, 6)),
                        subject("pixels", "raw pixels", score(5, 4), score(5, 4), score(9, 0))),
                new Evaluation.Data(CLOSING, "f", "pictures", 900, 0),
                new Evaluation.Data(MARKUP, "f", "pictures", 27, 0),
                "fp32",
                new Evaluation.Machine(2, "Linux", "17"),
                List.of("a note with <b>markup</b>"),
                12.5);
    }

    private record Outer(double ridge, Protocol.Settings of) implements Protocol.Settings {}

    private static Evaluation.Subject subject(String name, String title, Score knn, Score knn20, Score linear) {
        KnnClassifier.Settings settings = new KnnClassifier.Settings(20, 20, 0.07, 900);
        // Settings inside of settings, as the whitened protocols have them.
        Protocol.Settings nested = new Outer(1.31607007537e-5, settings);
        return new Evaluation.Subject(
                name,
                title,
                512,
                List.of(
                        new ProtocolResult("knn200", "kNN 200", "a protocol", settings, knn),
                        new ProtocolResult("knn20", "kNN 20", "a protocol", nested, knn20),
                        new ProtocolResult("linear", "linear", "a protocol with " + MARKUP, settings, linear)));
    }

    private static Score score(int right, int wrong) {
        List<List<Integer>> confusion = new ArrayList<>();
        List<ClassAccuracy> classes = new ArrayList<>();
        for (int c = 0; c < CLASSES.size(); c++) {
            int own = c;
            confusion.add(IntStream.range(0, CLASSES.size())
                    .mapToObj(p -> p == own ? right : p == (own + 1) % 3 ? wrong : 0)
                    .toList());
            classes.add(new ClassAccuracy(CLASSES.get(c), right + wrong, right));
        }
        return new Score(
                right / (double) (right + wrong), OptionalDouble.empty(), 27, classes, confusion, List.of(), 1);
    }

    /** Tiles of noise: the largest that JPEG can make them. */
    private static PictureSample pictureSample(int pictures) {
        Random random = new Random(4);
        PictureSample.Caption first = new PictureSample.Caption(MARKUP, Optional.of(CLOSING));
        PictureSample.Caption second = new PictureSample.Caption(LINES, Optional.empty());
        List<PictureSample.Neighbours.Near> near =
                List.of(new PictureSample.Neighbours.Near(second, 0.9), new PictureSample.Neighbours.Near(first, 0.8));
        List<Double> places = random.doubles(pictures, -1, 1)
                .map(v -> Math.round(1e4 * v) / 1e4)
                .boxed()
                .toList();
        return new PictureSample(
                PictureSample.TEST,
                Optional.of(new PictureSample.Views(
                        SpriteSheet.of(noise(random, 6, 64), 64, 3), 2, List.of(first, second))),
                new PictureSample.Neighbours(
                        Optional.of(SpriteSheet.of(noise(random, 3, 48), 48, 3)),
                        900,
                        List.of(new PictureSample.Neighbours.Row(first, near))),
                new PictureSample.Places(
                        Optional.of(SpriteSheet.of(noise(random, pictures, 32), 32, 50)),
                        pictures,
                        IntStream.range(0, pictures).mapToObj(i -> MARKUP + i).toList(),
                        CLASSES,
                        IntStream.range(0, pictures).mapToObj(i -> i % 4 - 1).toList(),
                        new PictureSample.Coordinates(places, places),
                        new PictureSample.Coordinates(places, places)));
    }

    /** The same run of rows, of which there is nothing to see. */
    static Path writeRows(Path folder, int rows) throws IOException {
        write(folder, 40, rows);
        PictureSample seen = pictureSample(rows);
        PictureSample.Places map = seen.map();
        PictureSample unseen = new PictureSample(
                PictureSample.TEST,
                Optional.empty(),
                new PictureSample.Neighbours(
                        Optional.empty(),
                        seen.neighbours().searched(),
                        seen.neighbours().rows()),
                new PictureSample.Places(
                        Optional.empty(),
                        map.total(),
                        map.names(),
                        map.classes(),
                        map.labels(),
                        map.pca(),
                        map.umap()));
        Json.write(folder.resolve("picture-sample.json"), unseen);
        return folder;
    }

    private static List<int[]> noise(Random random, int tiles, int side) {
        return IntStream.range(0, tiles)
                .mapToObj(i -> random.ints((long) side * side, 0, 1 << 24).toArray())
                .toList();
    }
}
