package org.mmcr.analysis.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Simulates protanopia and deuteranopia with the matrices of Machado, Oliveira and Fernandes 2009, severity 1. */
class ChartStyleTest {
    private static final double[][] NORMAL = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    private static final double[][] PROTANOPIA = {
        {0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}
    };
    private static final double[][] DEUTERANOPIA = {
        {0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}
    };
    /** Linear sRGB to XYZ over the white point D65. */
    private static final double[][] XYZ = {
        {0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047},
        {0.2126729, 0.7151522, 0.0721750},
        {0.0193339 / 1.08883, 0.1191920 / 1.08883, 0.9503041 / 1.08883}
    };

    @Test
    void series_anyTwo_differForEveryReader() {
        assertDiffer(series());
    }

    private static List<Color> series() {
        return IntStream.range(0, ChartStyle.colours())
                .mapToObj(ChartStyle::series)
                .toList();
    }

    private static void assertDiffer(List<Color> colours) {
        for (int a = 0; a < colours.size(); a++) {
            for (int b = a + 1; b < colours.size(); b++) {
                assertThat(difference(colours.get(a), colours.get(b)))
                        .as(a + " and " + b)
                        .isGreaterThan(20);
            }
        }
    }

    @Test
    void lines_ofTheReport_differForEveryReaderAndFromTheirCard() throws IOException {
        String folder = "../report/src/main/resources/org/mmcr/report/page/";
        String lines = String.join("", found("lines: \\[([^\\]]*)\\]", Files.readString(Path.of(folder, "charts.js"))));
        assertLines(
                colours("\"(#\\w{6})\"", lines),
                colours("--card: (#\\w{6})", Files.readString(Path.of(folder, "page.css"))));
    }

    @Test
    void lines_ofTheExplorer_differForEveryReaderAndFromTheirCard() throws IOException {
        String style = Files.readString(Path.of("../explorer/src/main/resources/org/mmcr/explorer/web/style.css"));
        assertLines(colours("--series-\\d: (#\\w{6})", style), colours("--card: (#\\w{6})", style));
    }

    /** The colours on the light card are those of the drawn figures; as many on the dark card follow. */
    private static void assertLines(List<Color> lines, List<Color> cards) {
        int count = ChartStyle.colours();
        assertThat(lines).hasSize(2 * count);
        assertThat(cards).hasSize(2);
        assertThat(lines.subList(0, count)).isEqualTo(series());
        for (int card = 0; card < 2; card++) {
            List<Color> shown = lines.subList(card * count, (card + 1) * count);
            Color background = cards.get(card);
            assertDiffer(shown);
            assertThat(shown)
                    .allSatisfy(color -> assertThat(contrast(color, background)).isGreaterThanOrEqualTo(3));
        }
    }

    private static List<Color> colours(String pattern, String text) {
        return found(pattern, text).stream().map(Color::decode).toList();
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void ordered_elevenLines_differFromTheirNeighbours() {
        for (int i = 1; i < 11; i++) {
            assertThat(difference(ChartStyle.ordered(i - 1, 11), ChartStyle.ordered(i, 11)))
                    .as("lines %d and %d", i - 1, i)
                    .isGreaterThan(3);
        }
        assertThat(ChartStyle.ordered(0, 1)).isEqualTo(ChartStyle.heat(0));
    }

    @Test
    void colours_onWhite_haveAContrastOfThree() {
        assertThat(series()).allSatisfy(color -> assertThat(contrast(color)).isGreaterThanOrEqualTo(3));
        assertThat(IntStream.range(0, 11).mapToObj(i -> ChartStyle.ordered(i, 11)))
                .allSatisfy(color -> assertThat(contrast(color)).isGreaterThanOrEqualTo(3));
        assertThat(contrast(ChartStyle.INK)).isGreaterThan(7);
        assertThat(contrast(ChartStyle.QUIET)).isGreaterThan(4.5);
    }

    /** The smallest distance in CIELAB over the three kinds of readers. */
    private static double difference(Color a, Color b) {
        return List.of(NORMAL, PROTANOPIA, DEUTERANOPIA).stream()
                .mapToDouble(seen -> {
                    double[] one = lab(times(seen, linear(a)));
                    double[] other = lab(times(seen, linear(b)));
                    return Math.sqrt(IntStream.range(0, 3)
                            .mapToDouble(i -> Math.pow(one[i] - other[i], 2))
                            .sum());
                })
                .min()
                .orElseThrow();
    }

    /** Contrast to white as WCAG defines it. */
    private static double contrast(Color color) {
        return contrast(color, Color.WHITE);
    }

    private static double contrast(Color color, Color background) {
        double one = times(XYZ, linear(color))[1] + 0.05;
        double other = times(XYZ, linear(background))[1] + 0.05;
        return Math.max(one, other) / Math.min(one, other);
    }

    private static double[] linear(Color color) {
        return IntStream.of(color.getRed(), color.getGreen(), color.getBlue())
                .mapToDouble(value -> value / 255.0)
                .map(value -> value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4))
                .toArray();
    }

    private static double[] lab(double[] linear) {
        double[] clipped = IntStream.range(0, 3)
                .mapToDouble(i -> Math.min(1, Math.max(0, linear[i])))
                .toArray();
        double[] xyz = times(XYZ, clipped);
        double[] f = IntStream.range(0, 3)
                .mapToDouble(i -> xyz[i] > 216.0 / 24389 ? Math.cbrt(xyz[i]) : (24389.0 / 27 * xyz[i] + 16) / 116)
                .toArray();
        return new double[] {116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])};
    }

    private static double[] times(double[][] matrix, double[] vector) {
        return IntStream.range(0, 3)
                .mapToDouble(i -> matrix[i][0] * vector[0] + matrix[i][1] * vector[1] + matrix[i][2] * vector[2])
                .toArray();
    }
}
