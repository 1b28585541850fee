package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.PictureSource;
import org.mmcr.data.io.DataChangedException;
import org.mmcr.data.views.ViewShape;
import org.mmcr.objective.MmcrLoss;
import org.mmcr.objective.Objective;
import org.mmcr.objective.ObjectiveFigure;

class TrainerTest {
    @TempDir
    Path folder;

    @Test
    void run_twiceWithOneSeed_repeatsTheLossesExactly() {
        TinyRuns.train(TinyRuns.config(), folder.resolve("a"));
        TinyRuns.train(TinyRuns.config(), folder.resolve("b"));
        assertThat(TinyRuns.losses(folder.resolve("a")))
                .hasSize(12)
                .doesNotHaveDuplicates()
                .isEqualTo(TinyRuns.losses(folder.resolve("b")));
    }

    @Test
    void run_withFourLoaderThreads_repeatsTheLossesOfOne() {
        TinyRuns.train(TinyRuns.config(), folder.resolve("one"));
        TinyRuns.train(TinyRuns.config().with("loaderThreads", "4"), folder.resolve("four"));
        assertThat(TinyRuns.losses(folder.resolve("four"))).isEqualTo(TinyRuns.losses(folder.resolve("one")));
    }

    @Test
    void run_withAnotherSeed_givesOtherLosses() {
        TinyRuns.train(TinyRuns.config(), folder.resolve("a"));
        TinyRuns.train(TinyRuns.config().with("seed", "1"), folder.resolve("b"));
        assertThat(TinyRuns.losses(folder.resolve("a"))).isNotEqualTo(TinyRuns.losses(folder.resolve("b")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"adam", "adamw", "sgd", "lars", "muon"})
    void resume_halfWay_continuesBitForBit(String optimizer) {
        PretrainConfig config = TinyRuns.config()
                .with("optimizer", "{type: " + optimizer + "}")
                .with("ema", "{decay: 0.9, target: true}")
                .with("clip", "1");
        TinyRuns.train(config, folder.resolve("whole"));
        stopAfter(6, config, folder.resolve("parts"));
        TrainingTotals totals = resume(folder.resolve("parts"));
        assertThat(totals.finished()).isTrue();
        assertThat(TinyRuns.losses(folder.resolve("parts"))).isEqualTo(TinyRuns.losses(folder.resolve("whole")));
        assertThat(weights(folder.resolve("parts"))).isEqualTo(weights(folder.resolve("whole")));
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
        assertThat(weights(parts)).isEqualTo(weights(folder.resolve("whole")));
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
    void resume_onOtherData_isRefusedWithBothFingerprints() {
        stopAfter(3, TinyRuns.config(), folder);
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
    void resume_aCheckpointOfANewerFormat_saysWhichVersionToUse() throws IOException {
        TinyRuns.train(TinyRuns.config(), folder);
        Path state = RunDirectory.open(folder).latestCheckpoint().orElseThrow().resolve("state.json");
        Files.writeString(state, Files.readString(state).replace("\"format\" : 1", "\"format\" : 2"));
        assertThatThrownBy(() -> resume(folder))
                .hasMessageContaining("format 2")
                .hasMessageContaining("use that version");
    }

    @Test
    void run_inAFolderWithARun_isRefused() {
        TinyRuns.train(TinyRuns.config(), folder);
        RunDirectory used = RunDirectory.open(folder);
        Trainer second = new Trainer(TinyRuns.config(), FourColours.of(40), used, TrainListener.NONE);
        assertThatThrownBy(second::run).hasMessageContaining("--resume");
    }

    /** MMCR on a clock that its evaluations advance. */
    private static class TimedMmcr implements Objective {
        private final AtomicLong nanos;
        private final long nanosPerStep;

        TimedMmcr(AtomicLong nanos, long nanosPerStep) {
            this.nanos = nanos;
            this.nanosPerStep = nanosPerStep;
        }

        @Override
        public String name() {
            return "mmcr";
        }

        @Override
        public List<ObjectiveFigure> figures() {
            return new MmcrLoss().figures();
        }

        @Override
        public Result compute(Tensor embeddings, int views, Optional<Tensor> momentum) {
            nanos.addAndGet(nanosPerStep);
            return new MmcrLoss().compute(embeddings, views, momentum);
        }
    }

    /** Each step takes 0.41 s of 6; what else the trainer does takes no time. */
    @Test
    void run_inMinutes_endsInTimeWithTheScheduleAtItsEnd() {
        AtomicLong nanos = new AtomicLong(5);
        PretrainConfig config = TinyRuns.config().withBudget(Budget.ofMinutes(0.1));
        TrainingTotals totals = new Trainer(config, FourColours.of(40), RunDirectory.create(folder), TrainListener.NONE)
                .with(new TimedMmcr(nanos, 410_000_000L), nanos::get)
                .run();
        // The 14th step ends at 5.74 s and leaves no room for another one.
        assertThat(totals.finished()).isTrue();
        assertThat(totals.steps()).isEqualTo(14);
        assertThat(totals.seconds()).isCloseTo(14 * 0.41, within(1e-9));
        assertThat(totals.viewsPerSecond()).isCloseTo(8 * 2 / 0.41, within(1e-6));
        List<Double> progress = TinyRuns.metrics(folder, "progress");
        for (int step = 0; step < 14; step++) {
            assertThat(progress.get(step)).isCloseTo(step * 0.41 / 6, within(1e-9));
        }
        double rate = config.schedule().factor(13, 13 * 0.41 / 6, OptionalLong.empty(), 5);
        assertThat(TinyRuns.metrics(folder, "learning_rate").get(13))
                .isCloseTo(config.optimizer().learningRate() * rate, within(1e-12));
        assertThat(rate).isLessThan(0.1);
    }

    @Test
    void run_nearTheThreshold_warnsAndSaysWhatToChoose() {
        List<String> warnings = new ArrayList<>();
        TrainListener listener = new TrainListener() {
            @Override
            public void warning(String message) {
                warnings.add(message);
            }
        };
        PretrainConfig config =
                TinyRuns.config().with("model.projector.widths", "[16, 8]").withBudget(Budget.ofSteps(1));
        new Trainer(config, FourColours.of(40), RunDirectory.create(folder), listener).run();
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("N = 8")
                .contains("D = 8")
                .contains("N from 16 up");
    }

    @Test
    void run_withAnotherObjective_logsAndDescribesItsFigures() throws IOException {
        List<String> warnings = new ArrayList<>();
        TrainListener listener = new TrainListener() {
            @Override
            public void warning(String message) {
                warnings.add(message);
            }
        };
        PretrainConfig config = TinyRuns.config().with("model.projector.widths", "[16, 12]");
        TrainingTotals totals = new Trainer(config, FourColours.of(40), RunDirectory.create(folder), listener)
                .with(new Decorrelation(), System::nanoTime)
                .run();
        List<Double> redundancy = TinyRuns.metrics(folder, "redundancy");
        assertThat(redundancy).hasSize(12).allSatisfy(value -> assertThat(value).isBetween(0.0, 1.0));
        assertThat(TinyRuns.metrics(folder, "mean_square")).hasSize(12);
        assertThat(totals.figures())
                .containsOnlyKeys("redundancy", "mean_square")
                .containsEntry("redundancy", redundancy.get(11));
        RunDirectory run = RunDirectory.open(folder);
        assertThat(Files.readString(run.metrics())).doesNotContain("percent_error");
        assertThat(Files.readString(run.epochs())).contains("\"redundancy\":").doesNotContain("percent_error");
        assertThat(warnings).containsExactly("there are fewer samples than dimensions; raise the batch");
        JsonNode objective =
                new ObjectMapper().readTree(Files.readString(run.provenance())).path("objective");
        assertThat(objective.path("type").asText()).isEqualTo("decorrelation");
        assertThat(objective.at("/figures/0/name").asText()).isEqualTo("redundancy");
        assertThat(objective.at("/figures/0/fraction").asBoolean()).isTrue();
        assertThat(objective.at("/figures/0/better").asText()).isEqualTo("lower");
        assertThat(objective.at("/figures/1/references/0/value").asDouble()).isEqualTo(1);
        assertThat(objective.at("/cautions/0/remedy").asText()).isEqualTo("raise the batch");
        assertThat(RunReport.read(run).totals()).contains(totals);
    }

    @Test
    void run_withANonFiniteWeight_namesStepAndPictureAndKeepsTheCheckpoint() {
        stopAfter(4, TinyRuns.config(), folder);
        Path before = RunDirectory.open(folder).latestCheckpoint().orElseThrow();
        PretrainConfig config = TinyRuns.config().with("optimizer", "{type: sgd, learningRate: 1e38}");
        RunDirectory wild = RunDirectory.create(folder.resolve("wild"));
        Trainer trainer = new Trainer(config, FourColours.of(40), wild, TrainListener.NONE);
        assertThatThrownBy(trainer::run)
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("at step ")
                .hasMessageContaining(".png");
        assertThat(TrainedModel.load(wild).step()).isZero();
        assertThat(before).exists();
    }

    @Test
    void run_whoseGradientIsNotFinite_stopsBeforeTheWeightsChange() {
        AtomicLong steps = new AtomicLong();
        Objective broken = new TimedMmcr(new AtomicLong(), 0) {
            @Override
            public Result compute(Tensor embeddings, int views, Optional<Tensor> momentum) {
                Result result = super.compute(embeddings, views, momentum);
                boolean third = steps.incrementAndGet() == 3;
                Tensor loss = third ? result.loss().mul(new Scalar(Double.POSITIVE_INFINITY)) : result.loss();
                return new Result(loss, result.value(), result.figures());
            }
        };
        PretrainConfig config = TinyRuns.config().with("checkpoint.steps", "1");
        RunDirectory run = RunDirectory.create(folder);
        Trainer trainer =
                new Trainer(config, FourColours.of(40), run, TrainListener.NONE).with(broken, System::nanoTime);
        assertThatThrownBy(trainer::run)
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("gradient")
                .hasMessageContaining("at step 3")
                .hasMessageContaining("checkpoint is intact");
        assertThat(TinyRuns.losses(folder)).hasSize(2);
        assertThat(TrainedModel.load(run).step()).isEqualTo(2);
    }

    @Test
    void run_whoseLastStepDestroysTheWeights_keepsTheCheckpointBefore() {
        PretrainConfig config = TinyRuns.config()
                .with("optimizer", "{type: sgd, learningRate: 3e38, momentum: 0}")
                .with("schedule.warmup", "{steps: 0}")
                .withBudget(Budget.ofSteps(1));
        RunDirectory run = RunDirectory.create(folder);
        Trainer trainer = new Trainer(config, FourColours.of(40), run, TrainListener.NONE);
        assertThatThrownBy(trainer::run)
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("after step 1")
                .hasMessageContaining("last one is intact");
        assertThat(TrainedModel.load(run).step()).isZero();
    }

    @Test
    void run_ofOneStep_learns() {
        TinyRuns.train(TinyRuns.config().withBudget(Budget.ofSteps(1)), folder);
        assertThat(TinyRuns.metrics(folder, "learning_rate").get(0)).isPositive();
    }

    @Test
    void run_ends_withTotalsMachineAndBrokenPictures() throws IOException {
        TrainingTotals totals = TinyRuns.train(TinyRuns.config(), folder);
        RunDirectory run = RunDirectory.open(folder);
        RunReport report = RunReport.read(run);
        assertThat(totals.viewsSeen()).isEqualTo(12 * 8 * 2);
        assertThat(report.totals()).contains(totals);
        assertThat(report.dataLocation()).isEqualTo("test pictures");
        assertThat(report.brokenPictures()).isEqualTo(1);
        assertThat(report.starts()).hasSize(1);
        assertThat(report.end()).isPresent();
        assertThat(report.machine().cores()).isPositive();
        assertThat(Files.readString(run.broken())).contains("\"class0/torn, \"\"half\"\".png\",ends early\n");
        assertThat(run.readConfig()).isEqualTo(TinyRuns.config());
    }

    @Test
    void run_sixtyStepsOnFourColours_lowersTheLoss() {
        TinyRuns.train(TinyRuns.config().withBudget(Budget.ofSteps(60)), folder);
        List<Double> losses = TinyRuns.losses(folder);
        assertThat(mean(losses.subList(50, 60))).isLessThan(mean(losses.subList(0, 10)));
    }

    @Test
    void average_afterSomeSteps_equalsASlowTwin() {
        EmaOptions options = new EmaOptions(0.8, true, false);
        var online = org.mmcr.train.encoder.EmbeddingModel.create(
                TinyRuns.config().model().encoder(), TinyRuns.config().model().projector(), 5);
        String name = online.parameters().keySet().iterator().next();
        Tensor watched = online.parameters().get(name);
        ExponentialAverage average = new ExponentialAverage(options, online);
        double twin = watched.mean().item_double();
        for (long step = 0; step < 20; step++) {
            try (NoGradGuard guard = new NoGradGuard()) {
                watched.add_(new Scalar(0.1 * (step + 1)));
            }
            average.update(online, step);
            double decay = Math.min(0.8, (1.0 + step) / (10.0 + step));
            twin = decay * twin + (1 - decay) * watched.mean().item_double();
        }
        assertThat(average.model().parameters().get(name).mean().item_double())
                .isCloseTo(twin, org.assertj.core.data.Offset.offset(1e-4));
    }

    @Test
    void load_aRunWithAnAverage_givesTheAveragedWeightsAndTheUntrainedOnes() {
        PretrainConfig config = TinyRuns.config().with("ema", "{decay: 0.9}");
        TinyRuns.train(config, folder.resolve("average"));
        TinyRuns.train(TinyRuns.config(), folder.resolve("plain"));
        assertThat(weights(folder.resolve("average"))).isNotEqualTo(weights(folder.resolve("plain")));
        TrainedModel trained = TrainedModel.load(RunDirectory.open(folder.resolve("plain")));
        assertThat(trained.model().training()).isFalse();
        assertThat(sums(trained.untrained())).isNotEqualTo(sums(trained));
        assertThat(trained.view().shape()).isEqualTo(new ViewShape.Square(8));
    }

    @Test
    void run_withSizeStages_seesBothSizesAndRepeats() {
        PretrainConfig config = TinyRuns.config().with("view.sizes", "[{until: 0.5, size: 6}, {until: 1, size: 8}]");
        TinyRuns.train(config, folder.resolve("a"));
        TinyRuns.train(config, folder.resolve("b"));
        assertThat(TinyRuns.losses(folder.resolve("a")))
                .isEqualTo(TinyRuns.losses(folder.resolve("b")))
                .isNotEqualTo(losses(TinyRuns.config(), folder.resolve("c")));
    }

    @Test
    void run_withAMonitor_measuresOnPicturesKeptOutOfTraining() throws IOException {
        List<String> warnings = new ArrayList<>();
        List<KnnPoint> points = new ArrayList<>();
        List<Integer> samples = new ArrayList<>();
        TrainListener listener = new TrainListener() {
            @Override
            public void started(TrainStart start) {
                samples.add(start.samples());
            }

            @Override
            public void knn(KnnPoint point) {
                points.add(point);
            }

            @Override
            public void warning(String text) {
                warnings.add(text);
            }
        };
        PretrainConfig config = TinyRuns.config().with("monitor", "{steps: 5, heldOut: 12, bank: 20, k: 3}");
        new Trainer(config, FourColours.of(40), RunDirectory.create(folder), listener).run();
        assertThat(samples).containsExactly(36);
        assertThat(points).extracting(KnnPoint::queries).containsOnly(4);
        assertThat(warnings).contains("the nearest-neighbour monitor holds 4 of 40 pictures out of training");
        assertThat(points).extracting(KnnPoint::step).containsExactly(5L, 10L);
        assertThat(points).allSatisfy(point -> assertThat(point.top1()).isBetween(0.3, 1.0));
        assertThat(Files.readAllLines(RunDirectory.open(folder).monitor())).hasSize(2);
    }

    /** 40 pictures in batches of 8 are 5 steps an epoch; what a resumed run repeats is not there twice. */
    @Test
    void epochs_ofAResumedRun_haveAlignmentAndUniformityOnce() throws IOException {
        TinyRuns.train(TinyRuns.config(), folder.resolve("whole"));
        stopAfter(7, TinyRuns.config(), folder.resolve("parts"));
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

    private static List<Double> losses(PretrainConfig config, Path folder) {
        TinyRuns.train(config, folder);
        return TinyRuns.losses(folder);
    }

    private static void stopAfter(long steps, PretrainConfig config, Path folder) {
        Trainer[] trainer = new Trainer[1];
        TrainListener stopper = new TrainListener() {
            @Override
            public void step(StepMetrics metrics) {
                if (metrics.step() == steps) {
                    trainer[0].requestStop();
                }
            }
        };
        trainer[0] = new Trainer(config, FourColours.of(40), RunDirectory.create(folder), stopper);
        TrainingTotals totals = trainer[0].run();
        assertThat(totals.finished()).isFalse();
        assertThat(totals.steps()).isEqualTo(steps);
    }

    private static TrainingTotals resume(Path folder) {
        return Trainer.resume(RunDirectory.open(folder), FourColours.of(40), TrainListener.NONE)
                .run();
    }

    private static List<Double> weights(Path folder) {
        return sums(TrainedModel.load(RunDirectory.open(folder)));
    }

    private static List<Double> sums(TrainedModel trained) {
        return trained.model().state().values().stream()
                .map(tensor -> tensor.to(org.bytedeco.pytorch.global.torch.ScalarType.Double)
                        .sum()
                        .item_double())
                .toList();
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
