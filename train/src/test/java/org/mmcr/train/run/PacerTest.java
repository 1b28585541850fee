package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.mmcr.core.MmcrException;

class PacerTest {
    private final AtomicLong clock = new AtomicLong(123_456);

    @Test
    void epochs_progress_isTheFractionOfAllStepsForAnyClock() {
        Pacer pacer = new Pacer(Budget.ofEpochs(4), 25, 1000, clock::get);
        clock.addAndGet(5_000_000_000_000L);
        assertThat(pacer.totalSteps()).hasValue(100);
        assertThat(pacer.progress(0)).isZero();
        assertThat(pacer.progress(50)).isEqualTo(0.5);
        assertThat(pacer.done(99)).isFalse();
        assertThat(pacer.done(100)).isTrue();
    }

    @Test
    void minutes_progress_countsTheTimeOfEarlierParts() {
        Pacer pacer = new Pacer(Budget.ofMinutes(2), 25, 30, clock::get);
        assertThat(pacer.progress(7)).isEqualTo(0.25, within(1e-9));
        clock.addAndGet(30_000_000_000L);
        assertThat(pacer.progress(8)).isEqualTo(0.5, within(1e-9));
        assertThat(pacer.elapsed()).isEqualTo(60, within(1e-9));
    }

    @Test
    void minutes_done_leavesRoomForTheStepAndTheCheckpoint() {
        Pacer pacer = new Pacer(Budget.ofMinutes(1), 25, 0, clock::get);
        pacer.recordCheckpoint(5);
        pacer.recordStep(2);
        clock.addAndGet(51_000_000_000L);
        assertThat(pacer.done(10)).isFalse();
        clock.addAndGet(2_000_000_000L);
        assertThat(pacer.done(10)).isTrue();
    }

    @Test
    void budget_twoGiven_failsWithTheRemedy() {
        assertThatThrownBy(() -> new Budget(OptionalLong.of(1), OptionalLong.empty(), OptionalDouble.of(2)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("exactly one budget, found 2");
    }

    @Test
    void budget_ofZeroMinutes_fails() {
        assertThatThrownBy(() -> Budget.ofMinutes(0)).hasMessageContaining("above 0");
    }
}
