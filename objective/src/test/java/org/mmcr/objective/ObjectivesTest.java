package org.mmcr.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;

/** What holds for every objective beside MMCR: finite differences, degenerate batches, shapes, closed forms. */
@ExtendWith(PointerScopeExtension.class)
class ObjectivesTest {
    @BeforeAll
    static void useOneThread() {
        torch.set_num_threads(1);
    }

    static List<Objective> objectives() {
        return Objectives.all();
    }

    private static Tensor random(long seed, long rows, long columns) {
        torch.manual_seed(seed);
        return torch.randn(rows, columns).to(ScalarType.Double);
    }

    /** N samples whose K views are near one another. */
    static Tensor views(long seed, long samples, int views, long dimensions) {
        Tensor centre = random(seed, samples, dimensions).unsqueeze(1);
        Tensor noise = random(seed + 1, samples * views, dimensions).view(samples, views, dimensions);
        return centre.add(noise, new Scalar(0.3)).reshape(samples * views, dimensions);
    }

    private record Outcome(Objective.Result result, Tensor gradient) {}

    private static Outcome evaluate(Objective objective, Tensor z, int views) {
        Tensor leaf = z.clone().detach().set_requires_grad(true);
        Objective.Result result = objective.compute(leaf, views);
        result.loss().backward();
        return new Outcome(result, leaf.grad());
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void compute_finiteDifferences_agreeWithGradient(Objective objective) {
        Tensor z = views(1, 9, 3, 4);
        Tensor gradient = evaluate(objective, z, 3).gradient();
        double largest = gradient.abs().max().item_double();
        for (int row : new int[] {0, 7, 26}) {
            for (int column = 0; column < 4; column++) {
                double step = 1e-5;
                double slope = (shifted(objective, z, row, column, step) - shifted(objective, z, row, column, -step))
                        / (2 * step);
                assertThat(gradient.select(0, row).select(0, column).item_double())
                        .isCloseTo(slope, within(1e-6 * largest));
            }
        }
    }

    private static double shifted(Objective objective, Tensor z, int row, int column, double step) {
        Tensor moved = z.clone();
        moved.select(0, row).select(0, column).add_(new Scalar(step));
        return objective.compute(moved, 3).value();
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void compute_anyBatch_hasTheDescribedFiguresAndLeavesTheEmbeddings(Objective objective) {
        Tensor z = views(2, 12, 2, 6);
        Tensor copy = z.clone();
        Objective.Result result = evaluate(objective, z, 2).result();
        assertThat(result.figures().keySet())
                .containsExactlyElementsOf(
                        objective.figures().stream().map(ObjectiveFigure::name).toList());
        assertThat(result.figures().values()).allMatch(Double::isFinite);
        assertThat(z.equal(copy)).isTrue();
        try (NoGradGuard guard = new NoGradGuard()) {
            Objective.Result again = objective.compute(z, 2);
            assertThat(again.value()).isEqualTo(result.value());
            assertThat(again.loss().requires_grad()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void compute_orderOfSamplesAndViews_changesNothing(Objective objective) {
        Tensor z = views(3, 10, 3, 5);
        Tensor turned = z.view(10, 3, 5).flip(0, 1).contiguous().view(30, 5);
        double value = objective.compute(z, 3).value();
        assertThat(objective.compute(turned, 3).value()).isCloseTo(value, within(1e-10 * Math.max(1, Math.abs(value))));
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void compute_columnMajorOrHalfPrecision_agreesWithFloat64(Objective objective) {
        Tensor z = views(4, 16, 2, 6).to(ScalarType.BFloat16).to(ScalarType.Double);
        Outcome expected = evaluate(objective, z, 2);
        Outcome columns = evaluate(objective, z.t().contiguous().t(), 2);
        assertThat(columns.result().value()).isEqualTo(expected.result().value());
        assertThat(columns.gradient().sub(expected.gradient()).abs().max().item_double())
                .isLessThan(1e-12);
        Outcome half = evaluate(objective, z.to(ScalarType.BFloat16), 2);
        assertThat(half.result().value())
                .isCloseTo(
                        expected.result().value(),
                        within(1e-5 * Math.max(1, expected.result().value())));
        assertThat(half.gradient().scalar_type().intern()).isEqualTo(ScalarType.BFloat16);
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void compute_degenerateBatch_isFinite(Objective objective) {
        Tensor equal = random(5, 1, 6).expand(16, 6).contiguous();
        Tensor someZero = views(6, 8, 2, 6);
        someZero.narrow(0, 3, 4).zero_();
        Tensor deadFeature = views(7, 8, 2, 6);
        deadFeature.narrow(1, 2, 1).zero_();
        List<Tensor> batches = List.of(
                torch.zeros(16, 6).to(ScalarType.Double),
                equal,
                equal.add(random(15, 16, 6), new Scalar(1e-14)),
                someZero,
                deadFeature,
                views(8, 1, 2, 6),
                views(8, 2, 2, 1),
                views(8, 3, 2, 6),
                views(9, 8, 2, 6).mul(new Scalar(1e-30)),
                views(9, 8, 2, 6).mul(new Scalar(1e6)));
        for (Tensor batch : batches) {
            for (ScalarType type : List.of(ScalarType.Double, ScalarType.Float)) {
                Outcome outcome = evaluate(objective, batch.to(type), 2);
                assertThat(outcome.result().value()).isFinite();
                assertThat(outcome.result().figures().values()).allMatch(Double::isFinite);
                assertThat(torch.isfinite(outcome.gradient()).all().item_bool())
                        .as("gradient of a batch of shape (%d, %d)", batch.size(0), batch.size(1))
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void compute_wrongBatch_isOneLine(Objective objective) {
        Tensor z = views(10, 4, 2, 3);
        assertThatThrownBy(() -> objective.compute(z, 1))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("at least 2 views");
        assertThatThrownBy(() -> objective.parted(4, 1, 3, Communicator.NONE)).hasMessageContaining("at least 2 views");
        assertThatThrownBy(() -> objective.compute(z, 2, Optional.of(z))).hasMessageContaining("no momentum variant");
        assertThatThrownBy(() -> objective.compute(z, 3)).hasMessageContaining("multiple of 3");
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            Tensor bad = z.clone();
            bad.narrow(0, 3, 1).fill_(new Scalar(value));
            assertThatThrownBy(() -> objective.compute(bad, 2))
                    .isInstanceOf(NonFiniteEmbeddingException.class)
                    .hasMessageContaining("sample 1, view 1");
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void constructor_wrongSetting_isOneLine(double wrong) {
        assertThatThrownBy(() -> new SimClrLoss(wrong)).isInstanceOf(MmcrException.class);
        assertThatThrownBy(() -> new AlignUniformLoss(1, wrong)).isInstanceOf(MmcrException.class);
        assertThatThrownBy(() -> new WmseLoss(wrong)).isInstanceOf(MmcrException.class);
        if (wrong != 0) {
            assertThatThrownBy(() -> new BarlowTwinsLoss(wrong)).isInstanceOf(MmcrException.class);
            assertThatThrownBy(() -> new VicRegLoss(25, wrong, 1)).isInstanceOf(MmcrException.class);
            assertThatThrownBy(() -> new LeJepaLoss(wrong, 8)).isInstanceOf(MmcrException.class);
        }
        assertThatThrownBy(() -> new LeJepaLoss(0.5, 0)).isInstanceOf(MmcrException.class);
    }

    @Test
    void compute_lossBeyondTheType_isOneLine() {
        Tensor z = views(11, 8, 2, 3).mul(new Scalar(1e10)).to(ScalarType.Float);
        requireNoFiniteLoss(new VicRegLoss(25, 25, 1), z);
        Tensor wide = z.to(ScalarType.Double).mul(new Scalar(1e190));
        requireNoFiniteLoss(new VicRegLoss(25, 25, 1), wide);
        requireNoFiniteLoss(new BarlowTwinsLoss(0.005), wide);
        requireNoFiniteLoss(new LeJepaLoss(0.02, 8), wide);
        requireNoFiniteLoss(new WmseLoss(1e-6), wide);
    }

    private static void requireNoFiniteLoss(Objective objective, Tensor huge) {
        assertThatThrownBy(() -> objective.compute(huge.clone().set_requires_grad(true), 2))
                .isInstanceOf(NonFiniteLossException.class)
                .hasMessageContaining("expected a finite loss");
    }

    /** Equal features, in numbers without rounding, so that a tiny ridge is lost; the last sample is the mean. */
    @Test
    void wmse_ofASingularCovariance_isOneLine() {
        Tensor z = Tensor.create(new double[] {2, 2, 2, 2, -2, -2, -2, -2, 0, 0, 0, 0}, 6, 2);
        WmseLoss loss = new WmseLoss(1e-30);
        assertThatThrownBy(() -> loss.compute(z, 2))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("raise the ridge");
        assertThat(new WmseLoss(1e-6).compute(z, 2).value()).isCloseTo(2 / 3.0, within(1e-3));
    }

    /** The table of degenerate batches in {@code docs/objectives.md}. */
    @Test
    void compute_zeroRowsOrOneSample_areAsThePageSays() {
        Tensor someZero = views(6, 8, 2, 6);
        someZero.narrow(0, 3, 4).zero_();
        for (Objective objective : List.of(new SimClrLoss(0.5), new ClipLoss(0.07), new AlignUniformLoss(1, 2))) {
            Tensor gradient = evaluate(objective, someZero, 2).gradient();
            assertThat(gradient.narrow(0, 3, 4).abs().max().item_double())
                    .as(objective.name())
                    .isZero();
            assertThat(gradient.abs().max().item_double()).isPositive();
        }
        Tensor one = views(8, 1, 2, 6);
        assertThat(new SimClrLoss(0.5).compute(one, 2).value()).isCloseTo(0, within(1e-12));
        assertThat(new BarlowTwinsLoss(0.005).compute(one, 2).value()).isCloseTo(6, within(1e-9));
    }

    @Test
    void simclr_ofOrthogonalPairs_hasItsClosedForm() {
        Tensor z = torch.eye(4).unsqueeze(1).expand(4, 2, 4).reshape(8, 4).to(ScalarType.Double);
        Objective.Result result = new SimClrLoss(0.5).compute(z, 2);
        assertThat(result.value()).isCloseTo(Math.log(Math.exp(2) + 6) - 2, within(1e-12));
        assertThat(result.figures().get(SimClrLoss.CONTRASTIVE_ACCURACY)).isEqualTo(1);
        assertThat(result.figures().get(SimClrLoss.POSITIVE_COSINE)).isCloseTo(1, within(1e-12));
    }

    @Test
    void simclr_ofUnrelatedViews_findsNoMorePartnersThanChance() {
        Objective.Result result = new SimClrLoss(0.5).compute(random(12, 400, 8), 2);
        assertThat(result.figures().get(SimClrLoss.CONTRASTIVE_ACCURACY)).isLessThan(0.05);
    }

    /** A collapse must not look like a success. */
    @Test
    void contrastiveAccuracy_ofEqualRows_isThatOfChance() {
        Tensor zero = torch.zeros(24, 6).to(ScalarType.Double);
        Tensor equal = zero.clone();
        equal.narrow(1, 2, 1).fill_(new Scalar(1));
        for (int views : new int[] {2, 3}) {
            int samples = 24 / views;
            for (Tensor z : List.of(zero, equal)) {
                assertThat(new SimClrLoss(0.5).compute(z, views).figures().get(SimClrLoss.CONTRASTIVE_ACCURACY))
                        .isCloseTo(1.0 / (2 * samples - 1), within(1e-12));
            }
            assertThat(new ClipLoss(0.07).compute(equal, views).figures().get(ClipLoss.CONTRASTIVE_ACCURACY))
                    .isCloseTo(1.0 / samples, within(1e-12));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void wmse_ofAnyBatch_agreesWithWhiteningByHand(int views) {
        int samples = 12;
        int dimensions = 3;
        Tensor z = views(13, samples, views, dimensions);
        List<double[][]> white = IntStream.range(0, views)
                .mapToObj(k -> Whitening.of(z.view(samples, views, dimensions).select(1, k)))
                .toList();
        double sum = 0;
        int pairs = 0;
        for (int a = 0; a < views; a++) {
            for (int b = a + 1; b < views; b++, pairs++) {
                for (int n = 0; n < samples; n++) {
                    sum += 2 - 2 * Whitening.cosine(white.get(a)[n], white.get(b)[n]);
                }
            }
        }
        assertThat(new WmseLoss(1e-9).compute(z, views).value()).isCloseTo(sum / pairs / samples, within(1e-7));
    }

    @Test
    void lejepa_inOneDimension_agreesWithTheSumsWrittenOut() {
        int samples = 7;
        Tensor z = views(14, samples, 2, 1);
        double normality = 0;
        double prediction = 0;
        for (int k = 0; k < 2; k++) {
            for (int knot = 0; knot <= 16; knot++) {
                double t = knot * 3.0 / 16;
                double real = 0;
                double imaginary = 0;
                for (int n = 0; n < samples; n++) {
                    double x = z.select(0, 2L * n + k).item_double();
                    real += Math.cos(t * x) / samples;
                    imaginary += Math.sin(t * x) / samples;
                }
                double gaussian = Math.exp(-t * t / 2);
                double error = (real - gaussian) * (real - gaussian) + imaginary * imaginary;
                normality += samples * (knot % 16 == 0 ? 1 : 2) * 3.0 / 16 * error * gaussian / 2;
            }
        }
        for (int n = 0; n < samples; n++) {
            double half =
                    (z.select(0, 2L * n).item_double() - z.select(0, 2L * n + 1).item_double()) / 2;
            prediction += half * half / samples;
        }
        Objective.Result result = new LeJepaLoss(0.2, 5).compute(z, 2);
        assertThat(result.value()).isCloseTo(0.8 * prediction + 0.2 * normality, within(1e-12));
    }

    @Test
    void lejepa_ofGaussianEmbeddings_hasTheExpectedStatisticAndOtherDirectionsAtEachStep() {
        Tensor z = random(16, 4000, 8);
        LeJepaLoss loss = new LeJepaLoss(0.02, 64);
        double normality = loss.compute(z, 2).figures().get(LeJepaLoss.NORMALITY);
        assertThat(normality).isCloseTo(1.05, within(0.25));
        assertThat(loss.at(3).compute(z, 2).value())
                .isNotEqualTo(loss.compute(z, 2).value())
                .isEqualTo(loss.at(3).compute(z, 2).value());
    }

    @Test
    void measured_anyObjective_hasItsLossAndTheFiguresOfMmcr() {
        Tensor z = views(17, 12, 2, 5);
        Objective measured = new MeasuredObjective(new SimClrLoss(0.5));
        Outcome outcome = evaluate(measured, z, 2);
        Outcome alone = evaluate(new SimClrLoss(0.5), z, 2);
        assertThat(outcome.result().value()).isEqualTo(alone.result().value());
        assertThat(outcome.gradient().equal(alone.gradient())).isTrue();
        assertThat(outcome.result().figures())
                .containsAllEntriesOf(alone.result().figures())
                .containsAllEntriesOf(new MmcrLoss().compute(z, 2).figures());
        assertThat(outcome.result().figures().keySet())
                .containsExactlyElementsOf(
                        measured.figures().stream().map(ObjectiveFigure::name).toList());
        assertThat(measured.at(5)).isSameAs(measured);
        assertThat(new MeasuredObjective(new LeJepaLoss(0.02, 4)).at(5).name()).isEqualTo("lejepa");
    }
}
