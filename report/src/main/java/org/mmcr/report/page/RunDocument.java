package org.mmcr.report.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;
import org.mmcr.core.quality.Measure;
import org.mmcr.core.theory.MarchenkoPastur;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.Provenance;
import org.mmcr.data.io.Yaml;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainingTotals;
import org.mmcr.train.run.TrainingVerdict;

/**
 * The documents of one folder as one JSON object for the page: each document under its name, JSON-lines files as
 * curves, drawn figures as data URIs, and diagnostics. A document that does not exist has no member.
 */
final class RunDocument {
    /** Documents that analyze, quality, capacity and simulate write into their folder. */
    private static final List<String> MEASUREMENTS =
            List.of("analysis", "quality", "capacity", "glue", "series", "layers", "figure1", "sphere", "information");

    /** Keys without which the page cannot show a document. */
    private static final Map<String, List<String>> KEYS = Map.ofEntries(
            Map.entry("run", List.of("machine", "objective")),
            Map.entry("evaluation", List.of("subjects", "train", "test")),
            Map.entry("pairs", List.of("samples", "pairs")),
            Map.entry("analysis", List.of("singular_values", "verdict")),
            Map.entry("capacity", List.of("capacity", "per_manifold")),
            Map.entry("glue", List.of("capacity", "per_manifold", "pairs")),
            Map.entry("quality", List.of("pictures", "cautions")),
            Map.entry("layers", List.of("before", "after")),
            Map.entry("series", List.of("over", "conditions")),
            Map.entry("sphere", List.of("outcomes")),
            Map.entry("picture_sample", List.of("neighbours", "map")),
            Map.entry("finetuning", List.of("rows", "labels")));

    private static final List<String> STEP_FIGURES = List.of("loss", "views_per_second", "data_wait", "learning_rate");
    private static final List<String> EPOCH_FIGURES = List.of("alignment", "uniformity");
    private static final List<String> MONITOR_FIGURES = List.of("top1", "queries");
    private static final List<String> QUALITY_FIGURES =
            Arrays.stream(Measure.values()).map(Measure::key).toList();

    /** A confusion matrix of more classes is not drawn, because it could not be read. */
    private static final int MOST_CLASSES = 40;

    private static final String VECTOR = ".svg";
    private static final int LAW_POINTS = 60;
    private static final ObjectMapper MAPPER = Json.mapper();

    private RunDocument() {}

    /** Reads the folder of a run or of a measurement. */
    static ObjectNode read(Path folder) throws IOException {
        ObjectNode entry = MAPPER.createObjectNode().put("name", String.valueOf(folder));
        if (RunDirectory.hasBegun(folder)) {
            addRun(entry, RunDirectory.open(folder));
        } else {
            for (String name : MEASUREMENTS) {
                addDocument(entry, name, folder.resolve(name + ".json"));
            }
            addFigures(entry, folder);
        }
        if (entry.size() == 1) {
            throw new MmcrException(
                    "expected a run, or a folder that analyze, quality, capacity or simulate wrote, found nothing of"
                            + " theirs in " + folder + "; give the folder that was named by --out");
        }
        slim(entry.path("layers"), List.of("before", "after"));
        slim(entry.path("series"), List.of("conditions"));
        addSpectrumLaw(entry);
        entry.set("diagnostics", MAPPER.valueToTree(Diagnostics.of(entry)));
        return entry;
    }

    private static void addRun(ObjectNode entry, RunDirectory run) throws IOException {
        PretrainConfig config = run.readConfig();
        entry.put("config", config.toYaml());
        flatten(Yaml.toTree(config), "", entry.putObject("settings"));
        addDocument(entry, "run", run.provenance());
        JsonNode totals = entry.at("/run/totals");
        addDocument(entry, "finetuning", run.root().resolve("finetuning.json"));
        if (totals.isObject() && !entry.has("finetuning")) {
            entry.put("verdict", TrainingVerdict.of(Json.read(run.provenance(), "totals", TrainingTotals.class)));
        }
        addCurves(entry, "metrics", run.metrics(), stepFigures(entry.path("run")));
        addCurves(entry, "epochs", run.epochs(), EPOCH_FIGURES);
        addCurves(entry, "monitor", run.monitor(), MONITOR_FIGURES);
        addCurves(entry, "quality_points", run.qualityPoints(), QUALITY_FIGURES);
        addDocument(entry, "evaluation", run.evaluation());
        slim(entry.path("evaluation"));
        addDocument(entry, "pairs", run.pairs());
        addDocument(entry, "analysis", run.analysis());
        addDocument(entry, "quality", run.quality());
        addDocument(entry, "capacity", run.capacity());
        addDocument(entry, "layers", run.layers());
        addDocument(entry, "series", run.series());
        addDocument(entry, "picture_sample", run.pictureSample());
        entry.putObject("step")
                .put("samples", config.stepPictures())
                .put("views", config.views())
                .put("dimension", config.model().projector().dimension());
    }

    /** The curves of the steps: those that every run has, and the figures of its objective. */
    private static List<String> stepFigures(JsonNode run) {
        List<String> names = new ArrayList<>(STEP_FIGURES);
        run.at("/objective/figures")
                .forEach(figure -> names.add(figure.path("name").asText()));
        return names;
    }

    /** Puts every leaf under its dotted name, as text; list items have their index. */
    private static void flatten(JsonNode node, String name, ObjectNode flat) {
        if (node.isObject()) {
            node.properties()
                    .forEach(
                            part -> flatten(part.getValue(), name + (name.isEmpty() ? "" : ".") + part.getKey(), flat));
        } else if (node.isArray() && node.size() > 0 && node.get(0).isObject()) {
            for (int i = 0; i < node.size(); i++) {
                flatten(node.get(i), name + "[" + i + "]", flat);
            }
        } else {
            flat.put(name, node.isValueNode() ? node.asText() : node.toString());
        }
    }

    private static void addDocument(ObjectNode entry, String name, Path file) throws IOException {
        if (Files.isRegularFile(file)) {
            ObjectNode document =
                    Json.tree(file, KEYS.getOrDefault(name, List.of()).toArray(String[]::new));
            keepSeed(document);
            keepSeed(document.path(Provenance.KEY));
            entry.set(name, document);
        }
    }

    /** Turns a seed into text if a script would round it. */
    private static void keepSeed(JsonNode document) {
        JsonNode seed = document.path("seed");
        if (document instanceof ObjectNode object && seed.isIntegralNumber() && Math.abs(seed.asDouble()) >= 0x1p53) {
            object.put("seed", seed.asText());
        }
    }

    private static void addCurves(ObjectNode entry, String name, Path file, List<String> figures) throws IOException {
        if (Files.isRegularFile(file) && Files.size(file) > 0) {
            entry.set(name, Curves.read(file, figures));
        }
    }

    /**
     * Removes what the page does not show and what grows with the number of classes or its square: counts by class
     * except those of the trained encoder's linear probe, and its confusion matrix if there are more than
     * {@value #MOST_CLASSES} classes.
     */
    private static void slim(JsonNode evaluation) {
        for (JsonNode subject : evaluation.path("subjects")) {
            for (JsonNode result : subject.path("protocols")) {
                boolean shown = subject.path("name").asText().equals("trained")
                        && result.path("name").asText().equals("linear");
                if (result.path("score") instanceof ObjectNode score) {
                    if (!shown) {
                        score.remove("per_class");
                    }
                    if (!shown || score.path("confusion").size() > MOST_CLASSES) {
                        score.remove("confusion");
                    }
                }
            }
        }
    }

    /** Removes what grows with classes times layers or times, which the page does not show. */
    private static void slim(JsonNode document, List<String> lists) {
        for (String list : lists) {
            for (JsonNode entry : document.path(list)) {
                if (entry instanceof ObjectNode measured) {
                    measured.remove("per_manifold");
                }
            }
        }
    }

    /**
     * Squared singular values of uniform points over their mean: fraction of the directions, and value, largest first.
     */
    private static void addSpectrumLaw(ObjectNode entry) {
        JsonNode analysis = entry.path("analysis");
        long samples = analysis.path("samples").asLong();
        long dimension = analysis.path("dimension").asLong();
        if (samples < 1 || dimension < 1) {
            return;
        }
        MarchenkoPastur law = MarchenkoPastur.of(samples, dimension);
        ObjectNode curve = entry.putObject("marchenko_pastur");
        ArrayNode fractions = curve.putArray("fraction");
        ArrayNode values = curve.putArray("value");
        IntStream.range(0, LAW_POINTS).mapToDouble(i -> (i + 0.5) / LAW_POINTS).forEach(fraction -> {
            fractions.add(fraction);
            values.add(law.quantile(1 - fraction));
        });
    }

    /** Adds the drawn figures that a measurement lists in its document. */
    private static void addFigures(ObjectNode entry, Path folder) throws IOException {
        ArrayNode figures = MAPPER.createArrayNode();
        for (String measurement : MEASUREMENTS) {
            for (JsonNode file : entry.path(measurement).path("files")) {
                Path vector = folder.resolve(file.asText()).normalize();
                if (file.asText().endsWith(VECTOR) && vector.startsWith(folder.normalize())) {
                    addFigure(figures, file.asText().substring(0, file.asText().length() - VECTOR.length()), folder);
                }
            }
        }
        if (!figures.isEmpty()) {
            entry.set("figures", figures);
        }
    }

    /** Adds the smaller one of the SVG and PNG files of a figure. */
    private static void addFigure(ArrayNode figures, String name, Path folder) throws IOException {
        Path vector = folder.resolve(name + VECTOR);
        Path pixels = folder.resolve(name + ".png");
        boolean drawn = Files.isRegularFile(vector);
        boolean both = drawn && Files.isRegularFile(pixels);
        if (!drawn && !Files.isRegularFile(pixels)) {
            return;
        }
        boolean small = both ? Files.size(vector) <= Files.size(pixels) : drawn;
        String content = Base64.getEncoder().encodeToString(Files.readAllBytes(small ? vector : pixels));
        figures.addObject()
                .put("name", name)
                .put("image", "data:image/" + (small ? "svg+xml" : "png") + ";base64," + content);
    }
}
