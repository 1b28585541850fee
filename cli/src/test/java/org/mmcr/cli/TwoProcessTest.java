package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same command in two processes at once: one of them does the work, the other is refused in one line.
 *
 * <p>Other files that processes share have their tests beside their classes: labels in {@code LabelStoreTest},
 * downloads in {@code DownloadProcessesTest}, the lock itself in {@code ExclusiveLockTest}, the build in
 * {@link LauncherTest}.
 */
@Tag("long")
class TwoProcessTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path temp;

    private Path pictures;

    @BeforeEach
    void draw() {
        pictures = CliPictures.write(temp.resolve("pictures"), 12, 1);
    }

    @Test
    void embed_twiceIntoOneFile_isDoneByOne() throws Exception {
        Path run = temp.resolve("run");
        mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 2);
        Path out = Files.createDirectories(temp.resolve("out"));
        assertOneIsDone(List.of("embed", run, "--data", pictures, "--out", out.resolve("x.npy")));
        mmcr("embed", run, "--data", pictures, "--out", temp.resolve("x.npy"));
        assertThat(out.resolve("x.npy")).hasSameBinaryContentAs(temp.resolve("x.npy"));
        assertThat(out.resolve("x.csv")).hasSameBinaryContentAs(temp.resolve("x.csv"));
        assertThat(names(out)).containsExactlyInAnyOrder("x.npy", "x.csv");
    }

    @Test
    void pretrain_twiceIntoOneFolder_isDoneByOne() throws Exception {
        Path run = temp.resolve("run");
        assertOneIsDone(
                List.of("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 4));
        assertThat(Files.readAllLines(run.resolve("metrics.jsonl"))).hasSize(4);
        assertThat(names(run)).noneMatch(name -> name.startsWith(".") || name.endsWith(".lock"));
    }

    @Test
    void trials_twiceInOneFolder_areDoneByOne() throws Exception {
        Path recipe = CliPictures.recipe(temp);
        Path run = temp.resolve("run");
        mmcr("pretrain", pictures, "--out", run, "--recipe", recipe, "--steps", 2);
        assertOneIsDone(ShortCommands.compare(pictures, recipe, 40, temp.resolve("comparison")));
        assertOneIsDone(ShortCommands.finetune(run, pictures, 2, 20, temp.resolve("finetuned")));
        Path study = temp.resolve("study");
        assertOneIsDone(ShortCommands.threshold(pictures, recipe, study));
        assertThat(names(study)).contains("threshold.csv").doesNotContain(".mmcr.lock");
    }

    @Test
    void plan_twiceIntoOneFile_isDoneByOne() throws Exception {
        Path out = Files.createDirectories(temp.resolve("out"));
        assertOneIsDone(ShortCommands.plan(pictures, CliPictures.recipe(temp), out.resolve("plan.yaml")));
        assertThat(names(out)).containsExactly("plan.yaml");
    }

    /** The cache of features: both commands need the same pair, one computes and the other waits. */
    @Test
    void features_ofOnePairInThreeProcesses_areKeptOnceAndWhole() throws Exception {
        Path graph = export();
        Path cache = temp.resolve("cache");
        Map<String, String> environment = Map.of("MMCR_CACHE", cache.toString());
        Object[] evaluate = {
            "evaluate", "--encoder", graph, "--train", pictures, "--test", pictures, "--no-baselines", "--json"
        };
        MmcrProcess first = MmcrProcess.start(temp, environment, evaluate);
        MmcrProcess second = MmcrProcess.start(temp, environment, evaluate);
        Path rows = temp.resolve("x.npy");
        MmcrProcess third =
                MmcrProcess.start(temp, environment, "embed", "--encoder", graph, "--data", pictures, "--out", rows);
        for (MmcrProcess process : List.of(first, second, third)) {
            assertThat(process.exitCode()).as(process.err()).isZero();
        }
        assertThat(accuracies(first)).isEqualTo(accuracies(second));
        assertThat(names(cache)).singleElement().asString().startsWith("features-");
        assertThat(cache.resolve(names(cache).get(0))).hasSameBinaryContentAs(rows);
    }

    private static List<String> accuracies(MmcrProcess evaluation) throws IOException {
        List<String> accuracies = JSON.readTree(evaluation.out()).findValuesAsText("top1");
        assertThat(accuracies).as(evaluation.out()).isNotEmpty();
        return accuracies;
    }

    /** The folder into which JavaCPP unpacks the libraries: one unpacks, the other waits; a killed one left half. */
    @Test
    void nativeLibraries_unpackedByTwoAfterAKill_areWhole() throws Exception {
        Path natives = temp.resolve("natives");
        Map<String, String> environment =
                Map.of("JAVA_TOOL_OPTIONS", "-D" + NativeLibraries.FOLDER_PROPERTY + "=" + natives);
        Path z = temp.resolve("z.npy");
        NpyFile.write(z, new float[] {1, 2, 3, 4, 5, 7, 8, 9}, new int[] {4, 2});
        MmcrProcess killed = MmcrProcess.start(temp, environment, "loss", z, "--views", 2);
        killed.await(() -> unfinished(natives));
        killed.process().destroyForcibly().waitFor();
        String expected = mmcr("loss", z, "--views", 2).out();
        List<MmcrProcess> both = List.of(
                MmcrProcess.start(temp, environment, "loss", z, "--views", 2),
                MmcrProcess.start(temp, environment, "loss", z, "--views", 2));
        for (MmcrProcess process : both) {
            assertThat(process.exitCode()).as(process.err()).isZero();
            assertThat(process.out()).isEqualTo(expected);
        }
    }

    /** Returns whether a large library is being written there. */
    private static boolean unfinished(Path natives) throws IOException {
        if (!Files.exists(natives)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(natives)) {
            return files.anyMatch(
                    file -> file.toString().endsWith(".so") && file.toFile().length() > 1 << 20);
        }
    }

    private Path export() {
        Path run = temp.resolve("run");
        mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 2);
        Path graph = temp.resolve("encoder.onnx");
        CliRun exported = mmcr("export", run, "--format", "onnx", "--out", graph);
        assertThat(exported.code()).as(exported.err()).isZero();
        return graph;
    }

    @Test
    void curate_twiceIntoOneFolder_isDoneByOne() throws Exception {
        Path run = temp.resolve("run");
        mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 2);
        assertOneIsDone(List.of("curate", pictures, "--run", run, "--out", temp.resolve("curation")));
    }

    /** The second is refused, or measures once more when the first has ended. */
    @Test
    void evaluate_twiceOnOneRun_isDoneOrRefused() throws Exception {
        Path run = temp.resolve("run");
        mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 2);
        countDone(List.of("evaluate", run, "--train", pictures, "--test", pictures, "--no-baselines"));
        assertThat(JSON.readTree(run.resolve("evaluation.json").toFile()).has("subjects"))
                .isTrue();
        assertThat(Files.readString(run.resolve("report.html")).strip()).endsWith("</html>");
        assertThat(names(run)).noneMatch(name -> name.startsWith(".") || name.endsWith(".lock"));
    }

    @Test
    void figure1_twiceIntoOneFolder_isDoneByOne() throws Exception {
        Path out = temp.resolve("figure");
        assertOneIsDone(List.of("simulate", "figure1", "--out", out, "--grid", "10,20x10,40", "--repeats", 2));
        Path alone = temp.resolve("alone");
        mmcr("simulate", "figure1", "--out", alone, "--grid", "10,20x10,40", "--repeats", 2);
        assertThat(out.resolve("figure1.csv")).hasSameBinaryContentAs(alone.resolve("figure1.csv"));
        assertThat(names(out)).containsExactlyInAnyOrderElementsOf(names(alone));
    }

    private void assertOneIsDone(List<Object> arguments) throws Exception {
        assertThat(countDone(arguments)).as("processes that did the work").isOne();
    }

    /** Runs a command in two processes; returns how many did the work. The others are refused in one line. */
    private int countDone(List<Object> arguments) throws Exception {
        Object[] command = arguments.toArray();
        List<MmcrProcess> both = List.of(MmcrProcess.start(temp, command), MmcrProcess.start(temp, command));
        int done = 0;
        for (MmcrProcess process : both) {
            if (process.exitCode() == ExitCode.DONE) {
                done++;
            } else {
                assertThat(process.exitCode()).isIn(ExitCode.FAILED, ExitCode.WRONG_USAGE);
                assertThat(process.err().lines().filter(line -> line.startsWith("mmcr: ")))
                        .as(process.err())
                        .singleElement()
                        .asString()
                        .startsWith("mmcr: expected ");
            }
        }
        assertThat(done).as(both.get(0).err() + both.get(1).err()).isPositive();
        return done;
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }
}
