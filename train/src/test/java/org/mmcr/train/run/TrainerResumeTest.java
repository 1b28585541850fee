package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.PictureSource;
import org.mmcr.data.io.DataChangedException;
import org.mmcr.train.encoder.EmbeddingModel;

/** A stopped run that is resumed equals one that never stopped. */
class TrainerResumeTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"adam", "adamw", "sgd", "lars", "muon"})
    void resume_halfWay_continuesBitForBit(String optimizer) {
        PretrainConfig config = TinyRuns.config()
                .with("optimizer", "{type: " + optimizer + "}")
                .with("ema", "{decay: 0.9, target: true}")
                .with("clip", "1");
        TinyRuns.train(config, folder.resolve("whole"));
        TinyRuns.stopAfter(6, config, FourColours.of(40), folder.resolve("parts"));
        TrainingTotals totals = resume(folder.resolve("parts"));
        assertThat(totals.finished()).isTrue();
        assertThat(TinyRuns.losses(folder.resolve("parts"))).isEqualTo(TinyRuns.losses(folder.resolve("whole")));
        assertThat(TinyRuns.weights(folder.resolve("parts"))).isEqualTo(TinyRuns.weights(folder.resolve("whole")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{type: byol, hidden: 16, decay: 0.9}",
                "{type: simsiam, hidden: 16}",
                "{type: clip, temperature: 0.07, learned: true}"
            })
    void resume_objectiveWithANetwork_continuesBitForBit(String objective) throws IOException {
        PretrainConfig config = TinyRuns.config().with("objective", objective);
        Path whole = folder.resolve("whole");
        Path parts = folder.resolve("parts");
        TinyRuns.train(config, whole);
        TinyRuns.stopAfter(6, config, FourColours.of(40), parts);
        Path half = RunDirectory.open(parts).latestCheckpoint().orElseThrow();
        byte[] earlier = Files.readAllBytes(half.resolve("objective.safetensors"));
        resume(parts);
        assertThat(TinyRuns.losses(parts)).isEqualTo(TinyRuns.losses(whole));
        assertThat(TinyRuns.weights(parts)).isEqualTo(TinyRuns.weights(whole));
        for (String file : List.of("objective.safetensors", "optimizer.safetensors")) {
            assertThat(RunDirectory.open(parts).checkpoint(12).resolve(file))
                    .hasSameBinaryContentAs(
                            RunDirectory.open(whole).checkpoint(12).resolve(file));
        }
        assertThat(Files.readAllBytes(RunDirectory.open(parts).checkpoint(12).resolve("objective.safetensors")))
                .as("a network that is trained")
                .isNotEqualTo(earlier);
    }

    /** The JVM reports a mapped file that was cut short as an InternalError, a deleted picture is a failure to read. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void dataThatChangeWhileTraining_areNamed_andTheStepsSoFarAreSaved(boolean mapped) throws IOException {
        TinyRuns.train(TinyRuns.config(), folder.resolve("whole"));
        Path parts = folder.resolve("parts");
        PictureSource data = failingAfter(60, mapped);
        Trainer trainer = new Trainer(TinyRuns.config(), data, RunDirectory.create(parts), TrainListener.NONE);
        assertThatThrownBy(trainer::run)
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("do not change data while it is in use; the run is saved after step ")
                .hasMessageContaining("mmcr pretrain --resume " + parts);
        long step = TinyRuns.losses(parts).size();
        assertThat(step).isBetween(4L, 8L);
        assertThat(RunDirectory.open(parts).latestCheckpoint())
                .hasValue(RunDirectory.open(parts).checkpoint(step));
        resume(parts);
        assertThat(TinyRuns.weights(parts)).isEqualTo(TinyRuns.weights(folder.resolve("whole")));
    }

    /** The measurement after step 6 cannot read its pictures. */
    @Test
    void dataThatChangeWhileMeasuring_areMeasuredWhenTheRunContinues() throws IOException {
        PretrainConfig config = TinyRuns.config().with("monitor", "{steps: 6, heldOut: 4, bank: 36, k: 3}");
        TinyRuns.train(config, folder.resolve("whole"));
        AtomicBoolean gone = new AtomicBoolean();
        PictureSource data = FourColours.of(40).beforeReading(index -> {
            if (gone.get()) {
                throw new DataChangedException("picture " + index, "it is gone", new IOException());
            }
        });
        TrainListener remover = new TrainListener() {
            @Override
            public void step(StepMetrics metrics) {
                gone.set(metrics.step() == 6);
            }
        };
        Path parts = folder.resolve("parts");
        Trainer trainer = new Trainer(config, data, RunDirectory.create(parts), remover);
        assertThatThrownBy(trainer::run).hasMessageContaining("the run is saved after step 6");
        assertThat(measurements(parts)).isEmpty();
        resume(parts);
        assertThat(measurements(parts)).hasSize(2).isEqualTo(measurements(folder.resolve("whole")));
        resume(parts);
        assertThat(measurements(parts)).hasSize(2);
    }

    private static List<String> measurements(Path run) throws IOException {
        return Files.readAllLines(RunDirectory.open(run).monitor()).stream()
                .map(line -> line.replaceAll("\"seconds\":[^,]*,", ""))
                .toList();
    }

    /** The first batch of a step has moved the running statistics when the second fails. */
    @Test
    void dataThatChangeAmidAStep_leaveTheLastCheckpoint() {
        PretrainConfig config =
                TinyRuns.config().with("batch", "4").with("accumulate", "2").with("prefetch", "1");
        int[] read = new int[1];
        PictureSource data = FourColours.of(40).beforeReading(index -> {
            if (++read[0] > 4) {
                throw new DataChangedException("picture " + index, "it is gone", new IOException());
            }
        });
        Trainer trainer = new Trainer(config, data, RunDirectory.create(folder), TrainListener.NONE);
        assertThatThrownBy(trainer::run)
                .isInstanceOf(DataChangedException.class)
                .hasMessageEndingWith("do not change data while it is in use");
    }

    /** An epoch has five steps. */
    @Test
    void validationDataThatChange_areNamed_andTheStepsSoFarAreSaved() {
        Supervision labels = new Supervision() {
            @Override
            public int label(int sample) {
                return sample % 4;
            }

            @Override
            public double headRate() {
                return 1;
            }

            @Override
            public void initialise(EmbeddingModel model) {}

            @Override
            public boolean endsAfter(int epoch, EmbeddingModel model) {
                if (epoch == 2) {
                    throw new DataChangedException("picture 3", "it is gone", new IOException());
                }
                return false;
            }
        };
        PretrainConfig config = TinyRuns.config()
                .with("objective", "{type: cross-entropy, labelSmoothing: 0}")
                .with("views", "1")
                .with("model.projector", "{widths: [4], bias: true}");
        RunDirectory run = RunDirectory.create(folder);
        Trainer trainer = Trainer.supervised(config, FourColours.of(40), run, TrainListener.NONE, labels, false);
        assertThatThrownBy(trainer::run)
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("picture 3")
                .hasMessageEndingWith(
                        "is saved after step 10: repeat the command to continue once the data is as before");
        assertThat(run.latestCheckpoint()).hasValue(run.checkpoint(10));
    }

    private static PictureSource failingAfter(int readings, boolean mapped) {
        int[] read = new int[1];
        return FourColours.of(40).beforeReading(index -> {
            if (++read[0] > readings && mapped) {
                throw new InternalError("a fault occurred in an unsafe memory access operation");
            }
            if (read[0] > readings) {
                throw new DataChangedException("picture " + index, "it is gone", new IOException());
            }
        });
    }

    @Test
    void resume_onOtherData_isRejectedWithBothFingerprints() {
        TinyRuns.stopAfter(3, TinyRuns.config(), FourColours.of(40), folder);
        Trainer other = Trainer.resume(
                RunDirectory.open(folder), FourColours.of(40).withFingerprint("other-data"), TrainListener.NONE);
        assertThatThrownBy(other::run)
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("test-40")
                .hasMessageContaining("other-data");
    }

    @Test
    void resume_afterTheEnd_takesNoStep() {
        TinyRuns.train(TinyRuns.config(), folder);
        TrainingTotals again = resume(folder);
        assertThat(again.steps()).isEqualTo(12);
        assertThat(again.finished()).isTrue();
        assertThat(TinyRuns.losses(folder)).hasSize(12);
    }

    @Test
    void load_checkpointThatIsPrunedMeanwhile_readsTheOneThatIsThenTheNewest() {
        TinyRuns.train(TinyRuns.config(), folder);
        RunDirectory run = RunDirectory.open(folder);
        Iterator<Optional<Path>> newest = Stream.of(run.checkpoint(1), run.checkpoint(12), run.checkpoint(12))
                .map(Optional::of)
                .iterator();
        assertThat(TrainedModel.load(run, newest::next, TrainedModel::ofCheckpoint)
                        .checkpoint())
                .isEqualTo(run.checkpoint(12));
        assertThatThrownBy(
                        () -> TrainedModel.load(run, () -> Optional.of(run.checkpoint(1)), TrainedModel::ofCheckpoint))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("state.json");
    }

    @Test
    void load_checkpointThatIsPrunedWhileItIsUsed_usesTheOneThatIsThenTheNewest() {
        TinyRuns.train(TinyRuns.config(), folder);
        RunDirectory run = RunDirectory.open(folder);
        List<Path> used = new ArrayList<>();
        Path found = TrainedModel.load(run, model -> {
            used.add(model.checkpoint());
            if (used.size() == 1) {
                rename(model.checkpoint(), run.checkpoint(13));
                throw new MmcrException("expected to read the checkpoint, found none");
            }
            return model.checkpoint();
        });
        assertThat(used).containsExactly(run.checkpoint(12), run.checkpoint(13));
        assertThat(found).isEqualTo(run.checkpoint(13));
    }

    private static void rename(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void resume_aCheckpointOfANewerFormat_reportsWhichVersionToUse() throws IOException {
        TinyRuns.train(TinyRuns.config(), folder);
        Path state = RunDirectory.open(folder).latestCheckpoint().orElseThrow().resolve("state.json");
        Files.writeString(state, Files.readString(state).replace("\"format\" : 1", "\"format\" : 2"));
        assertThatThrownBy(() -> resume(folder))
                .hasMessageContaining("format 2")
                .hasMessageContaining("use that version");
    }

    @Test
    void run_inAFolderWithARun_isRejected() {
        TinyRuns.train(TinyRuns.config(), folder);
        RunDirectory used = RunDirectory.open(folder);
        Trainer second = new Trainer(TinyRuns.config(), FourColours.of(40), used, TrainListener.NONE);
        assertThatThrownBy(second::run).hasMessageContaining("--resume");
    }

    /** 40 pictures in batches of 8 are 5 steps an epoch; what a resumed run repeats is not there twice. */
    @Test
    void epochs_ofAResumedRun_haveAlignmentAndUniformityOnce() throws IOException {
        TinyRuns.train(TinyRuns.config(), folder.resolve("whole"));
        TinyRuns.stopAfter(7, TinyRuns.config(), FourColours.of(40), folder.resolve("parts"));
        resume(folder.resolve("parts"));
        List<String> lines =
                Files.readAllLines(RunDirectory.open(folder.resolve("parts")).epochs());
        assertThat(lines)
                .isEqualTo(Files.readAllLines(
                        RunDirectory.open(folder.resolve("whole")).epochs()))
                .hasSize(2);
        JsonNode second = new ObjectMapper().readTree(lines.get(1));
        assertThat(second.get("step").asInt()).isEqualTo(10);
        assertThat(second.get("epoch").asInt()).isEqualTo(1);
        // Two views a sample: |mean of the two|^2 = 1 - |difference|^2 / 4, exactly.
        assertThat(second.get("alignment").asDouble())
                .isCloseTo(4 - 4 * second.get("mean_squared_centroid_norm").asDouble(), within(1e-5));
        assertThat(second.get("uniformity").asDouble()).isBetween(-4.0, 0.0);
    }

    private static TrainingTotals resume(Path folder) {
        return Trainer.resume(RunDirectory.open(folder), FourColours.of(40), TrainListener.NONE)
                .run();
    }
}
