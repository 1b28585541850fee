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
    private static final int[] SAMPLES = IntStream.range(100, 123).toArray();

    @Test
    void samples_overAnEpoch_areDistinctAndLeaveOutTheIncompleteBatch() {
        DataOrder order = new DataOrder(SAMPLES, 5, 7);
        List<Integer> seen = new ArrayList<>();
        for (long step = 0; step < order.stepsPerEpoch(); step++) {
            IntStream.of(order.samples(step)).forEach(seen::add);
        }
        assertThat(seen).hasSize(20).doesNotHaveDuplicates().allMatch(sample -> sample >= 100 && sample < 123);
    }

    @Test
    void samples_ofOneStep_doNotDependOnTheStepsAskedBefore() {
        DataOrder walked = new DataOrder(SAMPLES, 5, 7);
        for (long step = 0; step < 30; step++) {
            assertThat(walked.samples(step)).isEqualTo(new DataOrder(SAMPLES, 5, 7).samples(step));
        }
    }

    @Test
    void samples_ofOtherEpochsAndSeeds_areInAnotherOrder() {
        HashSet<List<Integer>> orders = new HashSet<>();
        for (long seed = 0; seed < 5; seed++) {
            for (long epoch = 0; epoch < 5; epoch++) {
                DataOrder order = new DataOrder(SAMPLES, 5, seed);
                orders.add(IntStream.of(order.samples(epoch * order.stepsPerEpoch()))
                        .boxed()
                        .toList());
            }
        }
        assertThat(orders).hasSize(25);
    }

    @Test
    void order_fewerSamplesThanABatch_namesABatchThatFits() {
        assertThatThrownBy(() -> new DataOrder(SAMPLES, 64, 0))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("batch of 64")
                .hasMessageContaining("found 23")
                .hasMessageContaining("--batch 16");
    }
}
