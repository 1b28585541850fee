package org.mmcr.core;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A sample of indices that is spread over their whole range: one random index of each of equal parts (stratified
 * sampling). Data sorted by class keeps its proportions, as with evenly spaced indices; data whose classes take turns
 * keeps them as well, where evenly spaced indices meet some classes alone.
 */
public final class SpreadSample {
    private static final long SEED = 1;

    private SpreadSample() {}

    /**
     * Returns all indices below {@code size}, or {@code most} of them in ascending order; the same for the same arguments.
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
