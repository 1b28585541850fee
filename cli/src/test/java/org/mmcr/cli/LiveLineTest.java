package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import me.tongfei.progressbar.ProgressBar;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveLineTest {
    /** A line as wide as the terminal would be continued in the next one, and each redraw would leave a copy. */
    @ParameterizedTest
    @ValueSource(ints = {20, 40, 60, 80, 200})
    void bar_redrawn_fitsIntoTheTerminalAndCutsNoNumber(int columns) {
        for (String line : lines(columns, 5000)) {
            assertThat(line.length()).as(line).isLessThan(columns);
            if (columns >= 40) {
                assertThat(line)
                        .matches(
                                "whitening statistics[a-z. ]* +\\d+ %( \\[=* *])?"
                                        + "(  (\\d+ s left)?(, )?(\\d(,\\d{3})? of 5,000)?(, )?(loss -123.4, 12,345 views/s)?)?");
            }
        }
        assertThat(lines(60, 5000)).anyMatch(line -> line.contains("of 5,000"));
        assertThat(lines(100, 5000)).anyMatch(line -> line.contains("views/s"));
    }

    @Test
    void bar_withoutAnEnd_namesWhatIsDone() {
        assertThat(lines(60, LiveLine.ENDLESS)).allMatch(line -> line.startsWith("whitening statistics of pictures"));
    }

    private static List<String> lines(int columns, int total) {
        StringWriter err = new StringWriter();
        Terminal terminal =
                new Terminal(new PrintWriter(new StringWriter()), new PrintWriter(err, true), OptionalInt.of(columns));
        try (ProgressBar bar = LiveLine.open(terminal, "whitening statistics of pictures", total, 0)
                .build()) {
            bar.stepTo(1500);
            bar.setExtraMessage("loss -123.4, 12,345 views/s");
            bar.refresh();
            bar.stepTo(4500);
            bar.refresh();
        }
        List<String> lines = new ArrayList<>(
                List.of(err.toString().replaceAll("\033\\[[0-9;]*[A-Za-z]", "").split("[\r\n]", -1)));
        lines.removeIf(String::isEmpty);
        assertThat(lines).hasSizeGreaterThanOrEqualTo(2);
        return lines;
    }
}
