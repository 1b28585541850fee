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

    /** Returns {@code count} items from item {@code first} on. */
    default double[] read(long first, int count) {
        double[] values = new double[count];
        read(first, count, values, 0);
        return values;
    }
}
