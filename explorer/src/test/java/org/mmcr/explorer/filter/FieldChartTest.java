package org.mmcr.explorer.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mmcr.data.TestPictures;
import org.mmcr.explorer.filter.FieldChart.Bar;
import org.mmcr.explorer.labelling.Labels;

/** Counts of the values of fields, beside plain loops over the values and beside queries for each bar. */
class FieldChartTest {
    private static final int PICTURES = 997;
    private static final double NONE = Double.NaN;

    private static FieldChart chart(PictureField field) {
        FieldChart chart = field.chart(PICTURES);
        assertThat(chart.of()).hasSize(PICTURES);
        assertThat(chart.bars().stream().mapToInt(Bar::pictures).sum()
                        + chart.others().pictures()
                        + chart.none().pictures())
                .isEqualTo(PICTURES);
        for (int b = 0; b < chart.bars().size(); b++) {
            assertIsOfItsQuery(field, chart, chart.bars().get(b), b);
        }
        assertIsOfItsQuery(field, chart, chart.none(), chart.bars().size() + 1);
        return chart;
    }

    /** The pictures of a bar are those of the query that a click on it asks. */
    private static void assertIsOfItsQuery(PictureField field, FieldChart chart, Bar bar, int index) {
        String query = String.join(" ", bar.terms());
        int[] matching = IntStream.range(0, PICTURES)
                .filter(PictureQuery.test(query, List.of(field)))
                .toArray();
        assertThat(IntStream.range(0, PICTURES).filter(i -> chart.of()[i] == index))
                .as(query)
                .containsExactly(Arrays.stream(matching).boxed().toArray(Integer[]::new));
        assertThat(bar.pictures()).as(query).isEqualTo(matching.length);
    }

    private static PictureField.Values texts(List<String> values, int... of) {
        return new PictureField.Values("my field", values, i -> of[i]);
    }

    @Test
    void chart_ofTexts_hasTheMostFrequentOnesTheOthersAndThoseWithout() {
        List<String> values = IntStream.range(0, 30)
                .mapToObj(v -> v == 4 ? "none" : "text \"" + v + "\" (x")
                .toList();
        Random random = new Random(5);
        int[] of = IntStream.range(0, PICTURES)
                .map(i -> Math.min(random.nextInt(31), random.nextInt(31)) - 1)
                .toArray();
        int[] counts = new int[30];
        int missing = 0;
        for (int value : of) {
            if (value < 0) {
                missing++;
            } else {
                counts[value]++;
            }
        }
        int[] sorted = Arrays.stream(counts).sorted().toArray();
        FieldChart chart = chart(texts(values, of));
        assertThat(chart.bars()).hasSize(12).allMatch(bar -> counts[values.indexOf(bar.name())] == bar.pictures());
        assertThat(chart.bars().stream().map(Bar::pictures))
                .containsExactly(
                        IntStream.range(0, 12).mapToObj(b -> sorted[29 - b]).toArray(Integer[]::new));
        assertThat(chart.others())
                .isEqualTo(new FieldChart.Others(
                        (int) Arrays.stream(sorted).limit(18).filter(n -> n > 0).count(),
                        Arrays.stream(sorted).limit(18).sum()));
        assertThat(chart.none().pictures()).isEqualTo(missing);
        assertThat(chart.bars()).anyMatch(bar -> bar.terms().equals(List.of("\"my field\":\"none\"")));
    }

    @Test
    void chart_ofTextsThatDifferByCase_hasOneBarAsAQueryHasOneValue() {
        FieldChart chart = chart(texts(
                List.of("Cat", "dog", "CAT"),
                IntStream.range(0, PICTURES).map(i -> i % 3).toArray()));
        assertThat(chart.bars().stream().map(Bar::name)).containsExactly("Cat", "dog");
        assertThat(chart.bars().get(0).terms()).containsExactly("\"my field\":Cat");
        assertThat(chart.bars().get(1).pictures()).isEqualTo(332);
    }

    @Test
    void chart_ofNamesAndFolders_isOfFoldersAlone() {
        TestPictures pictures = TestPictures.ofNoise(PICTURES, 1, 1)
                .withNames(i -> i < 10 ? "top" + i + ".png" : (i < 200 ? "a b/C/" : "d/") + i + ".png");
        List<PictureField> fields =
                PictureFields.of(pictures, Optional.empty()).with(labels(List.of()), List.of(), Optional.empty());
        assertThat(chart(fields.get(0)).bars()).isEmpty();
        assertThat(chart(fields.get(0)).others()).isEqualTo(new FieldChart.Others(PICTURES, PICTURES));
        FieldChart folders = chart(fields.get(1));
        assertThat(folders.bars())
                .containsExactly(
                        new Bar("d", List.of("folder=d"), PICTURES - 200),
                        new Bar("a b/c", List.of("folder=\"a b/c\""), 190));
        assertThat(folders.none()).isEqualTo(new Bar("no value", List.of("folder=\"\""), 10));
    }

    @Test
    void chart_ofLabels_isOfTheLabelsOfNow() {
        PictureFields fields = PictureFields.of(TestPictures.ofNoise(PICTURES, 1, 1), Optional.empty());
        FieldChart before = chart(label(fields, labels(List.of())));
        assertThat(before.bars()).isEmpty();
        assertThat(before.none().pictures()).isEqualTo(PICTURES);
        assertThat(chart(label(fields, labels(List.of("new"), 3, 5))).bars())
                .containsExactly(new Bar("new", List.of("label:new"), 2));
    }

    private static PictureField label(PictureFields fields, Labels labels) {
        return fields.with(labels, List.of(), Optional.empty()).stream()
                .filter(field -> field.name().equals("label"))
                .findFirst()
                .orElseThrow();
    }

    /** Labels of which the first one is that of some pictures. */
    private static Labels labels(List<String> names, int... pictures) {
        int[] of = new int[PICTURES];
        Arrays.fill(of, -1);
        Arrays.stream(pictures).forEach(i -> of[i] = 0);
        return new Labels(1, names, List.of(), of, new BitSet(), Optional.empty(), Optional.empty());
    }

    private static FieldChart numbers(IntToDoubleFunction of) {
        return chart(new PictureField.Numbers("score", of));
    }

    @Test
    void chart_ofFewWholeNumbers_hasABarForEachInTheirOrder() {
        Map<Double, Integer> counts = new TreeMap<>();
        IntToDoubleFunction of = i -> i % 7 == 0 ? NONE : i % 11 == 0 ? -1000 : i % 5;
        for (int i = 0; i < PICTURES; i++) {
            if (!Double.isNaN(of.applyAsDouble(i))) {
                counts.merge(of.applyAsDouble(i), 1, Integer::sum);
            }
        }
        FieldChart chart = numbers(of);
        assertThat(chart.bars().stream().map(Bar::name)).containsExactly("-1000", "0", "1", "2", "3", "4");
        assertThat(chart.bars().stream().map(Bar::pictures)).containsExactlyElementsOf(counts.values());
        assertThat(chart.bars().get(0).terms()).containsExactly("score:-1000");
        assertThat(chart.none().pictures()).isEqualTo(143);
    }

    /** The bins of 0 to 996 are 50 wide, and their counts are those of a plain loop. */
    @Test
    void chart_ofManyNumbers_isAHistogramOfEqualBinsWithShortEnds() {
        FieldChart chart = numbers(i -> i % 10 == 3 ? NONE : i == 0 ? Double.POSITIVE_INFINITY : i + 0.25);
        int[] expected = new int[20];
        for (int i = 1; i < PICTURES; i++) {
            if (i % 10 != 3) {
                expected[i / 50]++;
            }
        }
        assertThat(chart.bars().stream().map(Bar::pictures))
                .containsExactly(Arrays.stream(expected).boxed().toArray(Integer[]::new));
        assertThat(chart.bars().get(3))
                .isEqualTo(new Bar("150 to 200", List.of("score>=150", "score<200"), expected[3]));
        assertThat(chart.others()).isEqualTo(new FieldChart.Others(1, 1));
        assertThat(chart.none().pictures()).isEqualTo(100);
    }

    /** Whatever the numbers, each finite one is in a bin, and there are at most 20 of one width without gaps. */
    @Test
    void chart_ofNumbersOfAnyScale_hasABinForEach() {
        Random random = new Random(3);
        double[] drawn = random.doubles(PICTURES).toArray();
        for (double scale : new double[] {1, 0.07, 1e-300, Double.MIN_VALUE, 3e8, 1.7e308}) {
            for (double offset : new double[] {0, -0.5, 1e6}) {
                FieldChart chart = numbers(i -> (drawn[i] + offset) * scale);
                if (scale > 1e300 && offset == 1e6) {
                    assertThat(chart.others()).isEqualTo(new FieldChart.Others(1, PICTURES));
                    continue; // all are infinite
                }
                assertThat(chart.others().values()).as(scale + " " + offset).isZero();
                assertThat(chart.none().pictures()).isZero();
                assertEqualBins(chart);
            }
        }
        assertEqualBins(numbers(i -> i % 2 == 0 ? 0.1 : Math.nextUp(0.1)));
        assertThat(numbers(i -> i % 2 == 0 ? -Double.MAX_VALUE : Double.MAX_VALUE - i)
                        .bars())
                .hasSizeLessThan(21);
        assertThat(numbers(i -> 0.1).bars()).containsExactly(new Bar("0.1", List.of("score:0.1"), PICTURES));
        assertThat(numbers(i -> -0.0).bars()).containsExactly(new Bar("0", List.of("score:0"), PICTURES));
        assertThat(numbers(i -> NONE).bars()).isEmpty();
    }

    private static void assertEqualBins(FieldChart chart) {
        List<Bar> bars = chart.bars();
        assertThat(bars).hasSizeBetween(1, 20);
        if (bars.get(0).terms().size() == 1) {
            return; // few whole numbers
        }
        double width = end(bars.get(0), 1) - end(bars.get(0), 0);
        for (int b = 0; b < bars.size(); b++) {
            assertThat(end(bars.get(b), 1) - end(bars.get(b), 0)).isCloseTo(width, within(width / 2));
            assertThat(end(bars.get(b), 0)).isEqualTo(b == 0 ? end(bars.get(0), 0) : end(bars.get(b - 1), 1));
        }
        assertThat(bars.get(0).pictures()).isPositive();
        assertThat(bars.get(bars.size() - 1).pictures()).isPositive();
    }

    private static double end(Bar bar, int end) {
        return Double.parseDouble(bar.terms()
                .get(end)
                .toLowerCase(Locale.ROOT)
                .replace("score", "")
                .replaceAll("[<>=]", ""));
    }
}
