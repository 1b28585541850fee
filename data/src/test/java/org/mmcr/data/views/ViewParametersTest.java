package org.mmcr.data.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ViewParametersTest {
    private static final int DRAWS = 20_000;
    /** About four standard errors of a frequency near one half. */
    private static final double FREQUENCY = 0.015;

    private final List<ViewParameters> cifar = draws(PictureViewRecipe.cifar(), 32, 32);

    @Test
    void decisions_ofCifarRecipe_comeAsOftenAsStated() {
        assertThat(fraction(cifar, ViewParameters::flip)).isCloseTo(0.5, within(FREQUENCY));
        assertThat(fraction(cifar, d -> !d.jitter().isEmpty())).isCloseTo(0.8, within(FREQUENCY));
        assertThat(fraction(cifar, ViewParameters::grayscale)).isCloseTo(0.2, within(FREQUENCY));
        assertThat(fraction(cifar, d -> d.blurSigma() > 0.0)).isZero();
        assertThat(fraction(cifar, ViewParameters::solarize)).isZero();
    }

    @Test
    void decisions_ofImagenetRecipes_comeAsOftenAsStated() {
        List<ViewParameters> a = draws(PictureViewRecipe.imagenetA(), 60, 80);
        List<ViewParameters> b = draws(PictureViewRecipe.imagenetB(), 60, 80);
        assertThat(fraction(a, d -> d.blurSigma() > 0.0)).isEqualTo(1.0);
        assertThat(fraction(a, ViewParameters::solarize)).isZero();
        assertThat(fraction(b, d -> d.blurSigma() > 0.0)).isCloseTo(0.1, within(FREQUENCY));
        assertThat(fraction(b, ViewParameters::solarize)).isCloseTo(0.2, within(FREQUENCY));
        assertUniform(a, ViewParameters::blurSigma, 0.1, 2.0);
    }

    @Test
    void factors_areUniformInTheirRanges() {
        assertUniform(cifar, ViewParameters::brightness, 0.6, 1.4);
        assertUniform(cifar, ViewParameters::contrast, 0.6, 1.4);
        assertUniform(cifar, ViewParameters::saturation, 0.6, 1.4);
        assertUniform(cifar, ViewParameters::hue, -0.1, 0.1);
    }

    @Test
    void jitterOrders_areTheTwentyFourPermutationsAlike() {
        Map<List<JitterStep>, Integer> counts = new HashMap<>();
        cifar.stream().filter(d -> !d.jitter().isEmpty()).forEach(d -> counts.merge(d.jitter(), 1, Integer::sum));
        assertThat(counts).hasSize(24);
        double expected = 0.8 * DRAWS / 24;
        assertThat(counts.values())
                .allSatisfy(count -> assertThat((double) count).isCloseTo(expected, within(130.0)));
    }

    @Test
    void crops_coverTheStatedScalesAndRatiosAndStayInside() {
        for (ViewParameters draw : cifar) {
            CropBox crop = draw.crop();
            assertThat(crop.top()).isBetween(0, 32 - crop.height());
            assertThat(crop.left()).isBetween(0, 32 - crop.width());
            double area = crop.height() * crop.width() / 1024.0;
            assertThat(area).isBetween(0.06, 1.0);
        }
        assertThat(fraction(cifar, d -> area(d) < 0.1)).isBetween(0.005, 0.05);
        assertThat(fraction(cifar, d -> area(d) > 0.9)).isBetween(0.03, 0.12);
        double wide = fraction(cifar, d -> d.crop().width() > d.crop().height());
        double tall = fraction(cifar, d -> d.crop().width() < d.crop().height());
        assertThat(wide).isCloseTo(tall, within(2 * FREQUENCY));
    }

    @Test
    void crops_ofExtremePictures_fallBackToTheCentreOrOnePixel() {
        assertThat(draws(PictureViewRecipe.cifar(), 1, 1))
                .allSatisfy(d -> assertThat(d.crop()).isEqualTo(new CropBox(0, 0, 1, 1)));
        List<ViewParameters> flat = draws(PictureViewRecipe.cifar(), 3, 3000);
        assertThat(flat).anySatisfy(d -> assertThat(d.crop()).isEqualTo(new CropBox(0, 1498, 3, 4)));
        List<ViewParameters> tall = draws(PictureViewRecipe.cifar(), 3000, 3);
        assertThat(tall).anySatisfy(d -> assertThat(d.crop()).isEqualTo(new CropBox(1498, 0, 4, 3)));
    }

    @Test
    void draw_dependsOnEachOfTheFourNumbers() {
        ViewRandom base = ViewRandom.of(1, 2, 3, 4);
        assertThat(ViewRandom.of(1, 2, 3, 4)).isEqualTo(base);
        assertThat(List.of(
                        ViewRandom.of(2, 2, 3, 4).key(),
                        ViewRandom.of(1, 3, 3, 4).key(),
                        ViewRandom.of(1, 2, 4, 4).key(),
                        ViewRandom.of(1, 2, 3, 5).key(),
                        ViewRandom.of(1, 3, 2, 4).key()))
                .doesNotContain(base.key())
                .doesNotHaveDuplicates();
    }

    @Test
    void draw_withOneKnobTurnedOff_leavesTheOthersAlone() {
        PictureViewRecipe plain = PictureViewRecipe.imagenetA();
        PictureViewRecipe blurless = PictureViewRecipe.imagenetB();
        List<ViewParameters> with = draws(plain, 50, 50);
        List<ViewParameters> without = draws(blurless, 50, 50);
        for (int i = 0; i < 100; i++) {
            assertThat(without.get(i).crop()).isEqualTo(with.get(i).crop());
            assertThat(without.get(i).jitter()).isEqualTo(with.get(i).jitter());
            assertThat(without.get(i).hue()).isEqualTo(with.get(i).hue());
        }
    }

    /** Two parameters drawn from the same random number would be correlated; five standard errors of zero are 0.035. */
    @Test
    void draw_anyTwoParameters_areUncorrelated() {
        List<ToDoubleFunction<ViewParameters>> parameters = List.of(
                ViewParametersTest::area,
                d -> d.flip() ? 1 : 0,
                d -> d.jitter().isEmpty() ? 1 : 0,
                // The middle rank stands for "no order", so that it is not correlated with whether there is one.
                d -> d.jitter().isEmpty() ? 11.5 : JitterStep.ORDERS.indexOf(d.jitter()),
                ViewParameters::brightness,
                ViewParameters::contrast,
                ViewParameters::saturation,
                ViewParameters::hue,
                d -> d.grayscale() ? 1 : 0,
                d -> d.blurSigma() > 0 ? 1 : 0,
                d -> d.solarize() ? 1 : 0);
        List<ViewParameters> draws = draws(PictureViewRecipe.imagenetB(), 60, 80);
        for (int a = 0; a < parameters.size(); a++) {
            for (int b = 0; b < a; b++) {
                assertThat(correlation(draws, parameters.get(a), parameters.get(b)))
                        .as("parameters %d and %d", a, b)
                        .isCloseTo(0, within(0.035));
            }
        }
        List<ViewParameters> blurred = draws(PictureViewRecipe.imagenetA(), 60, 80);
        for (ToDoubleFunction<ViewParameters> other : parameters.subList(0, 9)) {
            assertThat(correlation(blurred, ViewParameters::blurSigma, other)).isCloseTo(0, within(0.035));
        }
    }

    private static double correlation(
            List<ViewParameters> draws, ToDoubleFunction<ViewParameters> a, ToDoubleFunction<ViewParameters> b) {
        double meanA = draws.stream().mapToDouble(a).average().orElseThrow();
        double meanB = draws.stream().mapToDouble(b).average().orElseThrow();
        double both = 0;
        double squareA = 0;
        double squareB = 0;
        for (ViewParameters draw : draws) {
            double x = a.applyAsDouble(draw) - meanA;
            double y = b.applyAsDouble(draw) - meanB;
            both += x * y;
            squareA += x * x;
            squareB += y * y;
        }
        return both / Math.sqrt(squareA * squareB);
    }

    private static List<ViewParameters> draws(PictureViewRecipe recipe, int height, int width) {
        return IntStream.range(0, DRAWS)
                .mapToObj(i ->
                        ViewParameters.draw(recipe, height, width, ViewRandom.of(11, i / 1000, i % 1000 / 4, i % 4)))
                .toList();
    }

    private static double area(ViewParameters draw) {
        return draw.crop().height() * draw.crop().width() / 1024.0;
    }

    private static double fraction(List<ViewParameters> draws, Predicate<ViewParameters> holds) {
        return draws.stream().filter(holds).count() / (double) draws.size();
    }

    private static void assertUniform(
            List<ViewParameters> draws, ToDoubleFunction<ViewParameters> knob, double low, double high) {
        double width = high - low;
        double[] values = draws.stream().mapToDouble(knob).sorted().toArray();
        assertThat(values[0]).isBetween(low, low + 0.01 * width);
        assertThat(values[values.length - 1]).isBetween(high - 0.01 * width, high);
        for (int quarter = 1; quarter < 4; quarter++) {
            assertThat(values[quarter * values.length / 4]).isCloseTo(low + quarter * width / 4, within(0.02 * width));
        }
    }
}
