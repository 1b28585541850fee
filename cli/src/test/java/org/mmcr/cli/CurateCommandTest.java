package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.io.Csv;
import org.mmcr.train.run.Budget;
import org.mmcr.train.run.PretrainConfig;

class CurateCommandTest {
    private static final String HEADER =
            "path,label,flags,duplicate_of,duplicate_in,duplicate_score,outlier,label_issue,suggested_label,capacity_share";

    @TempDir
    private Path temp;

    private Path pictures;

    @BeforeEach
    void writePictures() {
        pictures = CliPictures.write(temp.resolve("pictures"), 20, 1);
    }

    @Test
    void curate_plantedFaults_areFoundAndLeftOutByKeep() throws IOException {
        Files.copy(pictures.resolve("round/003.png"), pictures.resolve("round/copy.png"));
        Files.move(pictures.resolve("square/005.png"), pictures.resolve("round/wrong.png"));
        Files.writeString(pictures.resolve("round/broken.png"), "no picture");
        Path out = temp.resolve("out");
        JsonNode found =
                mmcr("curate", pictures, "--out", out, "--subset", 5, "--json").json();
        Map<String, List<String>> rows = rows(out);
        assertThat(Files.readAllLines(out.resolve("curation.csv"))).first().isEqualTo(HEADER);
        assertThat(rows).hasSize(42);
        assertThat(rows.get("round/copy.png").get(2)).contains("duplicate");
        assertThat(rows.get("round/copy.png").get(3)).isEqualTo("round/003.png");
        assertThat(rows.get("round/copy.png").get(5)).isEqualTo("1.0");
        assertThat(rows.get("round/003.png").get(2)).doesNotContain("duplicate");
        assertThat(rows.get("round/wrong.png").get(2)).contains("label");
        assertThat(rows.get("round/wrong.png").get(8)).isEqualTo("square");
        assertThat(rows.get("round/broken.png").get(2)).isEqualTo("broken");
        rows.values()
                .forEach(row -> row.subList(5, 8)
                        .forEach(score -> assertThat(Double.parseDouble(score)).isBetween(0.0, 1.0)));
        assertThat(found.at("/duplicates/exact").asInt()).isEqualTo(1);
        assertThat(found.at("/broken").asInt()).isEqualTo(1);
        assertThat(found.at("/labels/judged").asInt()).isEqualTo(41);
        assertThat(found.at("/classes")).hasSize(2);
        assertThat(found.at("/classes/0/share").asDouble()
                        + found.at("/classes/1/share").asDouble())
                .isCloseTo(1, within(1e-9));
        String costly = found.at("/costliest/0/path").asText();
        assertThat(Double.parseDouble(rows.get(costly).get(9)))
                .isEqualTo(found.at("/costliest/0/share").asDouble())
                .isPositive();
        assertThat(Files.readAllLines(out.resolve("subset.csv"))).hasSize(6);
        assertThat(out.resolve("curation.parquet")).isNotEmptyFile();
        assertThat(out.resolve("curation.html")).content().contains("round/copy.png", "data:image/jpeg");

        long clean = rows.values().stream().filter(row -> row.get(2).isEmpty()).count();
        Path keep = out.resolve("curation.csv");
        Path run = temp.resolve("run");
        Path relative = Path.of("").toAbsolutePath().relativize(keep.toAbsolutePath());
        Path recipe = CliPictures.recipe(temp);
        CliRun trained = mmcr("pretrain", pictures, "--out", run, "--recipe", recipe, "--keep", relative, "--steps", 2);
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(Files.readString(run.resolve("config.yaml"))).contains("keep: " + keep.toUri());
        assertThat(mmcr("pretrain", "--resume", run).code()).isZero();
        assertThat(Files.readString(run.resolve("run.json"))).contains("\"pictures\" : " + clean);
        mmcr("embed", run, "--data", pictures, "--out", keep, "--keep", keep, "--overwrite")
                .assertIsWrongUsage("an input");
        assertThat(mmcr("embed", run, "--data", pictures, "--out", temp.resolve("x.npy"), "--keep", keep, "--json")
                        .json()
                        .get("rows")
                        .asLong())
                .isEqualTo(clean);
        JsonNode evaluated = mmcr(
                        "evaluate",
                        run,
                        "--train",
                        pictures,
                        "--test",
                        CliPictures.write(temp.resolve("test"), 4, 2),
                        "--keep",
                        keep,
                        "--no-baselines",
                        "--json")
                .json();
        assertThat(evaluated.at("/train/pictures").asLong()).isEqualTo(clean);
        relabelled(run, keep, rows.get("round/wrong.png"), clean);
        // With a run's encoder, against other data.
        Path again = temp.resolve("again");
        assertThat(mmcr("curate", pictures, "--run", run, "--subset", 3, "--out", again)
                        .code())
                .isZero();
        assertThat(again.resolve("subset.csv")).exists();
        JsonNode across = mmcr("curate", pictures, "--run", run, "--against", pictures, "--out", again, "--json")
                .json();
        assertThat(again.resolve("subset.csv")).doesNotExist();
        assertThat(across.at("/duplicates/across").asInt()).isEqualTo(41);
        // Both have equal names.
        assertThat(rows(again).get("round/001.png").subList(3, 5)).containsExactly("round/001.png", "against");
        assertThat(rows.get("round/copy.png").get(4)).isEqualTo("data");
        assertThat(Files.readString(again.resolve("curation.html"))).contains("as round/001.png of " + pictures);
    }

    /** The picture under a wrong label is kept under the suggested one, if it has no other flag. */
    private void relabelled(Path run, Path keep, List<String> wrong, long clean) throws IOException {
        Path confirmed = Files.writeString(
                temp.resolve("confirmed.csv"),
                Files.readString(keep).replace(String.join(",", wrong.subList(0, 3)), "round/wrong.png,round,label"));
        Path csv = temp.resolve("relabelled.csv");
        CliRun embedded = mmcr("embed", run, "--data", pictures, "--out", csv, "--keep", confirmed, "--relabel");
        assertThat(embedded.code()).as(embedded.err()).isZero();
        assertThat(Files.readAllLines(csv))
                .hasSize((int) clean + 2)
                .anyMatch(line -> line.contains("round/wrong.png") && line.contains("square"));
        mmcr("embed", run, "--data", pictures, "--out", temp.resolve("none.csv"), "--relabel")
                .assertIsWrongUsage("--keep CSV with --relabel");
        mmcr("pretrain", pictures, "--out", temp.resolve("r"), "--relabel")
                .assertIsWrongUsage("--keep CSV with --relabel");
    }

    @Test
    void curate_oddData_hasARowForEachPicture() throws IOException {
        Path one = Files.createDirectories(temp.resolve("one/a"));
        Files.copy(pictures.resolve("round/001.png"), one.resolve("1.png"));
        assertThat(curated(temp.resolve("one"), 1)).containsExactly("");
        for (int i = 2; i < 30; i++) {
            Files.copy(one.resolve("1.png"), one.resolve(i + ".png"));
        }
        assertThat(curated(temp.resolve("one"), 29).subList(1, 29)).containsOnly("duplicate");
        // Labels for half of them.
        List<String> labels = new ArrayList<>(List.of("label"));
        for (int i = 0; i < 40; i++) {
            labels.add(i % 2 == 0 ? "\"\"" : i < 20 ? "round" : "square");
        }
        Path file = Files.write(temp.resolve("y.csv"), labels);
        Path out = temp.resolve("half");
        JsonNode found = mmcr("curate", pictures, "--labels", file, "--out", out, "--json")
                .json();
        assertThat(found.at("/labels/judged").asInt()).isEqualTo(20);
        // One class.
        Path round = temp.resolve("round");
        JsonNode single = mmcr("curate", pictures.resolve("round"), "--out", round, "--subset", 500, "--json")
                .json();
        assertThat(single.has("labels")).isFalse();
        assertThat(single.get("notes").toString()).contains("the subset has");
    }

    @Test
    void curate_wrongInput_isOneLine() throws IOException {
        assertThat(mmcr("curate", pictures).code()).isEqualTo(ExitCode.WRONG_USAGE);
        Path out = temp.resolve("out");
        mmcr("curate", pictures, "--out", out, "--subset", -1).assertIsWrongUsage("found -1");
        mmcr("curate", pictures, "--out", out, "--minutes", 0).assertIsWrongUsage("--minutes above 0");
        mmcr("curate", pictures, "--out", out, "--run", temp, "--minutes", 1).assertIsWrongUsage("--minutes only");
        mmcr("curate", pictures, "--out", out, "--size", 224, "--preprocess", "dinov2")
                .assertIsWrongUsage("expected no --preprocess, --size with an encoder that is trained on DATA");
        mmcr("curate", temp.resolve("none"), "--out", out).assertFailsWithOneLine("no data");
        Path labels = Files.writeString(temp.resolve("y.csv"), "label\na\n");
        CliRun few = mmcr("curate", pictures, "--out", out, "--labels", labels);
        assertThat(few.code()).isEqualTo(ExitCode.WRONG_USAGE);
        assertThat(few.err()).contains("each of the 40 pictures, found 1");
        Path table = Files.writeString(temp.resolve("t.csv"), "a,b\n1,2\n3,4\n");
        mmcr("curate", table, "--out", out).assertFailsWithOneLine("found a table of numbers");
    }

    @Test
    void curate_otherMinutesOrSeedThanThoseOfItsEncoder_isWrongUsage() throws IOException {
        Path out = temp.resolve("out");
        Path encoder = Files.createDirectories(out.resolve("encoder"));
        PretrainConfig before = PretrainConfig.defaults().withBudget(Budget.ofMinutes(4));
        Files.writeString(encoder.resolve("config.yaml"), before.toYaml());
        mmcr("curate", pictures, "--out", out, "--minutes", 5).assertIsWrongUsage("no other --minutes", "found 5.0");
        mmcr("curate", pictures, "--out", out, "--seed", before.seed() + 1)
                .assertIsWrongUsage("no other --seed", "found " + (before.seed() + 1));
        // So few pictures are compared by their pixels.
        CliRun same = mmcr("curate", pictures, "--out", out, "--minutes", 4);
        assertThat(same.code()).as(same.err()).isZero();
    }

    @Test
    void curate_withItsEncoderAgain_drawsWithTheSeedOfIt() throws IOException {
        Path out = temp.resolve("out");
        Path encoder = Files.createDirectories(out.resolve("encoder"));
        PretrainConfig before = PretrainConfig.defaults().with("seed", "7").withBudget(Budget.ofMinutes(3));
        Files.writeString(encoder.resolve("config.yaml"), before.toYaml());
        CliRun again = mmcr("curate", pictures, "--out", out, "--json");
        assertThat(again.provenance().path("seed").asLong()).isEqualTo(7);
        String rows = Files.readString(out.resolve("curation.csv"));
        assertThat(mmcr("curate", pictures, "--out", out, "--seed", 7).code()).isZero();
        assertThat(out.resolve("curation.csv")).hasContent(rows);
        CliRun other = mmcr("curate", pictures, "--out", temp.resolve("new"), "--json");
        assertThat(other.provenance().path("seed").asLong()).isZero();
    }

    private List<String> curated(Path data, int expected) throws IOException {
        Path out = temp.resolve("out-" + expected);
        CliRun run = mmcr("curate", data, "--out", out);
        assertThat(run.code()).as(run.err()).isZero();
        List<String> flags = rows(out).values().stream().map(row -> row.get(2)).toList();
        assertThat(flags).hasSize(expected);
        return flags;
    }

    private static Map<String, List<String>> rows(Path out) throws IOException {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        try (Csv csv = Csv.open(out.resolve("curation.csv"))) {
            csv.next();
            for (Optional<List<String>> row = csv.next(); row.isPresent(); row = csv.next()) {
                rows.put(row.get().get(0), row.get());
            }
        }
        return rows;
    }
}
