package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.TestPictures;

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
    void samples_ofOtherEpochsAndSeeds_areAllInAnotherOrder() {
        HashSet<List<Integer>> orders = new HashSet<>();
        for (long seed = 0; seed < 5; seed++) {
            for (long epoch = 0; epoch < 5; epoch++) {
                int[] order = new DataOrder(SAMPLES, SAMPLES.length, seed).samples(epoch);
                assertThat(order).containsExactlyInAnyOrder(SAMPLES);
                orders.add(IntStream.of(order).boxed().toList());
            }
        }
        assertThat(orders).hasSize(25);
    }

    /** Seeds of repeats follow each other; their generators must not be one stream that starts at another place. */
    @Test
    void generator_ofNeighbouringSeedsAndEpochs_sharesNoNumber() {
        Set<Long> numbers = new HashSet<>();
        for (long seed = 0; seed < 5; seed++) {
            for (int epoch = 0; epoch < 5; epoch++) {
                SplittableRandom random = DataOrder.generator(seed, epoch);
                for (int i = 0; i < 100; i++) {
                    numbers.add(random.nextLong());
                }
            }
        }
        assertThat(numbers).hasSize(5 * 5 * 100);
    }

    @ParameterizedTest
    @CsvSource({
        "23, 64, 1, whole batch of 64 pictures, 'found 23; use --batch 16 or give more pictures'",
        "300, 256, 4, whole step of 4 batches of 256 pictures,"
                + " 'found 300; use --batch 64 or lower --accumulate or give more pictures'",
        "3, 2, 4, whole step of 4 batches of 2 pictures, 'found 3; lower --accumulate or give more pictures'"
    })
    void of_fewerSamplesThanAStep_namesWhatFits(
            int found, int batch, int accumulate, String expected, String foundAndRemedy) {
        PretrainConfig config = PretrainConfig.defaults()
                .with("batch", String.valueOf(batch))
                .with("accumulate", String.valueOf(accumulate));
        DataSource data = TestPictures.ofNoise(found, 1, 1);
        int[] samples = IntStream.range(0, found).toArray();
        assertThatThrownBy(() -> DataOrder.of(config, data, samples))
                .isInstanceOf(MmcrException.class)
                .hasMessage("expected at least one " + expected + ", " + foundAndRemedy);
    }

    @Test
    void of_theBatchThatIsNamed_takesAStep() {
        PretrainConfig config = PretrainConfig.defaults().with("batch", "64").with("accumulate", "4");
        int[] samples = IntStream.range(0, 300).toArray();
        assertThat(DataOrder.of(config, TestPictures.ofNoise(300, 1, 1), samples)
                        .stepsPerEpoch())
                .isOne();
    }

    @Test
    void of_fewRows_namesRows() {
        int[] samples = IntStream.range(0, 60).toArray();
        assertThatThrownBy(() -> DataOrder.of(PretrainConfig.defaults(), TinyRuns.table(), samples))
                .hasMessageContaining("batch of 256 rows")
                .hasMessageEndingWith("give more rows");
    }
}
