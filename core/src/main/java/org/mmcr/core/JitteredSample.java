package org.mmcr.core;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A jittered sample of indices: one random index of each of equal parts of the range. Data sorted by class keeps the
 * proportions of its classes, as with evenly spaced indices. So does data whose classes take turns, where evenly spaced
 * indices meet some classes alone.
 */
public final class JitteredSample {
    private static final long SEED = 1;

    private JitteredSample() {}

    /**
     * Returns all indices below {@code size}, or {@code most} of them, in ascending order. The same arguments give the
     * same indices.
     *
     * @param size number of indices to choose from, at least 0
     * @param most largest number of indices, at least 0
     */
    public static int[] of(int size, int most) {
        int count = Math.min(size, most);
        SplittableRandom random = new SplittableRandom(SEED);
        return IntStream.range(0, count)
                .map(part -> {
                    int from = Math.toIntExact((long) part * size / count);
                    int to = Math.toIntExact((part + 1L) * size / count);
                    return random.nextInt(from, to);
                })
                .toArray();
    }
}
