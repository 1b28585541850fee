package org.mmcr.data;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Random subsets and permutations of indices (Fisher and Yates). */
public final class RandomIndices {
    private RandomIndices() {}

    /** Returns min(count, size) distinct numbers below {@code size} in random order; every choice is equally likely. */
    public static int[] choose(int size, int count, RandomGenerator random) {
        int[] order = IntStream.range(0, size).toArray();
        int kept = Math.min(size, count);
        for (int i = 0; i < kept; i++) {
            swap(order, i, i + random.nextInt(size - i));
        }
        return Arrays.copyOf(order, kept);
    }

    /** Permutes an array in place. */
    public static void shuffle(int[] order, RandomGenerator random) {
        for (int i = order.length - 1; i > 0; i--) {
            swap(order, i, random.nextInt(i + 1));
        }
    }

    private static void swap(int[] order, int i, int j) {
        int kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}
