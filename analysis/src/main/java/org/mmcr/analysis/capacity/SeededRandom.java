package org.mmcr.analysis.capacity;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.mmcr.data.RandomIndices;

/** Random generators that depend on the seed, the purpose and the place of a draw, never on the order of the work. */
final class SeededRandom {
    /** What a draw is for. */
    enum Purpose {
        POINTS(1),
        DIRECTIONS(2),
        RESAMPLES(3),
        PROJECTION(4),
        DICHOTOMIES(5);

        private final long number;

        Purpose(long number) {
            this.number = number;
        }
    }

    private static final RandomGeneratorFactory<RandomGenerator> FACTORY =
            RandomGeneratorFactory.of("L64X128MixRandom");

    private SeededRandom() {}

    static RandomGenerator generator(long seed, Purpose purpose, long... place) {
        long mixed = mix(seed ^ purpose.number * 0x9E3779B97F4A7C15L);
        for (long one : place) {
            mixed = mix(mixed ^ (one + 1) * 0xD1B54A32D192ED03L);
        }
        return FACTORY.create(mixed);
    }

    /** Returns {@code wanted} of the numbers below {@code size}, every set equally likely, in ascending order. */
    static int[] some(int size, int wanted, RandomGenerator random) {
        int[] chosen = RandomIndices.choose(size, wanted, random);
        Arrays.sort(chosen);
        return chosen;
    }

    /** Stafford's mix 13: every bit of the input moves every bit of the output. */
    private static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
