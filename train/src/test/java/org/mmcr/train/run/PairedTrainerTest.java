package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSources;
import org.mmcr.data.PairedSource;
import org.mmcr.data.TableOptions;
import org.mmcr.data.VectorSource;
import org.mmcr.data.views.ViewBatch;
import org.mmcr.data.views.ViewBatchPlan;
import org.mmcr.data.views.ViewLoader;
import org.mmcr.data.views.ViewRecipe;
import org.mmcr.train.distributed.Loopback;
import org.mmcr.train.distributed.ProcessGroup;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.encoder.ObjectiveNetwork;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.ProgressListener;

/**
 * Runs on jointly Gaussian pairs. Their shared dimensions are known in closed form: the canonical correlations are
 * those of the latents, whatever the linear mixing of each modality.
 */
class PairedTrainerTest {
    private static final double[] CORRELATIONS = {0.95, 0.9, 0.85};
    private static final int LATENTS = 8;
    private static final int COLUMNS = 16;

    @TempDir
    Path folder;

    /**
     * Pairs and the latents of their first modality.
     *
     * @param latents (N, 3)
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Gaussian(PairedSource pairs, float[][] latents) {
        /** Every {@code gap}-th sample lacks the second modality, the one after it the first. */
        static Gaussian of(int samples, long seed, int gap) {
            Random random = new Random(seed);
            double[][] mixing = {normal(new Random(1), COLUMNS * LATENTS), normal(new Random(2), COLUMNS * LATENTS)};
            float[][] latents = new float[samples][CORRELATIONS.length];
            float[][] first = new float[samples][];
            float[][] second = new float[samples][];
            for (int n = 0; n < samples; n++) {
                double[] x = normal(random, LATENTS);
                double[] y = normal(random, LATENTS);
                for (int c = 0; c < CORRELATIONS.length; c++) {
                    double rho = CORRELATIONS[c];
                    latents[n][c] = (float) x[c];
                    y[c] = rho * x[c] + Math.sqrt(1 - rho * rho) * y[c];
                }
                first[n] = gap > 0 && n % gap == 1 ? nan() : mixed(x, mixing[0]);
                second[n] = gap > 0 && n % gap == 0 ? nan() : mixed(y, mixing[1]);
            }
            return new Gaussian(PairedTrainerTest.pairs(first, second), latents);
        }

        private static double[] normal(Random random, int count) {
            return random.doubles(count).map(ignored -> random.nextGaussian()).toArray();
        }

        private static float[] nan() {
            float[] row = new float[COLUMNS];
            Arrays.fill(row, Float.NaN);
            return row;
        }

        private static float[] mixed(double[] values, double[] mixing) {
            float[] row = new float[COLUMNS];
            for (int r = 0; r < COLUMNS; r++) {
                for (int c = 0; c < LATENTS; c++) {
                    row[r] += (float) (mixing[r * LATENTS + c] * values[c]);
                }
            }
            return row;
        }
    }

    private static PairedSource pairs(float[][] first, float[][] second) {
        List<VectorSource> tables = List.of(
                DataSources.vectors("x", List.of(), first, List.of()),
                DataSources.vectors("y", List.of(), second, List.of()));
        return PairedSource.of("x,y", tables, List.of("x", "y"), TableOptions.Missing.ERROR);
    }

    private static PretrainConfig config(String objective, int steps) {
        return Recipes.load("pairs")
                .with("objective", "{type: " + objective + "}")
                .with("batch", "128")
                .with("view.recipes", "[{base: vectors, noise: 0.05, mask: 0, scale: 0}]")
                .with("model.encoder.widths", "[64]")
                .with("model.projector.widths", "[4]")
                .with("optimizer.learningRate", "0.005")
                .with("threads", "1")
                .with("loaderThreads", "1")
                .with("checkpoint.minutes", "0")
                .withBudget(Budget.ofSteps(steps));
    }

    private RunDirectory train(PretrainConfig config, PairedSource data, String name) {
        RunDirectory run = RunDirectory.create(folder.resolve(name));
        new Trainer(config, data, run, TrainListener.NONE).run();
        return run;
    }

    /**
     * The embeddings' span must hold the shared dimensions: its canonical correlations with the latents are near 1.
     * Unit vectors of four dimensions have three degrees of freedom.
     */
    @ParameterizedTest
    @ValueSource(strings = {"mmcr", "clip"})
    void run_onJointlyGaussianPairs_findsTheSharedDimensions(String objective) {
        Gaussian data = Gaussian.of(3000, 0, 0);
        PairedModel model = PairedModel.load(train(config(objective, 200), data.pairs(), objective));
        Gaussian test = Gaussian.of(500, 5, 0);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor latents = matrix(test.latents());
            Tensor embeddings = embed(model, 0, test.pairs());
            // Measured with these seeds: clip 0.831, mmcr more than 0.85.
            assertThat(smallestCanonicalCorrelation(embeddings, latents)).isGreaterThan(0.75);
            assertThat(smallestCanonicalCorrelation(random(500, 4), latents)).isLessThan(0.3);
        }
    }

    private static Tensor embed(PairedModel model, int modality, PairedSource data) {
        return new FeatureExtractor(model.embeddings(modality), 256, 1)
                .extract(data.modality(modality), ProgressListener.NONE)
                .features();
    }

    private static Tensor random(int rows, int columns) {
        torch.manual_seed(3);
        return torch.randn(rows, columns);
    }

    private static Tensor matrix(float[][] rows) {
        Tensor all = torch.empty(rows.length, rows[0].length);
        for (int r = 0; r < rows.length; r++) {
            all.select(0, r).copy_(torch.tensor(rows[r]));
        }
        return all;
    }

    /** Cosine of the largest angle between the column spaces of centred matrices. */
    private static double smallestCanonicalCorrelation(Tensor x, Tensor y) {
        Tensor qx = torch.linalg_qr(x.sub(x.mean(0))).get0();
        Tensor qy = torch.linalg_qr(y.sub(y.mean(0))).get0();
        return torch.linalg_svdvals(qx.t().matmul(qy)).min().item_double();
    }

    /** Views 0 and 2 show x with noise, views 1 and 3 show y without any. */
    @Test
    void views_twoOfEachModality_haveTheNoiseOfTheirModality() {
        PairedSource data = Gaussian.of(64, 4, 0).pairs();
        String recipes =
                "[{base: vectors, noise: 0.5, mask: 0, scale: 0}," + " {base: vectors, noise: 0, mask: 0, scale: 0}]";
        PretrainConfig config =
                config("mmcr", 3).with("batch", "32").with("views", "4").with("view.recipes", recipes);
        int[] all = IntStream.range(0, data.size()).toArray();
        List<ViewRecipe> modalities = config.fittedTo(data).modalityRecipes();
        ViewBatchPlan plan = new ViewBatchPlan(0, 0, all, config.views(), modalities);
        try (ViewLoader loader =
                        new ViewLoader(data, 1, 1, 1, 0, step -> step == 0 ? Optional.of(plan) : Optional.empty());
                ViewBatch batch = loader.next().orElseThrow();
                PointerScope scope = new PointerScope()) {
            Tensor views = batch.tensor().reshape(all.length, 4, 2 * COLUMNS);
            Tensor x = views.narrow(2, 0, COLUMNS);
            Tensor y = views.narrow(2, COLUMNS, COLUMNS);
            for (int view = 0; view < 4; view++) {
                boolean first = view % 2 == 0;
                assertThat(x.select(1, view).isnan().any().item_bool()).isEqualTo(!first);
                assertThat((first ? y : x).select(1, view).isnan().all().item_bool())
                        .isTrue();
            }
            assertThat(y.select(1, 1).equal(y.select(1, 3))).isTrue();
            Tensor noise = x.select(1, 0).sub(x.select(1, 2));
            assertThat(noise.square().mean().item_double()).isCloseTo(2 * 0.5 * 0.5, within(0.1));
        }
        train(config, data, "four");
        assertThat(TinyRuns.losses(folder.resolve("four"))).hasSize(3).allMatch(Double::isFinite);
    }

    @Test
    void resume_withMissingModalities_continuesBitForBit() {
        PretrainConfig config = config("mmcr", 12).with("batch", "16").with("accumulate", "2");
        PairedSource data = Gaussian.of(100, 1, 5).pairs();
        train(config, data, "whole");
        TinyRuns.stopAfter(5, config, data, folder.resolve("parts"));
        Trainer.resume(RunDirectory.open(folder.resolve("parts")), data, TrainListener.NONE)
                .run();
        assertThat(TinyRuns.losses(folder.resolve("parts")))
                .isEqualTo(TinyRuns.losses(folder.resolve("whole")))
                .hasSize(12)
                .doesNotHaveDuplicates();
        assertThat(TinyRuns.metrics(folder.resolve("whole"), "percent_error"))
                .allMatch(error -> error >= 0 && error < 1);
    }

    /** On pairs that are easy to find, a smaller temperature lowers the loss, down to the published bound. */
    @Test
    void clip_learnedTemperature_fallsAndStaysAboveItsBound() {
        PairedSource data = Gaussian.of(512, 7, 5).pairs();
        PretrainConfig config = config("clip", 60).with("objective", "{type: clip, temperature: 0.2, learned: true}");
        train(config.with("optimizer", "{type: adamw, learningRate: 0.05}"), data, "learned");
        List<Double> temperatures = TinyRuns.metrics(folder.resolve("learned"), "temperature");
        assertThat(temperatures.get(0)).isCloseTo(0.2, within(1e-6));
        assertThat(temperatures.get(59)).isLessThan(0.18);
        ObjectiveNetwork scale = ObjectiveNetwork.scale(50, 100);
        try (PointerScope scope = new PointerScope()) {
            Tensor rows = torch.cat(new TensorVector(random(1, 4), torch.zeros(1, 4)));
            Tensor products = scale.forward(rows).square().sum(1);
            assertThat(products.select(0, 0).item_double()).isCloseTo(50, within(1e-3));
            scale.parameters().values().iterator().next().set_data(torch.full(new long[] {1}, new Scalar(10.0)));
            scale.afterStep();
            Tensor bounded = scale.forward(rows);
            assertThat(bounded.square().sum(1).select(0, 0).item_double()).isCloseTo(100, within(1e-3));
            assertThat(bounded.select(0, 1).abs().sum().item_double()).isZero();
        }
        assertThatThrownBy(() -> config.with("objective.temperature", "0.001"))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("0.01 or more");
    }

    /** With one sample per modality in a batch, batch-norm falls back to the running statistics. */
    @Test
    void run_withHardlyAnyRowOfAModality_isFinite() {
        PretrainConfig config = config("clip", 10).with("batch", "3");
        train(config, sparse(), "sparse");
        assertThat(TinyRuns.losses(folder.resolve("sparse"))).hasSize(10).allMatch(Double::isFinite);
    }

    /** Forty samples of which every eighth has the second modality. */
    private static PairedSource sparse() {
        float[][] first = new float[40][2];
        float[][] second = new float[40][1];
        Random random = new Random(3);
        for (int n = 0; n < 40; n++) {
            first[n] = new float[] {(float) random.nextGaussian(), (float) random.nextGaussian()};
            second[n] = new float[] {n % 8 == 0 ? first[n][0] : Float.NaN};
        }
        return pairs(first, second);
    }

    /**
     * Each process has other numbers of rows of a modality. In the sparse pairs many batches of a process have none of
     * the second modality, and some steps have one or none in all. The projector has batch-norm too.
     */
    @ParameterizedTest
    @CsvSource({"2,mmcr,false", "2,clip,true", "4,mmcr,true"})
    void backward_withMissingModalitiesOnSeveralRanks_reachesTheWeightsOfOneProcess(
            int world, String objective, boolean sparse) throws Exception {
        PairedSource data = sparse ? sparse() : Gaussian.of(96, 6, 3).pairs();
        PretrainConfig config = config(objective, 12)
                .with("batch", sparse ? "8" : "24")
                .with("model.projector.widths", "[8, 4]")
                .with("optimizer", "{type: sgd, learningRate: 0.05}")
                .fittedTo(data);
        List<Double> alone = new ArrayList<>();
        TrainingState one = state(config, data, "one");
        Tensor expected = trained(one, config, data, ProcessGroup.alone(), alone);
        List<TrainingState> states = IntStream.range(0, world)
                .mapToObj(rank -> state(config, data, "rank" + rank))
                .toList();
        List<List<Double>> losses = IntStream.range(0, world)
                .mapToObj(rank -> (List<Double>) new ArrayList<Double>())
                .toList();
        List<Tensor> weights = Loopback.run(world, group -> {
            int rank = group.rank().rank();
            return trained(states.get(rank), config, data, group, losses.get(rank));
        });
        for (int rank = 0; rank < world; rank++) {
            assertThat(losses.get(rank)).isEqualTo(losses.get(0));
            assertThat(weights.get(rank).sub(expected).norm().item_double()
                            / expected.norm().item_double())
                    .isLessThan(1e-5);
        }
        for (int step = 0; step < alone.size(); step++) {
            assertThat(losses.get(0).get(step))
                    .isCloseTo(alone.get(step), within(1e-4 * Math.max(1, Math.abs(alone.get(step)))));
        }
    }

    private TrainingState state(PretrainConfig config, PairedSource data, String name) {
        return TrainingState.begin(
                config, data, ComputeDevice.CPU, RunDirectory.create(folder.resolve(name)), false, Optional.empty());
    }

    /** Twelve steps; returns weights and running statistics as one vector. */
    private static Tensor trained(
            TrainingState state, PretrainConfig config, PairedSource data, ProcessGroup group, List<Double> losses) {
        DataOrder order = new DataOrder(IntStream.range(0, data.size()).toArray(), config.stepPictures(), 0);
        StepPlans plans = new StepPlans(config, order, new Pacer(Budget.ofSteps(12), 1, 0, () -> 0), group.rank());
        try (TrainStep step = new TrainStep(state, config.objectiveFor(data), group);
                ViewLoader loader = plans.load(data, 1, 0)) {
            for (int i = 0; i < 12; i++) {
                try (PointerScope scope = new PointerScope()) {
                    TrainStep.Result one = step.backward(loader);
                    step.update(1, 0);
                    losses.add(one.loss());
                }
            }
        }
        TensorVector flat = new TensorVector();
        state.model()
                .state()
                .values()
                .forEach(values -> flat.push_back(values.detach().flatten().to(ScalarType.Double)));
        return torch.cat(flat, 0);
    }

    @Test
    void tower_ofARun_embedsAsTheWholeModel() {
        PairedSource data = Gaussian.of(64, 4, 0).pairs();
        PairedModel model = PairedModel.load(train(config("mmcr", 3).with("batch", "32"), data, "run"));
        assertThat(model.index("y")).isEqualTo(model.index("1")).isEqualTo(1);
        assertThatThrownBy(() -> model.index("z"))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("x, y");
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor rows = random(5, COLUMNS);
            Tensor absent = torch.full_like(rows, new Scalar(Double.NaN));
            Tensor whole = model.model().embed(torch.cat(new TensorVector(absent, rows), 1));
            assertThat(whole.allclose(model.embeddings(1).apply(rows))).isTrue();
            Tensor none = model.model().embed(torch.cat(new TensorVector(absent, absent), 1));
            assertThat(none.abs().sum().item_double()).isZero();
        }
        assertThatThrownBy(() -> TrainedModel.load(RunDirectory.open(folder.resolve("run"))))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("--modality");
    }

    @Test
    void fittedTo_settingsThatDoNotFit_isOneLine() {
        PairedSource whole = Gaussian.of(64, 4, 0).pairs();
        PairedSource gaps = Gaussian.of(64, 4, 5).pairs();
        PretrainConfig config = config("mmcr", 3);
        refuses(config.with("views", "3"), whole, "multiple of 2");
        refuses(config.with("monitor.steps", "3"), whole, "no monitor");
        refuses(config.with("quality.steps", "3"), whole, "no monitor");
        refuses(config.with("objective", "{type: simclr}"), gaps, "mmcr or clip");
        refuses(PretrainConfig.defaults(), whole, "--recipe pairs");
        assertThatThrownBy(() -> config.fittedTo(TinyRuns.table())).hasMessageContaining("--pairs");
        assertThat(config.with("objective", "{type: simclr}").fittedTo(whole)).isNotNull();
    }

    private static void refuses(PretrainConfig config, PairedSource data, String part) {
        assertThatThrownBy(() -> config.fittedTo(data))
                .isInstanceOf(MmcrException.class)
                .message()
                .contains(part)
                .doesNotContain("\n");
    }
}
