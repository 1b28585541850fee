package org.mmcr.data.views;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ViewRandomTest {
    /** Both are SplitMix64 (Steele, Lea, Flood 2014). */
    @Test
    void unit_ofTheLanesOfAKey_isTheSequenceOfTheJdk() {
        for (long key : new long[] {0, 1, -7, 0x123456789abcdefL}) {
            SplittableRandom sequence = new SplittableRandom(key);
            for (int lane = 0; lane < 20; lane++) {
                assertThat(new ViewRandom(key).unit(lane)).isEqualTo(sequence.nextDouble());
            }
        }
    }

    @Test
    void of_neighbouringCoordinates_areKeysOfTheirOwn() {
        Set<ViewRandom> keys = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            keys.add(ViewRandom.of(i % 10, i / 10 % 10, i / 100 % 10, i / 1000));
        }
        assertThat(keys).hasSize(10_000);
    }
}
