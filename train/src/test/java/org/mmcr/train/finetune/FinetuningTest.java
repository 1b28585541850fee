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

    private Fits fits(Stopping progress) {
        return new Fits(settings(), learned(), data(), folder.resolve("fits"), progress, 1, note -> {});
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
