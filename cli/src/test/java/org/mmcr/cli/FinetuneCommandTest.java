package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.analysis.export.SavedProbe;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.io.Provenance;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.LinearHead;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;

/** Whole fine-tunings of a few epochs. */
@Tag("long")
class FinetuneCommandTest {
    @TempDir
    private static Path temp;

    private static Path train;
    private static Path test;
    private static Path run;

    @BeforeAll
    static void trainEncoder() {
        train = CliPictures.write(temp.resolve("train"), 12, 1);
        test = CliPictures.write(temp.resolve("test"), 12, 2);
        run = temp.resolve("run");
        CliRun trained = mmcr("pretrain", train, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 6);
        assertThat(trained.code()).as(trained.err()).isZero();
    }

    private static CliRun finetune(Path out, Object... more) {
        List<Object> arguments = new ArrayList<>(
                List.of("finetune", run, "--train", train, "--test", test, "--out", out, "--threads", 1, "--json"));
        arguments.addAll(List.of(more));
        return mmcr(arguments.toArray());
    }

    @Test
    void finetune_ofAFewLabels_writesResultAndARunThatOtherCommandsTake() throws IOException {
        Object[] options = {"--labels", "50%", "--draws", 2, "--tune", 2, "--epochs", 6, "--freeze", "stem"};
        Path out = temp.resolve("tuned");
        CliRun first = finetune(out, options);
        JsonNode result = first.json();
        assertThat(first.err()).contains("frozen: stem").doesNotContain("views of each");
        assertThat(first.err().lines().filter(line -> line.startsWith("draw "))).hasSize(2 * 2 * (2 + 1));
        assertThat(result.get("classes")).hasSize(2);
        assertThat(result.get("frozen").get(0).asText()).isEqualTo("stem");
        assertThat(result.get("fits")).hasSize(2 * 2 * (2 + 1));
        for (int i = 0; i < 3; i++) {
            JsonNode row = result.get("rows").get(i);
            assertThat(row.get("draws")).hasSize(2);
            assertThat(row.get("top1").doubleValue()).as(row.toString()).isBetween(0.0, 1.0);
        }
        assertThat(result.at("/rows/0/name").asText()).isEqualTo("finetuned");
        assertThat(result.at("/rows/0/top1").doubleValue()).isGreaterThan(0.6);
        JsonNode last = result.get("fits").get(2);
        assertThat(last.has("trial")).isFalse();
        assertThat(last.get("labels").intValue()).isEqualTo(12);
        assertThat(last.get("epochs").intValue()).isBetween(1, 6);
        // The settings of the training on all labels are those of the trial with the best validation accuracy.
        JsonNode one = result.get("fits").get(0);
        JsonNode two = result.get("fits").get(1);
        boolean better =
                two.get("validation").doubleValue() > one.get("validation").doubleValue();
        assertThat(last.get("learning_rate")).isEqualTo((better ? two : one).get("learning_rate"));
        assertThat(last.get("epochs")).isEqualTo((better ? two : one).get("epochs"));

        // The same command prints the same result without training, and in another folder by training again.
        assertThat(untimed(finetune(out, options).json())).isEqualTo(untimed(result));
        assertThat(untimed(finetune(temp.resolve("again"), options).json())).isEqualTo(untimed(result));

        // The classifier of the run classifies as the first draw did.
        assertThat(RunDirectory.isRun(out)).isTrue();
        assertThat(out.resolve("fits")).isDirectoryNotContaining(Files::isDirectory);
        assertThat(mmcr("embed", out, "--data", test, "--out", temp.resolve("z.npy"))
                        .code())
                .isZero();
        CliRun export = mmcr(
                "export", out, "--format", "onnx", "--with-probe", "--out", temp.resolve("classifier.onnx"), "--json");
        assertThat(export.json().at("/check/random_inputs").intValue()).isPositive();
        // The metadata of an ONNX file are plain text.
        assertThat(Files.readString(temp.resolve("classifier.onnx"), StandardCharsets.ISO_8859_1))
                .contains("class_names", "[\"round\",\"square\"]");
        assertThat(top1OfTheClassifier(out))
                .isEqualTo(result.at("/rows/0/draws/0").doubleValue());
        byte[] classifier = Files.readAllBytes(out.resolve("probe.safetensors"));
        CliRun evaluated = mmcr("evaluate", out, "--train", train, "--test", test, "--no-baselines", "--no-pictures");
        assertThat(evaluated.code()).as(evaluated.err()).isZero();
        assertThat(evaluated.err()).contains("keeps the classifier of its fine-tuning");
        assertThat(out.resolve("probe.safetensors")).hasBinaryContent(classifier);
        ObjectNode document = (ObjectNode)
                new ObjectMapper().readTree(out.resolve("finetuning.json").toFile());
        document.remove(Provenance.KEY);
        assertThat(document).isEqualTo(result);
        mmcr("pretrain", "--resume", out).assertFailsWithOneLine("cross-entropy", "mmcr finetune");
        finetune(out, "--labels", "25%").assertFailsWithOneLine("settings.json");
    }

    /** The accuracy of the classifier in a run's folder on the features of the test pictures. */
    private static double top1OfTheClassifier(Path out) {
        RunDirectory folder = RunDirectory.open(out);
        TrainedModel model = TrainedModel.load(folder);
        LinearHead head = SavedProbe.of(folder, model);
        try (DataSource data = DataSources.open(test.toString(), DataOptions.defaults());
                FeatureSet set = new FeatureExtractor(model.features(), 8, 1).extract(data, done -> {});
                PointerScope scope = new PointerScope()) {
            Tensor best = torch.linear(set.features(), head.weightTensor())
                    .add(head.biasTensor())
                    .argmax(new LongOptional(1), false);
            int right = 0;
            for (int row = 0; row < set.size(); row++) {
                String predicted =
                        head.classNames().get((int) best.select(0, row).item_long());
                right += predicted.equals(set.classNames().get(set.labels()[row])) ? 1 : 0;
            }
            return (double) right / set.size();
        }
    }

    @Test
    void finetune_withTheRecipeOfATraining_isWrongUsage() {
        Path out = temp.resolve("other");
        finetune(out, "--recipe", CliPictures.recipe(temp)).assertIsWrongUsage("model.projector", "remove it");
        finetune(out, "--set", "objective={type: mmcr}").assertIsWrongUsage("objective changed");
        finetune(out, "--set", "views=2").assertIsWrongUsage("views changed");
        finetune(out, "--set", "model.init=w.safetensors").assertIsWrongUsage("model.init changed");
        finetune(out, "--set", "ema.decay=0.99").assertIsWrongUsage("ema changed");
        finetune(out, "--set", "monitor.steps=10").assertIsWrongUsage("monitor changed");
        finetune(out, "--set", "data.strict=true").assertIsWrongUsage("data changed");
        finetune(out, "--set", "view.sizes=[{until: 1, size: 8}]").assertIsWrongUsage("view.sizes changed");
        assertThat(out).doesNotExist();
    }

    /** The sphere shows the scores of the two classes, which are in the place of embeddings. */
    @Test
    void explore_ofAFineTunedRun_showsItsPicturesAndScores() throws Exception {
        Path out = temp.resolve("explored");
        CliRun tuned = finetune(out, "--labels", "3-per-class", "--draws", 1, "--tune", 0, "--epochs", 1);
        assertThat(tuned.code()).as(tuned.err()).isZero();
        MmcrProcess explore = MmcrProcess.start(temp, "explore", out, "--port", 0, "--json");
        try {
            explore.await(() -> explore.out().strip().endsWith("}"));
            explore.await(() -> explored(explore, "api/pictures").path("total").intValue() == 24);
            assertThat(explored(explore, "api/runs").at("/0/dimension").intValue())
                    .isEqualTo(2);
            JsonNode sphere = explored(explore, "api/sphere");
            assertThat(sphere.path("pictures")).hasSize(24);
            assertThat(sphere.path("spectrum")).hasSize(2);
        } finally {
            explore.process().destroyForcibly().waitFor();
        }
    }

    /** The explorer's answer; nothing while it has none. */
    private static JsonNode explored(MmcrProcess explore, String path) throws IOException {
        HttpResponse<String> answer = ExploreClient.send(ExploreClient.request(explore, path));
        return answer.statusCode() == 200 ? new ObjectMapper().readTree(answer.body()) : MissingNode.getInstance();
    }

    /** Without the times, which differ. */
    private static JsonNode untimed(JsonNode result) {
        ObjectNode copy = result.deepCopy();
        copy.remove("seconds");
        copy.get("fits").forEach(fit -> ((ObjectNode) fit).remove("seconds"));
        return copy;
    }

    @Test
    void finetune_withLabelsOfTheExplorer_usesThem() throws IOException {
        Path labels = temp.resolve("labels.csv");
        Files.writeString(labels, """
                path,label
                round/000.png,round
                round/001.png,round
                square/000.png,square
                square/001.png,square
                square/002.png,
                """);
        JsonNode result = finetune(
                        temp.resolve("labelled"), "--labels", labels, "--epochs", 2, "--tune", 0, "--freeze", "encoder")
                .json();
        assertThat(result.get("draws").intValue()).isEqualTo(1);
        assertThat(result.at("/fits/0/labels").intValue()).isEqualTo(4);
        assertThat(result.at("/train/pictures").intValue()).isEqualTo(4);
        Files.writeString(labels, "path,label\nround/999.png,round\n");
        finetune(temp.resolve("other"), "--labels", labels).assertFailsWithOneLine("'round/999.png'");
    }

    @Test
    void finetune_ofWrongInput_failsWithOneLine() throws IOException {
        Path out = temp.resolve("wrong");
        finetune(out, "--labels", "13-per-class").assertFailsWithOneLine("13 labelled", "found 12", "12-per-class");
        finetune(out, "--labels", "1%").assertFailsWithOneLine("found none of class round", "12 samples");
        finetune(out, "--labels", "many").assertIsWrongUsage("'many'");
        finetune(out, "--freeze", "stage9")
                .assertIsWrongUsage("'stage9'", "stem, stage1.block1, stage2.block1, projector");
        finetune(out, "--freeze", "*").assertIsWrongUsage("all frozen");
        Path recipe = Files.writeString(temp.resolve("freeze.yaml"), "model: {freeze: [stem]}\n");
        finetune(out, "--recipe", recipe, "--freeze", "*").assertIsWrongUsage("all frozen");
        finetune(out, "--recipe", "none").assertIsWrongUsage("'none'", "finetune-imagenet-1");
        finetune(out, "--tune", "99").assertIsWrongUsage("0 to 9 tuning trials");
        mmcr("finetune", run, "--train", train.resolve("round"), "--test", test, "--out", out)
                .assertFailsWithOneLine("labelled training data", "no labels");
        Path one = temp.resolve("one");
        Path other = temp.resolve("other-classes");
        CliPictures.write(one.resolve("all"), 2, 3);
        CliPictures.write(other.resolve("x"), 2, 3);
        mmcr("finetune", run, "--train", one, "--test", one, "--out", out)
                .assertFailsWithOneLine("two classes", "[all]");
        mmcr("finetune", run, "--train", train, "--test", other, "--out", out).assertFailsWithOneLine("found also [x]");
        assertThat(out).doesNotExist();
    }
}
