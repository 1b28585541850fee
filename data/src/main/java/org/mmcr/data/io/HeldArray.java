package org.mmcr.data.io;

import java.util.List;
import java.util.stream.Collectors;

/** An array of numbers in memory, as it is read from files that cannot be mapped. */
final class HeldArray implements NumberArray {
    private final String location;
    private final List<Long> shape;
    private final double[] values;

    /**
     * Wraps values, which are not copied.
     *
     * @param location the array's name in messages
     * @param values in C order
     */
    HeldArray(String location, List<Long> shape, double[] values) {
        this.location = location;
        this.shape = List.copyOf(shape);
        this.values = values;
    }

    /**
     * Returns an array of values in column-major order (the first axis varies fastest), as MATLAB has them.
     *
     * @param shape sizes of the axes as MATLAB shows them
     */
    static HeldArray ofColumns(String location, List<Long> shape, double[] columns) {
        int axes = shape.size();
        int[] index = new int[axes];
        int[] strides = new int[axes];
        int stride = 1;
        for (int axis = 0; axis < axes; axis++) {
            strides[axis] = stride;
            stride *= Math.toIntExact(shape.get(axis));
        }
        double[] values = new double[columns.length];
        int from = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = columns[from];
            for (int axis = axes - 1; axis >= 0; axis--) {
                from += strides[axis];
                if (++index[axis] < shape.get(axis)) {
                    break;
                }
                from -= index[axis] * strides[axis];
                index[axis] = 0;
            }
        }
        return new HeldArray(location, shape, values);
    }

    @Override
    public List<Long> shape() {
        return shape;
    }

    @Override
    public String describe() {
        return shape.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")")) + " in " + location;
    }

    @Override
    public void read(long first, int count, double[] out, int offset) {
        System.arraycopy(values, Math.toIntExact(first), out, offset, count);
    }

    /** Returns all values, which the caller must not change. */
    double[] values() {
        return values;
    }
}
