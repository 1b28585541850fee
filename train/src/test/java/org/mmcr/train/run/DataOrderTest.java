package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mmcr.core.MmcrException;

class DataOrderTest {
    private static final int[] DATUMS = IntStream.range(100, 123).toArray();

    @Test
    void datums_overAnEpoch_areDistinctAndLeaveOutTheIncompleteBatch() {
        DataOrder order = new DataOrder(DATUMS, 5, 7);
        List<Integer> seen = new ArrayList<>();
        for (long step = 0; step < order.stepsPerEpoch(); step++) {
            IntStream.of(order.datums(step)).forEach(seen::add);
        }
        assertThat(seen).hasSize(20).doesNotHaveDuplicates().allMatch(datum -> datum >= 100 && datum < 123);
    }

    @Test
    void datums_ofOneStep_doNotDependOnTheStepsAskedBefore() {
        DataOrder walked = new DataOrder(DATUMS, 5, 7);
        for (long step = 0; step < 30; step++) {
            assertThat(walked.datums(step)).isEqualTo(new DataOrder(DATUMS, 5, 7).datums(step));
        }
    }

    @Test
    void datums_ofOtherEpochsAndSeeds_areInAnotherOrder() {
        HashSet<List<Integer>> orders = new HashSet<>();
        for (long seed = 0; seed < 5; seed++) {
            for (long epoch = 0; epoch < 5; epoch++) {
                DataOrder order = new DataOrder(DATUMS, 5, seed);
                orders.add(IntStream.of(order.datums(epoch * order.stepsPerEpoch()))
                        .boxed()
                        .toList());
            }
        }
        assertThat(orders).hasSize(25);
    }

    @Test
    void order_fewerDatumsThanABatch_namesABatchThatFits() {
        assertThatThrownBy(() -> new DataOrder(DATUMS, 64, 0))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("batch of 64")
                .hasMessageContaining("found 23")
                .hasMessageContaining("--batch 16");
    }
}
