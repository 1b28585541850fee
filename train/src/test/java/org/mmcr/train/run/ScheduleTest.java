package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;

class ScheduleTest {
    private static final OptionalLong HUNDRED = OptionalLong.of(100);

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 5, 10, 37, 55, 99})
    void factor_cosineWithStepWarmup_isTheClosedForm(long step) {
        Schedule schedule = new Schedule(Warmup.ofSteps(10), Schedule.Shape.COSINE, 0.001);
        double expected = Math.min(1, (step + 1) / 10.0)
                * (step < 10 ? 1 : 0.001 + 0.999 * (1 + Math.cos(Math.PI * (step - 10) / 90)) / 2);
        assertThat(schedule.factor(step, step / 100.0, HUNDRED, 7)).isEqualTo(expected, within(1e-12));
    }

    @Test
    void factor_warmupInEpochs_equalsTheSameWarmupInSteps() {
        Warmup epochs = new Warmup(OptionalDouble.empty(), OptionalLong.empty(), OptionalDouble.of(2));
        for (long step = 0; step < 100; step++) {
            double byEpochs = new Schedule(epochs, Schedule.Shape.LINEAR, 0).factor(step, step / 100.0, HUNDRED, 7);
            double bySteps =
                    new Schedule(Warmup.ofSteps(14), Schedule.Shape.LINEAR, 0).factor(step, step / 100.0, HUNDRED, 7);
            assertThat(byEpochs).isEqualTo(bySteps);
        }
    }

    @Test
    void factor_fractionWithMinutes_followsTheTimeUsed() {
        Schedule schedule = new Schedule(Warmup.ofFraction(0.2), Schedule.Shape.LINEAR, 0.1);
        assertThat(schedule.factor(3, 0.1, OptionalLong.empty(), 7)).isEqualTo(0.5, within(1e-12));
        assertThat(schedule.factor(9, 0.2, OptionalLong.empty(), 7)).isEqualTo(1, within(1e-12));
        assertThat(schedule.factor(9, 0.6, OptionalLong.empty(), 7)).isEqualTo(0.55, within(1e-12));
        assertThat(schedule.factor(9, 1, OptionalLong.empty(), 7)).isEqualTo(0.1, within(1e-12));
    }

    @Test
    void factor_fractionWithSteps_equalsTheSameWarmupInSteps() {
        Schedule fraction = new Schedule(Warmup.ofFraction(0.1), Schedule.Shape.COSINE, 0);
        Schedule steps = new Schedule(Warmup.ofSteps(10), Schedule.Shape.COSINE, 0);
        for (long step = 0; step < 100; step++) {
            assertThat(fraction.factor(step, step / 100.0, HUNDRED, 7))
                    .isEqualTo(steps.factor(step, step / 100.0, HUNDRED, 7), within(1e-12));
        }
    }

    @Test
    void factor_ofTheFirstStep_isNeverZero() {
        for (Warmup warmup : List.of(Warmup.ofFraction(0.05), Warmup.ofSteps(100), Warmup.none())) {
            Schedule schedule = new Schedule(warmup, Schedule.Shape.LINEAR, 0);
            assertThat(schedule.factor(0, 0, OptionalLong.of(1), 7)).isPositive();
            assertThat(schedule.factor(0, 0, OptionalLong.empty(), 7)).isPositive();
        }
    }

    @Test
    void factor_constantWithoutWarmup_isOneThroughout() {
        Schedule schedule = new Schedule(Warmup.none(), Schedule.Shape.CONSTANT, 0);
        for (long step = 0; step < 100; step++) {
            assertThat(schedule.factor(step, step / 100.0, HUNDRED, 7)).isEqualTo(1);
        }
    }

    @Test
    void schedule_finalFactorAboveOne_reportsWhatIsExpected() {
        assertThatThrownBy(() -> new Schedule(Warmup.none(), Schedule.Shape.COSINE, 1.5))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("fraction from 0 to 1")
                .hasMessageContaining("1.5");
    }
}
