package org.mmcr.train.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.TestPictures;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Json;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.evaluate.EncoderFeatures;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.StepMetrics;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.Trainer;
import org.mmcr.train.run.TrainingTotals;

/** The folder of a fine-tuning, and its trainings on a tiny network. {@code FinetuneCommandTest} has whole ones. */
class FinetuningTest {
    private static final List<String> CLASSES = List.of("even", "odd");

    @TempDir
    Path folder;

    /** Runs trainers, stops each after a number of steps, and keeps what they return. */
    private record Stopping(long steps, List<TrainingTotals> returned) implements Finetuning.Progress {
        @Override
        public TrainingTotals train(Function<TrainListener, Trainer> start) {
            Trainer[] trainer = new Trainer[1];
            trainer[0] = start.apply(new TrainListener() {
                @Override
                public void step(StepMetrics metrics) {
                    if (metrics.step() == steps) {
                        trainer[0].requestStop();
                    }
                }
            });
            TrainingTotals totals = trainer[0].run();
            returned.add(totals);
            return totals;
        }

        @Override
        public void fit(String text) {}
    }

    /** Runs trainers, each up to its checkpoint after six steps, as a process does that is killed then. */
    private record Killed() implements Finetuning.Progress {
        @Override
        public TrainingTotals train(Function<TrainListener, Trainer> start) {
            TrainListener killing = new TrainListener() {
                @Override
                public void checkpoint(Path written) {
                    if (written.endsWith("step-0000000006")) {
                        throw new IllegalStateException("killed");
                    }
                }
            };
            return start.apply(killing).run();
        }

        @Override
        public void fit(String text) {}
    }

    /** Six steps of 4 pictures. */
    private static PretrainConfig config() {
        return PretrainConfig.defaults()
                .with("batch", "4")
                .with("view.recipes", "[{base: cifar, size: 8}]")
                .with(
                        "model.encoder",
                        "{type: fast, stemWidth: 4, widths: [8], blocks: [1], strides: [2], headWidth: 0}")
                .with("precision", "fp32")
                .with("threads", "1")
                .with("loaderThreads", "1")
                .with("budget", "{steps: 6}");
    }

    private static PretrainConfig base(PretrainConfig run) {
        return FinetuneSettings.base(Optional.of(run), run.model().encoder(), CLASSES.size(), List.of());
    }

    private static FinetuneSettings settings() {
        FinetuneRecipe recipe = new FinetuneRecipe(base(config()), 0.01, FinetuneRecipe.Head.RANDOM, 8);
        return new FinetuneSettings(
                "run", "weights", "tiny", recipe, "all", LabelBudget.all(), 1, 0, CLASSES, "train", "test");
    }

    private static EncoderFeatures learned() {
        PretrainConfig config = config();
        Encoder encoder = config.model().encoder().build(1);
        encoder.eval();
        return new EncoderFeatures(encoder, config.view().evaluation(), config.precision());
    }

    private static TestPictures data() {
        return TestPictures.ofNoise(12, 10, 10).withClasses(CLASSES);
    }

    private static Stopping never() {
        return new Stopping(0, new ArrayList<>());
    }

    private Fits fits(Finetuning.Progress progress) {
        return fits(progress, new ArrayList<>());
    }

    private Fits fits(Finetuning.Progress progress, List<String> notes) {
        return new Fits(settings(), learned(), data(), folder.resolve("fits"), progress, 1, notes::add);
    }

    private static Fits.Fit trial(FinetuneRecipe recipe) {
        return new Fits.Fit(FinetuneResult.RANDOM, 1, Optional.of(1), recipe, Integer.MAX_VALUE);
    }

    private static Fits.Fit trial() {
        return trial(settings().recipe(1, 1, 1));
    }

    private Finetuning finetuning() {
        EvaluationData data = new EvaluationData(data(), data(), List.of());
        return new Finetuning(settings(), learned(), data, folder, never(), 1);
    }

    @Test
    void base_ofARunWithMeasurements_measuresNothingWhileTraining() {
        PretrainConfig run = config().with("monitor.steps", "5").with("quality.steps", "5");
        assertThat(base(run).monitor().steps()).isZero();
        assertThat(base(run).quality().steps()).isZero();
    }

    @Test
    void claim_ofAFolderWithARun_isRefusedAndLeavesItAsItIs() throws IOException {
        Path config = Files.writeString(folder.resolve("config.yaml"), "seed: 1");
        Finetuning work = finetuning();
        assertThatThrownBy(work::claim)
                .isInstanceOf(MmcrException.class)
                .hasMessage("expected a new folder, or one of a fine-tuning, found a run in " + folder
                        + "; choose another --out");
        assertThat(AtomicFiles.list(folder)).containsExactly(config);
    }

    /** The folder of a fine-tuning that is done is a run as well. */
    @Test
    void claim_ofItsOwnFolder_isRepeated() throws IOException {
        finetuning().claim();
        Files.writeString(folder.resolve("config.yaml"), "seed: 1");
        finetuning().claim();
        assertThat(folder.resolve("settings.json")).exists();
        assertThat(folder.resolve("fits")).isEmptyDirectory();
    }

    /** The totals of a training that continues sum over its parts. */
    @Test
    void done_afterAStop_hasTheSecondsOfTheTotals() throws IOException {
        List<TrainingTotals> parts = new ArrayList<>();
        Fits.Fit fit = new Fits.Fit(
                FinetuneResult.RANDOM, 1, Optional.empty(), settings().recipe(1, 1, 1), Integer.MAX_VALUE);
        assertThat(fits(new Stopping(2, parts)).done(fit, data(), Optional.empty()))
                .isEmpty();
        FitResult result =
                fits(new Stopping(0, parts)).done(fit, data(), Optional.empty()).orElseThrow();
        assertThat(result.seconds()).isEqualTo(parts.get(1).seconds());
        assertThat(result.epochs()).isEqualTo(2);
    }

    @Test
    void done_afterAKillAtTheLastCheckpoint_hasTheNumbersOfATrialWithoutOne() throws IOException {
        assertThatThrownBy(() -> fits(new Killed()).done(trial(), data(), Optional.of(data())))
                .hasMessage("killed");
        FitResult continued =
                fits(never()).done(trial(), data(), Optional.of(data())).orElseThrow();
        Files.delete(folder.resolve("fits/draw1-random-trial1.json"));
        FitResult whole =
                fits(never()).done(trial(), data(), Optional.of(data())).orElseThrow();
        assertThat(continued.validation()).isPresent().isEqualTo(whole.validation());
        assertThat(continued.epochs()).isEqualTo(whole.epochs());
    }

    /** No weight changes, so no epoch is better than the first, and a patience of one ends the trial after the next. */
    @Test
    void done_ofATrialThatDoesNotImprove_endsAfterItsPatience() throws IOException {
        PretrainConfig still =
                config().with("optimizer", "{type: sgd, learningRate: 1e-30}").with("budget", "{epochs: 20}");
        PretrainConfig frozen =
                FinetuneSettings.base(Optional.of(still), still.model().encoder(), CLASSES.size(), List.of("encoder"));
        FinetuneRecipe recipe = new FinetuneRecipe(frozen, 1e-30, FinetuneRecipe.Head.RANDOM, 1);
        List<TrainingTotals> totals = new ArrayList<>();
        FitResult result = fits(new Stopping(0, totals))
                .done(trial(recipe), data(), Optional.of(data()))
                .orElseThrow();
        assertThat(result.epochs()).isEqualTo(1);
        assertThat(totals).hasSize(1);
        assertThat(totals.get(0).steps()).isEqualTo(2 * 3);
    }

    @Test
    void done_withAnAccuracyAfterItsCheckpoint_ignoresIt() throws IOException {
        assertThat(fits(new Stopping(2, new ArrayList<>())).done(trial(), data(), Optional.of(data())))
                .isEmpty();
        Files.writeString(
                folder.resolve("fits/draw1-random-trial1/validation.json"),
                "{\"points\": [{\"epoch\": 9, \"top1\": 2.0}]}");
        FitResult result =
                fits(never()).done(trial(), data(), Optional.of(data())).orElseThrow();
        assertThat(result.epochs()).isBetween(1, 2);
        assertThat(result.validation().orElseThrow()).isBetween(0.0, 1.0);
    }

    /** The process was killed before it deleted the trial's run. */
    @Test
    void done_ofADivergedTrialAgain_notesItAndDeletesItsRun() throws IOException {
        Path left = Files.createDirectories(folder.resolve("fits/draw1-random-trial1"));
        Json.write(
                folder.resolve("fits/draw1-random-trial1.json"),
                new FitResult(
                        FinetuneResult.RANDOM,
                        1,
                        Optional.of(1),
                        12,
                        0.1,
                        0.1,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        1));
        List<String> notes = new ArrayList<>();
        assertThat(fits(never(), notes).done(trial(), data(), Optional.of(data())))
                .isPresent();
        assertThat(notes).containsExactly("draw1-random-trial1 diverged and was not chosen");
        assertThat(left).doesNotExist();
    }

    @Test
    void done_ofATrialWithinItsFirstEpochAgain_notesNothing() throws IOException {
        FinetuneRecipe recipe = settings().recipe(1, 1, 1);
        Fits.Fit fit = trial(recipe.with(recipe.config().with("budget", "{steps: 2}")));
        List<String> notes = new ArrayList<>();
        Optional<FitResult> first = fits(never(), notes).done(fit, data(), Optional.of(data()));
        assertThat(first.orElseThrow().validation()).isEmpty();
        assertThat(fits(never(), notes).done(fit, data(), Optional.of(data()))).isEqualTo(first);
        assertThat(notes).isEmpty();
    }

    /** Publishing moves the run of the first draw, perhaps after a kill. */
    @Test
    void done_ofThePublishedTrainingAgain_keepsItsRun() throws IOException {
        Fits.Fit fit = new Fits.Fit(
                FinetuneResult.FINETUNED, 1, Optional.empty(), settings().recipe(1, 1, 1), Integer.MAX_VALUE);
        Optional<FitResult> first = fits(never()).done(fit, data(), Optional.empty());
        assertThat(fits(never()).done(fit, data(), Optional.empty())).isEqualTo(first);
        assertThat(folder.resolve("fits/draw1-finetuned/checkpoints")).isDirectory();
    }

    /** An epoch has one step, so the network is evaluated before another step could find that it diverged. */
    @Test
    void done_ofATrialWhoseFeaturesOverflow_isNotChosen() throws IOException {
        TestPictures four = TestPictures.ofNoise(4, 10, 10).withClasses(CLASSES);
        List<String> notes = new ArrayList<>();
        Fits.Fit fit = trial(settings().recipe(1, 1e22, 1e22));
        FitResult result =
                fits(never(), notes).done(fit, four, Optional.of(data())).orElseThrow();
        assertThat(result.validation()).isEmpty();
        assertThat(notes).containsExactly("draw1-random-trial1 diverged and was not chosen");
    }

    /** The process was killed after it had moved the checkpoints and deleted the first of the other files. */
    @Test
    void publish_afterAKillInTheMiddle_keepsWhatWasMoved() throws IOException {
        Path source = Files.createDirectories(folder.resolve("fits/draw1-finetuned"));
        Path moved = Files.createDirectories(folder.resolve("checkpoints/step-0000000006"));
        Files.writeString(folder.resolve("broken.csv"), "path,reason\n");
        Files.writeString(source.resolve("config.yaml"), "seed: 1");
        Files.writeString(source.resolve("metrics.jsonl"), "");
        Files.writeString(source.resolve("run.json"), "{}");
        fits(never()).publish(folder);
        assertThat(moved).isDirectory();
        assertThat(folder.resolve("config.yaml")).hasContent("seed: 1");
        assertThat(folder.resolve("broken.csv")).hasContent("path,reason\n");
        assertThat(source).doesNotExist();
    }

    @Test
    void publish_ofANewRun_replacesTheCheckpointsOfTheFolder() throws IOException {
        Path source = Files.createDirectories(folder.resolve("fits/draw1-finetuned"));
        Files.createDirectories(source.resolve("checkpoints/step-0000000006"));
        Files.createDirectories(folder.resolve("checkpoints/step-0000000004"));
        Files.writeString(source.resolve("config.yaml"), "seed: 1");
        fits(never()).publish(folder);
        assertThat(AtomicFiles.list(folder.resolve("checkpoints")))
                .containsExactly(folder.resolve("checkpoints/step-0000000006"));
        assertThat(source).doesNotExist();
    }
}
