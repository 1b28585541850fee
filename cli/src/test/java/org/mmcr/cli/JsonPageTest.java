package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.data.io.Provenance;
import org.mmcr.train.run.RunDirectory;

/**
 * Compares the JSON that the commands write and print with {@code docs/json.md}, in both directions.
 *
 * <p>A section of the page is named after its documents. The first cell of each row of its table is the path of a key:
 * segments are separated by dots, {@code []} are the items of a list, {@code *} is any one key, {@code **} is
 * anything.
 */
class JsonPageTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** These take minutes, the network or the bench module, or do not end. */
    private static final Set<String> NOT_RUN =
            Set.of("demo --json", "download --json", "explore --json", "serve --json", "bench --json");

    @TempDir
    private Path temp;

    /** Paths of the keys with a value that is neither an object nor a list, by document. */
    private final Map<String, Set<List<String>>> found = new LinkedHashMap<>();

    /** A row of the page; an optional one may be missing in every document. */
    private record Row(List<String> pattern, boolean optional) {
        boolean matches(List<String> path) {
            int segments = pattern.size();
            boolean any = segments > 0 && pattern.get(segments - 1).equals("**");
            int compared = any ? segments - 1 : segments;
            if (any ? path.size() < compared : path.size() != compared) {
                return false;
            }
            for (int i = 0; i < compared; i++) {
                if (!pattern.get(i).equals("*") && !pattern.get(i).equals(path.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    @Test
    @Tag("long")
    void documents_ofARealRun_haveTheKeysOfThePage() throws IOException {
        collectRun();
        collectMeasurements();
        collectPairs();
        Map<String, List<Row>> page = page();
        List<String> unlisted = new ArrayList<>();
        List<String> unseen = new ArrayList<>();
        found.forEach((document, paths) -> {
            List<Row> rows = page.getOrDefault(document, List.of());
            paths.stream()
                    .filter(path -> rows.stream().noneMatch(row -> row.matches(path)))
                    .forEach(path -> unlisted.add(document + ": " + String.join(".", path)));
        });
        page.forEach((document, rows) -> rows.stream()
                .filter(row -> found.containsKey(document) && !row.optional())
                .filter(row -> found.get(document).stream().noneMatch(row::matches))
                .forEach(row -> unseen.add(document + ": " + String.join(".", row.pattern()))));
        assertThat(unlisted).as("keys that docs/json.md does not list").isEmpty();
        assertThat(unseen).as("keys of docs/json.md that no document has").isEmpty();
        assertThat(page.keySet())
                .as("documents that docs/json.md lists")
                .containsAll(found.keySet())
                .allMatch(document -> found.containsKey(document) || NOT_RUN.contains(document));
    }

    private void collectRun() throws IOException {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 24, 1);
        Path out = temp.resolve("run");
        print(
                "pretrain --json",
                "pretrain",
                pictures,
                "--out",
                out,
                "--recipe",
                CliPictures.recipe(temp),
                "--knn-every",
                "3",
                "--quality-every",
                "3",
                "--set",
                "monitor.heldOut=8",
                "--profile",
                "--steps",
                "6");
        print("evaluate --json", "evaluate", out, "--train", pictures, "--test", pictures, "--labels-per-class", "2");
        print(
                "evaluate --run --json",
                "evaluate",
                "--run",
                out,
                "--out",
                temp.resolve("compared"),
                "--train",
                pictures,
                "--test",
                pictures,
                "--labels-per-class",
                "2");
        Path transferred = temp.resolve("transferred");
        print("transfer --json", "transfer", out, "--data", "a=" + pictures + "," + pictures, "--out", transferred);
        file("transfer.json", transferred.resolve("transfer.json"));
        print("capacity RUN --json", "capacity", out, "--data", pictures);
        print("quality RUN --json", "quality", out, "--data", pictures, "--resamples", "4");
        print("choose --json", "choose", out, "--resamples", "4");
        Path curated = temp.resolve("curated");
        print("curate --json", "curate", pictures, "--run", out, "--subset", "4", "--out", curated);
        file("curation.json", curated.resolve("curation.json"));
        print("embed --json", "embed", out, "--data", pictures, "--out", temp.resolve("x.npy"));
        print("export --json", "export", out, "--format", "safetensors", "--out", temp.resolve("e.safetensors"));
        print("report --json", "report", out);
        print("inspect --json", "inspect", pictures, "--out", temp.resolve("inspected"));
        file("encoders.json", temp.resolve("compared/encoders.json"));
        RunDirectory run = RunDirectory.open(out);
        file("profile.json", run.profile());
        lines("metrics.jsonl", run.metrics());
        lines("epochs.jsonl", run.epochs());
        lines("monitor.jsonl", run.monitor());
        lines("quality.jsonl", run.qualityPoints());
        file("run.json", run.provenance());
        file("evaluation.json", run.evaluation());
        file("analysis.json", run.analysis());
        file("capacity.json", run.capacity());
        file("layers.json", run.layers());
        file("quality.json", run.quality());
        file("picture-sample.json", run.pictureSample());
        file("state.json", run.latestCheckpoint().orElseThrow().resolve("state.json"));
    }

    private void collectMeasurements() throws IOException {
        float[] values = new float[40 * 2 * 4];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(1 + i * i);
        }
        Path z = temp.resolve("z.npy");
        NpyFiles.write(z, new NpyFiles.FloatArray(List.of(80L, 4L), values));
        print("loss --json", "loss", z, "--views", "2");
        print("loss --json", "loss", z, "--views", "2", "--objective", "simclr");
        Path pictures = temp.resolve("pictures");
        List<Object> compare = List.of(
                "compare",
                pictures,
                "--test",
                pictures,
                "--objectives",
                "mmcr",
                "--seeds",
                "2",
                "--tune",
                "1",
                "--recipe",
                CliPictures.recipe(temp),
                "--steps",
                "2");
        print("compare --json", joined(compare, "--out", temp.resolve("compared")));
        print("compare --dry-run --json", joined(compare, "--out", temp.resolve("none"), "--dry-run"));
        List<Object> threshold = List.of(
                "study",
                "threshold",
                pictures,
                "--recipe",
                CliPictures.recipe(temp),
                "--samples",
                "4,8,16",
                "--dimensions",
                "3",
                "--training-views",
                "32");
        print("study threshold --json", joined(threshold, "--out", temp.resolve("threshold")));
        print("study threshold --dry-run --json", joined(threshold, "--out", temp.resolve("none"), "--dry-run"));
        print(
                "plan --json",
                "plan",
                pictures,
                "--recipe",
                CliPictures.recipe(temp),
                "--minutes",
                "0.5",
                "--candidates",
                "2");
        print(
                "finetune --json",
                "finetune",
                temp.resolve("run"),
                "--train",
                pictures,
                "--test",
                pictures,
                "--out",
                temp.resolve("tuned"),
                "--freeze",
                "stem",
                "--tune",
                "1",
                "--epochs",
                "1");
        print("analyze --json", "analyze", z, "--views", "2");
        Path cube = temp.resolve("cube.npy");
        NpyFiles.write(cube, new NpyFiles.FloatArray(List.of(10L, 4L, 8L), values));
        Path measured = temp.resolve("measured");
        print("capacity --method glue --json", "capacity", cube, "--method", "glue", "--out", measured);
        file("glue.json", RunDirectory.ofAnother(measured).correlatedCapacity());
        Path shifted = temp.resolve("shifted.npy");
        values[0] += 1;
        NpyFiles.write(shifted, new NpyFiles.FloatArray(List.of(10L, 4L, 8L), values));
        Path series = temp.resolve("series");
        print("capacity X Y --method glue --json", "capacity", cube, shifted, "--method", "glue", "--out", series);
        file("series.json", RunDirectory.ofAnother(series).series());
        print("capacity --method both --json", "capacity", cube, "--method", "both");
        Path single = temp.resolve("single.npy");
        NpyFiles.write(single, new NpyFiles.FloatArray(List.of(1L, 2L), new float[] {0.5f, -0.5f}));
        Path directions = temp.resolve("directions.npy");
        NpyFiles.write(directions, new NpyFiles.FloatArray(List.of(2L, 2L), new float[] {1, 0.2f, 1, -0.5f}));
        print("capacity --single --json", "capacity", "--single", single, "--t", directions);
        print("quality Z --json", "quality", z, "--views", "2", "--resamples", "4");
        Path simulated = temp.resolve("simulated");
        print("simulate figure1 --json", "simulate", "figure1", "--out", simulated, "--grid", "10,20x10,40");
        print(
                "simulate sphere --json",
                "simulate",
                "sphere",
                "--out",
                simulated.resolve("sphere"),
                "--points",
                "20",
                "--steps",
                "5");
        print(
                "simulate information --json",
                "simulate",
                "information",
                "--out",
                simulated.resolve("information"),
                "--points",
                "60",
                "--views",
                "2",
                "--dimension",
                "4");
    }

    private void collectPairs() throws IOException {
        float[] values = new float[80 * 2];
        for (int i = 0; i < values.length; i++) {
            values[i] = i < 2 ? Float.NaN : (float) Math.sin(1 + i * i);
        }
        Path first = temp.resolve("first.npy");
        Path second = temp.resolve("second.npy");
        NpyFiles.write(first, new NpyFiles.FloatArray(List.of(80L, 2L), values));
        values[0] = 1;
        values[1] = 2;
        NpyFiles.write(second, new NpyFiles.FloatArray(List.of(80L, 2L), values));
        Path paired = temp.resolve("paired");
        CliRun.mmcr("pretrain", "--pairs", first + "," + second, "--out", paired, "--steps", 2, "--batch", 8);
        print("evaluate PAIRS --json", "evaluate", paired);
        file("pairs.json", RunDirectory.open(paired).pairs());
    }

    private static Object[] joined(List<Object> arguments, Object... more) {
        return Stream.concat(arguments.stream(), Stream.of(more)).toArray();
    }

    private void print(String document, Object... arguments) {
        CliRun run = CliRun.mmcr(joined(List.of(arguments), "--json"));
        add(document, run.json());
        add(Provenance.KEY, run.provenance());
    }

    private void file(String document, Path file) throws IOException {
        JsonNode node = MAPPER.readTree(file.toFile());
        if (document.equals("state.json")) {
            add(document, node);
        } else {
            addWhole(document, node);
        }
    }

    /** The block of the provenance has a section of its own. */
    private void addWhole(String document, JsonNode node) {
        JsonNode block = ((ObjectNode) node).remove(Provenance.KEY);
        assertThat(block).as("provenance of " + document).isNotNull();
        add(Provenance.KEY, block);
        add(document, node);
    }

    private void lines(String document, Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).as(document).isNotEmpty();
        for (String line : lines) {
            add(document, MAPPER.readTree(line));
        }
    }

    private void add(String document, JsonNode node) {
        walk(node, List.of(), found.computeIfAbsent(document, name -> new LinkedHashSet<>()));
    }

    private static void walk(JsonNode node, List<String> path, Set<List<String>> paths) {
        if (node.isObject() && !node.isEmpty()) {
            node.properties().forEach(entry -> walk(entry.getValue(), with(path, entry.getKey()), paths));
        } else if (node.isArray() && !node.isEmpty()) {
            node.forEach(item -> walk(item, with(path, "[]"), paths));
        } else {
            paths.add(path);
        }
    }

    private static List<String> with(List<String> path, String segment) {
        return Stream.concat(path.stream(), Stream.of(segment)).toList();
    }

    /** The rows of each document; a section may be that of several documents. */
    private static Map<String, List<Row>> page() throws IOException {
        Map<String, List<Row>> rows = new LinkedHashMap<>();
        List<String> documents = List.of();
        for (String line : Files.readAllLines(Path.of("../docs/json.md"))) {
            if (line.startsWith("## ")) {
                documents = Arrays.stream(line.substring(3).split(", ", -1))
                        .map(name -> name.replace("`", ""))
                        .toList();
            } else if (line.startsWith("| `")) {
                String[] cells = line.split("\\|", -1);
                Row row = new Row(
                        Arrays.asList(cells[1].strip()
                                .replace("`", "")
                                .replace("[]", ".[]")
                                .split("\\.", -1)),
                        cells[2].contains("optional"));
                documents.forEach(name ->
                        rows.computeIfAbsent(name, key -> new ArrayList<>()).add(row));
            }
        }
        return rows;
    }
}
