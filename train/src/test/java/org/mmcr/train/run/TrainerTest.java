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
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.views.ViewShape;
import org.mmcr.objective.MmcrLoss;
import org.mmcr.objective.Objective;
import org.mmcr.objective.ObjectiveFigure;
import org.mmcr.train.encoder.EmbeddingModel;

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
    void run_nearTheThreshold_warnsAndReportsWhatToChoose() {
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
        TinyRuns.stopAfter(4, TinyRuns.config(), FourColours.of(40), folder);
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
        ExponentialAverage average = new ExponentialAverage(online, options.target());
        double twin = watched.mean().item_double();
        for (long step = 0; step < 20; step++) {
            try (NoGradGuard guard = new NoGradGuard()) {
                watched.add_(new Scalar(0.1 * (step + 1)));
            }
            average.update(online, options.decayAt(step));
            double decay = Math.min(0.8, (1.0 + step) / (10.0 + step));
            twin = decay * twin + (1 - decay) * watched.mean().item_double();
        }
        assertThat(average.model().parameters().get(name).mean().item_double())
                .isCloseTo(twin, org.assertj.core.data.Offset.offset(1e-4));
    }

    /** A target that keeps its weights is that of the start; one without memory is the network after the step. */
    @Test
    void byol_targetNetwork_movesWithItsDecay() {
        TinyRuns.train(
                TinyRuns.config().with("objective", "{type: byol, hidden: 16, decay: 1}"), folder.resolve("kept"));
        TrainedModel kept = TrainedModel.load(RunDirectory.open(folder.resolve("kept")));
        assertThat(parameters(target(folder.resolve("kept"), 12)))
                .isEqualTo(parameters(kept.untrained().model()));
        assertThat(parameters(kept.model()))
                .isNotEqualTo(parameters(kept.untrained().model()));

        PretrainConfig moving = TinyRuns.config().with("objective", "{type: byol, hidden: 16, decay: 0}");
        TinyRuns.train(moving.withBudget(Budget.ofSteps(1)), folder.resolve("moving"));
        TrainedModel moved = TrainedModel.load(RunDirectory.open(folder.resolve("moving")));
        assertThat(parameters(target(folder.resolve("moving"), 1))).isEqualTo(parameters(moved.model()));

        TargetDecay published = ByolSpec.standard().target().orElseThrow();
        assertThat(List.of(published.at(0), published.at(0.5), published.at(1))).isEqualTo(List.of(0.996, 0.998, 1.0));
    }

    private static EmbeddingModel target(Path run, long step) {
        EmbeddingModel model = EmbeddingModel.create(
                TinyRuns.config().model().encoder(), TinyRuns.config().model().projector(), 5);
        Checkpoint.open(RunDirectory.open(run).checkpoint(step)).loadModel(model, true);
        return model;
    }

    private static List<Double> parameters(EmbeddingModel model) {
        return model.parameters().values().stream()
                .map(tensor -> tensor.to(ScalarType.Double).norm().item_double())
                .toList();
    }

    @Test
    void load_aRunWithAnAverage_givesTheAveragedWeightsAndTheUntrainedOnes() {
        PretrainConfig config = TinyRuns.config().with("ema", "{decay: 0.9}");
        TinyRuns.train(config, folder.resolve("average"));
        TinyRuns.train(TinyRuns.config(), folder.resolve("plain"));
        assertThat(TinyRuns.weights(folder.resolve("average"))).isNotEqualTo(TinyRuns.weights(folder.resolve("plain")));
        TrainedModel trained = TrainedModel.load(RunDirectory.open(folder.resolve("plain")));
        assertThat(trained.model().training()).isFalse();
        assertThat(TinyRuns.sums(trained.untrained())).isNotEqualTo(TinyRuns.sums(trained));
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

    private static List<Double> losses(PretrainConfig config, Path folder) {
        TinyRuns.train(config, folder);
        return TinyRuns.losses(folder);
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
