package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.mmcr.train.run.QualityPoint;

class TrainProgressTest {
    @Test
    void quality_ofABoundBelowZero_saysThatNoneIsShown() {
        assertThat(line(Map.of("infonce", -0.3, "rankme", 12.5)))
                .isEqualTo("quality (64 samples) after step 10: infonce none shown, rankme 12.50");
        assertThat(line(Map.of("infonce", 0.3))).endsWith(": infonce 0.3000");
    }

    private static String line(Map<String, Double> measures) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out, true);
        try (TrainProgress progress = new TrainProgress(new Terminal(writer, writer, OptionalInt.empty()), true)) {
            progress.quality(new QualityPoint(10, 1, 64, 2, measures));
        }
        return out.toString().strip();
    }
}
