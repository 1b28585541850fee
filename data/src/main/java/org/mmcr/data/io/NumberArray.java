package org.mmcr.data.io;

import java.util.List;

/** An array of real numbers in a file, which is read piece by piece in C order: the last axis varies fastest. */
public interface NumberArray {
    /** Returns the sizes of the axes, one or more. */
    List<Long> shape();

    /** Returns type, shape and location for messages: "(3, 2) float32 in x.npy". */
    String describe();

    /** Reads {@code count} items from item {@code first} on into {@code out} from {@code offset} on. */
    void read(long first, int count, double[] out, int offset);

    /** Reads items as the other method does, rounded to float32. */
    default void read(long first, int count, float[] out, int offset) {
        double[] values = read(first, count);
        for (int i = 0; i < count; i++) {
            out[offset + i] = (float) values[i];
        }
    }

    /** Returns whether the items are float32 or narrower. */
    default boolean isSingle() {
        return false;
    }

    /** Returns {@code count} items from item {@code first} on. */
    default double[] read(long first, int count) {
        double[] values = new double[count];
        read(first, count, values, 0);
        return values;
    }
}
