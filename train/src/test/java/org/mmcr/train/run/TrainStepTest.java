package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.data.TestPictures;
import org.mmcr.data.views.ViewLoader;
import org.mmcr.objective.MmcrLoss;
import org.mmcr.objective.Objective;
import org.mmcr.train.distributed.Loopback;
import org.mmcr.train.distributed.ProcessGroup;
import org.mmcr.train.distributed.Rank;
import org.mmcr.train.encoder.ComputeDevice;

/** Compares steps of several batches or processes with the same steps of one batch. */
class TrainStepTest {
    private static final TestPictures DATA = FourColours.of(40);
    /** Each step enlarges the differences of rounding, so there are few. */
    private static final int STEPS = 3;

    @TempDir
    Path folder;

    /** 24 pictures a step, as {@code accumulate} batches. */
    private static PretrainConfig config(int accumulate) {
        return TinyRuns.config()
                .with("batch", String.valueOf(24 / accumulate))
                .with("accumulate", String.valueOf(accumulate))
                .with("optimizer", "{type: sgd, learningRate: 0.02}");
    }

    /** Steps of a new state with batch-norm frozen at its running statistics, or not. */
    private static List<TrainStep.Result> steps(TrainingState state, PretrainConfig config, int steps) {
        return steps(state, config, new MmcrLoss(), steps, ProcessGroup.alone());
    }

    private static List<TrainStep.Result> steps(
            TrainingState state, PretrainConfig config, Objective objective, int steps, ProcessGroup group) {
        DataOrder order = new DataOrder(IntStream.range(0, DATA.size()).toArray(), config.stepPictures(), 0);
        List<TrainStep.Result> results = new ArrayList<>();
        try (TrainStep step = new TrainStep(state, objective, group);
                ViewLoader loader = plans(config, order, steps, group.rank()).load(DATA, 1, 0)) {
            for (int i = 0; i < steps; i++) {
                try (PointerScope scope = new PointerScope()) {
                    TrainStep.Result one = step.backward(loader);
                    step.update(1, 0);
                    results.add(one);
                    state.record(state.totals().plus(metrics(state.step() + 1, one), 1, 1));
                }
            }
        }
        return results;
    }

    /**
     * MMCR, exact over parts, with a local weight; an objective that is not, whose embeddings are gathered; or one
     * whose sums are fewer than the embeddings.
     */
    private static Objective objective(String name) {
        return switch (name) {
            case "gathered" -> new Decorrelation();
            case "byol" -> ByolSpec.standard().build();
            case "simsiam" -> SimSiamSpec.standard().build();
            case "barlow" -> BarlowSpec.standard().build();
            case "lejepa" -> new LeJepaSpec(0.02, 2).build();
            default -> new MmcrLoss(Double.parseDouble(name));
        };
    }

    private static StepPlans plans(PretrainConfig config, DataOrder order, int steps, Rank rank) {
        return new StepPlans(config, order, new Pacer(Budget.ofSteps(steps), 1, 0, () -> 0), rank);
    }

    private static StepMetrics metrics(long step, TrainStep.Result result) {
        return new StepMetrics(step, 0, 0, result.loss(), result.figures(), 1, 1, 0, 1);
    }

    private static Rank rank(int rank) {
        return new Rank(rank, 2, rank, 2, "localhost", 29500);
    }

    private TrainingState begin(PretrainConfig config, String name) {
        return TrainingState.begin(
                config, DATA, ComputeDevice.CPU, RunDirectory.create(folder.resolve(name)), false, Optional.empty());
    }

    private static Map<String, Tensor> gradients(TrainingState state) {
        Map<String, Tensor> all = new LinkedHashMap<>();
        state.trained()
                .forEach((name, parameter) -> all.put(name, parameter.grad().clone()));
        return all;
    }

    /** |a - b| over |b| of all tensors joined. */
    private static double relative(Map<String, Tensor> actual, Map<String, Tensor> expected) {
        Tensor b = joined(expected);
        return joined(actual).sub(b).norm().item_double() / b.norm().item_double();
    }

    private static Tensor joined(Map<String, Tensor> tensors) {
        TensorVector flat = new TensorVector();
        tensors.values().forEach(tensor -> flat.push_back(tensor.detach().flatten()));
        return torch.cat(flat, 0);
    }

    @ParameterizedTest
    @CsvSource({
        "2,0,0",
        "3,0.2,0.9",
        "24,0,0",
        "2,gathered,0",
        "3,gathered,0.9",
        "3,byol,0",
        "2,simsiam,0",
        "3,barlow,0",
        "3,lejepa,0"
    })
    void backward_inSeveralBatches_hasTheGradientOfOneLargeBatch(int accumulate, String objective, double ema) {
        PretrainConfig[] configs = {config(1), config(accumulate)};
        List<Map<String, Tensor>> gradients = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        for (PretrainConfig plain : configs) {
            PretrainConfig config = plain.with("ema", ema > 0 ? "{decay: " + ema + ", target: true}" : "{decay: 0}");
            if (objective.endsWith("m") || objective.equals("byol")) {
                config = config.with("objective", "{type: " + objective + ", hidden: 16}");
            }
            TrainingState state = begin(config, "a" + config.accumulate());
            state.model().train(false);
            state.network().ifPresent(network -> network.train(false));
            state.average().ifPresent(average -> average.model().train(false));
            losses.add(steps(state, config, objective(objective), 1, ProcessGroup.alone())
                    .get(0)
                    .loss());
            gradients.add(gradients(state));
        }
        assertThat(losses.get(1)).isCloseTo(losses.get(0), within(1e-5 * Math.abs(losses.get(0))));
        assertThat(relative(gradients.get(1), gradients.get(0))).isLessThan(1e-5);
    }

    @Test
    void backward_someStepsInThreeBatches_reachesTheWeightsOfOneLargeBatch() {
        TrainingState whole = begin(config(1), "whole");
        TrainingState parts = begin(config(3), "parts");
        whole.model().train(false);
        parts.model().train(false);
        List<Double> expected = losses(steps(whole, config(1), STEPS));
        List<Double> actual = losses(steps(parts, config(3), STEPS));
        assertSameLosses(actual, expected);
        assertSameWeights(parts, whole);
    }

    private static void assertSameLosses(List<Double> actual, List<Double> expected) {
        for (int step = 0; step < STEPS; step++) {
            assertThat(actual.get(step)).isCloseTo(expected.get(step), within(1e-5 * Math.abs(expected.get(step))));
        }
    }

    /**
     * Compares what the steps have added to the same first weights. A factor that one batch or process lacks changes it
     * by more than a percent, rounding by less than a thousandth.
     */
    private void assertSameWeights(TrainingState actual, TrainingState expected) {
        Tensor first = joined(begin(config(1), "first").model().parameters());
        Tensor end = joined(expected.model().parameters());
        double moved = end.sub(first).norm().item_double();
        double between = joined(actual.model().parameters()).sub(end).norm().item_double();
        assertThat(moved).isPositive();
        assertThat(between / moved).isLessThan(1e-3);
    }

    @ParameterizedTest
    @CsvSource({"2,1,0", "4,1,0", "2,3,0", "2,1,gathered", "2,3,gathered"})
    void backward_onSeveralRanks_reachesTheWeightsOfOneProcess(int world, int accumulate, String objective)
            throws Exception {
        TrainingState whole = begin(config(1), "one");
        whole.model().train(false);
        List<Double> expected = losses(steps(whole, config(1), objective(objective), STEPS, ProcessGroup.alone()));
        List<TrainingState> states = List.of(0, 1, 2, 3).subList(0, world).stream()
                .map(rank -> begin(config(accumulate), "rank" + rank))
                .toList();
        List<List<Double>> actual = Loopback.run(world, group -> {
            TrainingState state = states.get(group.rank().rank());
            state.model().train(false);
            return losses(steps(state, config(accumulate), objective(objective), STEPS, group));
        });
        assertSameLosses(actual.get(0), expected);
        for (int rank = 0; rank < world; rank++) {
            assertThat(actual.get(rank)).isEqualTo(actual.get(0));
            assertSameWeights(states.get(rank), whole);
        }
    }

    private static List<Double> losses(List<TrainStep.Result> steps) {
        return steps.stream().map(step -> step.loss()).toList();
    }

    @Test
    void backward_inSeveralBatches_movesRunningStatisticsOnceForEachBatch() {
        TrainingState state = begin(config(3), "statistics");
        steps(state, config(3), 2);
        Tensor batches = state.model().buffers().get("encoder.stem.bn.num_batches_tracked");
        assertThat(batches.item_long()).isEqualTo(6);
    }

    @Test
    void plan_ofABatchMadeTwice_isTheSame() {
        PretrainConfig config = config(3);
        DataOrder order = new DataOrder(IntStream.range(0, DATA.size()).toArray(), config.stepPictures(), 0);
        StepPlans plans = plans(config, order, 2, Rank.single());
        List<int[]> samples = IntStream.range(0, 5)
                .mapToObj(number -> plans.plan(number).orElseThrow().samples())
                .toList();
        assertThat(samples.get(3)).isEqualTo(samples.get(0));
        assertThat(samples.get(4)).isEqualTo(samples.get(1));
        assertThat(plans.plan(10)).isEmpty();
    }

    @Test
    void plan_ofTwoRanks_isThatOfOneCutInTwo() {
        PretrainConfig config = config(3);
        DataOrder order = new DataOrder(IntStream.range(0, DATA.size()).toArray(), config.stepPictures(), 0);
        List<StepPlans> ranks = List.of(
                plans(config, order, 2, Rank.single()),
                plans(config, order, 2, rank(0)),
                plans(config, order, 2, rank(1)));
        for (int number = 0; number < 10; number++) {
            int at = number;
            List<int[]> samples = ranks.stream()
                    .map(plans -> plans.plan(at).orElseThrow().samples())
                    .toList();
            int[] joined = IntStream.concat(IntStream.of(samples.get(1)), IntStream.of(samples.get(2)))
                    .toArray();
            assertThat(joined).isEqualTo(samples.get(0));
        }
    }

    @Test
    void resume_withAccumulation_continuesBitForBit() {
        PretrainConfig config = config(2).with("ema", "{decay: 0.9, target: true}");
        TinyRuns.train(config, folder.resolve("whole"));
        TinyRuns.stopAfter(5, config, DATA, folder.resolve("parts"));
        Trainer.resume(RunDirectory.open(folder.resolve("parts")), DATA, TrainListener.NONE)
                .run();
        assertThat(TinyRuns.losses(folder.resolve("parts"))).isEqualTo(TinyRuns.losses(folder.resolve("whole")));
    }
}
