package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class WorkProgressTest {
    private static final long SECOND = 1_000_000_000L;

    private final StringWriter out = new StringWriter();

    private WorkProgress progress(OptionalInt columns) {
        PrintWriter writer = new PrintWriter(out, true);
        return new WorkProgress(new Terminal(writer, writer, columns));
    }

    @Test
    void line_ofAStageWithAnEnd_reportsWhatIsLeft() {
        try (WorkProgress progress = progress(OptionalInt.empty())) {
            progress.at("anchors", 10, 40);
            assertThat(progress.line(20, 40, 5 * SECOND)).isEqualTo("anchors: 50 %, 20 of 40, about 0 min 10 s left");
        }
    }

    @Test
    void line_ofAStageWithoutATotal_showsNoEstimate() {
        try (WorkProgress progress = progress(OptionalInt.empty())) {
            progress.at("directions tried", 10, 0);
            assertThat(progress.line(20, 0, 5 * SECOND)).isEqualTo("directions tried: 20");
        }
    }

    @Test
    void bar_ofAStageWithoutATotal_showsNoEstimate() {
        try (WorkProgress progress = progress(OptionalInt.of(80))) {
            progress.at("directions tried", 10, 0);
            progress.at("directions tried", 20, 0);
        }
        assertThat(out.toString()).contains("directions tried").doesNotContain("100%", "/ 0:");
    }
}
