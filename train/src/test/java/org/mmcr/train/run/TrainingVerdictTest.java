package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingVerdictTest {
    private static String verdict(boolean finished, double epochs, double seconds) {
        return TrainingVerdict.of(new TrainingTotals(finished, 10, epochs, 100, seconds, seconds, 0, -1, Map.of()));
    }

    @Test
    void of_fewPasses_namesTheTimeUpToTwenty() {
        assertThat(verdict(true, 7.5, 300)).isEqualTo("7.5 passes over the data; train about 8 minutes more");
        assertThat(verdict(true, 19.9, 300)).isEqualTo("19.9 passes over the data; train about a minute more");
        assertThat(verdict(true, 0.5, 1200)).isEqualTo("0.5 passes over the data; train about 13 hours more");
    }

    @Test
    void of_manyPassesOrAnUnfinishedRun_asksForNoMore() {
        assertThat(verdict(true, 44, 300)).isEqualTo("44.0 passes over the data; enough to use the encoder");
        assertThat(verdict(false, 3, 300)).isEqualTo("3.0 passes over the data so far");
        assertThat(verdict(false, 0, 0)).isEmpty();
    }
}
