package org.mmcr.analysis.charts;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.analysis.charts.Plot.Axis;
import org.mmcr.analysis.charts.Plot.Look;

class PlotTest {
    @TempDir
    private Path folder;

    @Test
    void save_ofALine_writesTextAsTextAndTheLineInItsColour() throws IOException {
        List<String> files = new Plot("A title", Axis.log("size"), Axis.linear("error"), "Seed 7.")
                .line("first", new double[] {1, 10, 100}, new double[] {3, 2, 1}, ChartStyle.series(0), Look.SOLID)
                .line("law", new double[] {1, 100}, new double[] {3, 1}, ChartStyle.QUIET, Look.DASHED)
                .save(folder, "chart", 600, 400);
        assertThat(files).containsExactly("chart.png", "chart.svg", "chart.pdf");
        assertThat(Files.readString(folder.resolve("chart.svg")))
                .contains(">A title</text>", ">size</text>", ">100</text>", ">first</text>", ">Seed 7.</text>");
        assertThat(Files.readString(folder.resolve("chart.pdf"), StandardCharsets.ISO_8859_1))
                .startsWith("%PDF-");
        var image = ImageIO.read(folder.resolve("chart.png").toFile());
        assertThat(image.getWidth()).isEqualTo(1200);
        int blue = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                blue += new Color(image.getRGB(x, y)).equals(ChartStyle.series(0)) ? 1 : 0;
            }
        }
        assertThat(blue).isGreaterThan(500);
    }

    @Test
    void save_overSizes_writesThoseAsTicks() throws IOException {
        new Plot("", Axis.sizes("N", List.of(16, 48, 64)), Axis.linear("error"), "")
                .line("", new double[] {16, 48, 64}, new double[] {3, 2, 1}, ChartStyle.series(0), Look.SOLID)
                .save(folder, "sizes", 600, 400);
        assertThat(Files.readString(folder.resolve("sizes.svg")))
                .contains(">16</text>", ">48</text>", ">64</text>")
                .doesNotContain(">20</text>", ">50</text>");
    }

    @Test
    void save_withoutDrawableValues_drawsAxes() throws IOException {
        double[] none = {Double.NaN, 0, -1};
        new Plot("", Axis.linear("x"), Axis.log("y"), "")
                .line("nothing", new double[] {0, 1, 2}, none, ChartStyle.series(0), Look.SOLID)
                .line("", new double[0], new double[0], ChartStyle.series(1), Look.AREA)
                .save(folder, "empty", 300, 200);
        new Plot("", Axis.fromZero("x"), Axis.linear("y"), "")
                .line("one", new double[] {0}, new double[] {5}, ChartStyle.series(0), Look.AREA)
                .save(folder, "one", 300, 200);
        assertThat(folder.resolve("empty.svg")).isNotEmptyFile();
        assertThat(folder.resolve("one.svg")).isNotEmptyFile();
    }

    @Test
    void text_ofTicks_isOfOneKind() {
        assertThat(texts(new AxisScale(true, 8, 12_000))).containsExactly("10", "100", "1,000", "10,000");
        assertThat(texts(new AxisScale(true, 0.008, 12))).containsExactly("0.01", "0.1", "1", "10");
        assertThat(texts(new AxisScale(true, 1e-10, 100))).allMatch(text -> text.startsWith("1e"));
        assertThat(texts(new AxisScale(false, 0, 1))).contains("0.0", "0.2", "1.0");
        assertThat(texts(new AxisScale(false, -20_000, 20_000))).contains("-10,000", "0", "10,000");
        assertThat(texts(new AxisScale(true, 4, 60))).containsExactly("5", "10", "20", "50");
        assertThat(texts(new AxisScale(true, 64, 128))).containsExactly("70", "80", "90", "100", "110", "120");
        assertThat(texts(new AxisScale(true, 1.25, 1.75)))
                .contains("1.3", "1.4", "1.7")
                .doesNotHaveDuplicates();
    }

    private static List<String> texts(AxisScale scale) {
        return scale.ticks().stream().map(scale::text).toList();
    }
}
