package org.mmcr.core.capacity;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apiguardian.api.API;

/** Random generators that depend on the seed, the purpose and the place of a draw, never on the order of the work. */
@API(status = API.Status.STABLE)
public final class SeededRandom {
    /** The purpose of a draw. */
    public enum Purpose {
        /** A choice of points of a class. */
        POINTS(1),
        /** Directions of a class. */
        DIRECTIONS(2),
        /** Resampled directions or trials for an interval. */
        RESAMPLES(3),
        /** A random projection. */
        PROJECTION(4),
        /** Random sides of classes, and the projection of a trial. */
        DICHOTOMIES(5);

        private final long number;

        Purpose(long number) {
            this.number = number;
        }
    }

    private static final RandomGeneratorFactory<RandomGenerator> FACTORY =
            RandomGeneratorFactory.of("L64X128MixRandom");

    private SeededRandom() {}

    /**
     * Returns the generator of one draw.
     *
     * @param place indices (any size) that distinguish draws of one purpose, such as those of the class and the batch
     */
    public static RandomGenerator generator(long seed, Purpose purpose, long... place) {
        long mixed = mix(seed ^ purpose.number * 0x9E3779B97F4A7C15L);
        for (long one : place) {
            mixed = mix(mixed ^ (one + 1) * 0xD1B54A32D192ED03L);
        }
        return FACTORY.create(mixed);
    }

    /** Stafford's mix 13: every bit of the input moves every bit of the output. */
    private static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
