package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
class TransferCommandTest {
    @TempDir
    private Path temp;

    private Path run(String name, int seed) {
        Path run = temp.resolve(name);
        CliRun trained = mmcr(
                "pretrain",
                CliPictures.write(temp.resolve("pictures"), 12, 1),
                "--out",
                run,
                "--recipe",
                CliPictures.recipe(temp),
                "--steps",
                2,
                "--seed",
                seed);
        assertThat(trained.code()).as(trained.err()).isZero();
        return run;
    }

    @Test
    void transfer_twoRunsOnTwoSets_hasTheAccuraciesOfEvaluateInOneTable() throws IOException {
        Path first = run("first", 1);
        Path second = run("second", 2);
        Path whole = temp.resolve("shapes");
        CliPictures.write(whole.resolve("train"), 10, 2);
        CliPictures.write(whole.resolve("test"), 7, 3);
        Path few = CliPictures.write(temp.resolve("few"), 3, 4);
        // Classes of unequal size, so that the mean over classes differs from the accuracy.
        try (var files = Files.list(whole.resolve("test/round"))) {
            for (Path file : files.sorted().skip(2).toList()) {
                Files.delete(file);
            }
        }
        Path out = temp.resolve("out");
        Object[] command = {
            "transfer",
            first,
            second,
            "--data",
            whole + "/",
            "--data",
            "other=" + few + "," + whole.resolve("test"),
            "--out",
            out
        };
        CliRun table = mmcr(command);
        assertThat(table.code()).as(table.err()).isZero();
        assertThat(table.out())
                .contains("shapes: 20 training pictures", "9 test pictures", "2 classes")
                .containsPattern("linear, mean over classes +shapes +other +mean\\R  first +[0-9.]+ %");
        assertThat(out.resolve("transfer.html")).content().contains("<th>other</th>", "<td>second</td>");

        Object[] again = Arrays.copyOf(command, command.length + 1);
        again[command.length] = "--json";
        CliRun kept = mmcr(again);
        assertThat(kept.err()).contains("20 features of an earlier command");
        JsonNode document = kept.json();
        JsonNode alone = mmcr(
                        "evaluate", second, "--train", few, "--test", whole.resolve("test"), "--no-baselines", "--json")
                .json();
        for (JsonNode protocol : alone.at("/subjects/0/protocols")) {
            JsonNode row = row(document, protocol.get("name").asText(), "second");
            assertThat(row.at("/sets/other").asDouble())
                    .isEqualTo(protocol.at("/score/top1").asDouble());
            assertThat(row.get("mean").asDouble())
                    .isCloseTo(
                            (row.at("/sets/other").asDouble()
                                            + row.at("/sets/shapes").asDouble())
                                    / 2,
                            within(1e-12));
        }
        JsonNode linear = document.at("/sets/0/encoders/0/protocols/2");
        assertThat(linear.get("name").asText()).isEqualTo("linear");
        double sum = 0;
        for (JsonNode one : linear.at("/score/per_class")) {
            sum += one.get("accuracy").asDouble();
        }
        assertThat(row(document, "linear_class_mean", "first")
                        .at("/sets/shapes")
                        .asDouble())
                .isCloseTo(sum / 2, within(1e-12));
        assertThat(Files.readAllLines(out.resolve("transfer.csv")))
                .hasSize(1 + document.get("table").size())
                .startsWith("protocol,encoder,shapes,other,mean");
    }

    private static JsonNode row(JsonNode document, String protocol, String encoder) {
        for (JsonNode row : document.get("table")) {
            if (row.get("protocol").asText().equals(protocol)
                    && row.get("encoder").asText().equals(encoder)) {
                return row;
            }
        }
        throw new AssertionError("no row " + protocol + " of " + encoder);
    }

    @Test
    void transfer_ofAnOnnxFileBesideARun_hasTheAccuraciesOfEvaluateForBoth() {
        Path run = run("run", 1);
        Path graph = temp.resolve("graph.onnx");
        CliRun exported = mmcr("export", run, "--format", "onnx", "--out", graph);
        assertThat(exported.code()).as(exported.err()).isZero();
        Path set = temp.resolve("set");
        Path train = CliPictures.write(set.resolve("train"), 10, 2);
        Path test = CliPictures.write(set.resolve("test"), 7, 3);
        JsonNode document = mmcr("transfer", "--encoder", graph, run, "--data", set, "--json")
                .json();
        assertThat(document.at("/sets/0/encoders")).hasSize(2);
        JsonNode ofGraph = mmcr(
                        "evaluate", "--encoder", graph, "--train", train, "--test", test, "--no-baselines", "--json")
                .json();
        JsonNode ofRun = mmcr("evaluate", run, "--train", train, "--test", test, "--no-baselines", "--json")
                .json();
        Map.of("graph", ofGraph, "run", ofRun).forEach((name, evaluation) -> {
            assertThat(evaluation.at("/subjects/0/protocols")).isNotEmpty();
            for (JsonNode protocol : evaluation.at("/subjects/0/protocols")) {
                assertThat(row(document, protocol.get("name").asText(), name)
                                .at("/sets/set")
                                .asDouble())
                        .isEqualTo(protocol.at("/score/top1").asDouble());
            }
        });
    }

    @Test
    void transfer_wrongInput_isRefusedInOneLineBeforeAnythingIsMeasured() throws IOException {
        Path run = run("run", 1);
        Path good = temp.resolve("good");
        CliPictures.write(good.resolve("train"), 3, 2);
        CliPictures.write(good.resolve("test"), 3, 3);
        Path odd = temp.resolve("odd");
        CliPictures.write(odd.resolve("train"), 3, 2);
        CliPictures.write(odd.resolve("test"), 3, 3);
        Files.move(odd.resolve("test/round"), odd.resolve("test/triangle"));
        mmcr("transfer", run, "--data", good, "--data", odd)
                .assertFailsWithOneLine("data set odd", "found also [triangle]");
        mmcr("transfer", run, "--data", temp.resolve("pictures")).assertFailsWithOneLine("data set pictures", "train");
        mmcr("transfer", run, "--data", temp.resolve("nowhere")).assertFailsWithOneLine("data set nowhere", "no data");
        mmcr("transfer", "--data", good).assertIsWrongUsage("expected RUN or --encoder FILE, found neither");
        mmcr("transfer", run, "--data", good, "--data", good).assertIsWrongUsage("two called good");
        mmcr("transfer", run, "--data", "a=b").assertIsWrongUsage("NAME=TRAIN,TEST");
        mmcr("transfer", run, "--data", "a,b").assertIsWrongUsage("NAME=TRAIN,TEST");
        mmcr("transfer", run, "--data", good, "--out", good.resolve("train/round/000.png"))
                .assertFailsWithOneLine("expected a folder to write into");
    }

    @Test
    void labelledSet_ofALocation_namesItsParts() throws IOException {
        Path binaries = Files.createDirectories(temp.resolve("cifar"));
        assertThat(LabelledSet.of("x/sets.tar.gz"))
                .isEqualTo(new LabelledSet("sets", "x/sets.tar.gz#train", "x/sets.tar.gz#test"));
        assertThat(LabelledSet.of("x/sets.zip#flowers/"))
                .isEqualTo(new LabelledSet("flowers", "x/sets.zip#flowers/train", "x/sets.zip#flowers/test"));
        assertThat(LabelledSet.of("sets.zip#")).isEqualTo(new LabelledSet("sets", "sets.zip#train", "sets.zip#test"));
        assertThat(LabelledSet.of(binaries.toString()))
                .isEqualTo(new LabelledSet("cifar", binaries + "#train", binaries + "#test"));
        assertThat(LabelledSet.of("d=a.zip#x,b.zip#y")).isEqualTo(new LabelledSet("d", "a.zip#x", "b.zip#y"));
        assertThatThrownBy(() -> LabelledSet.of("d=a,b,c")).isInstanceOf(UsageException.class);
    }
}
