package org.mmcr.analysis.capacity;

import java.util.List;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.data.io.NpyArray;

/** NumPy arrays with a row for each pair of a direction and a dichotomy. */
public final class PairFile {
    private PairFile() {}

    /**
     * Reads an array (K, n).
     *
     * @param location {@code t.npy}, {@code t.npz} or {@code t.npz#name}
     * @param what content of the columns, for messages
     * @throws MmcrException if it has another shape, or a number is not finite
     */
    public static Matrix read(String location, String what) {
        NpyArray numbers = NpyArray.open(location);
        List<Long> shape = numbers.shape();
        if (shape.size() != 2 || shape.get(0) == 0 || shape.get(1) == 0) {
            throw new MmcrException("expected an array (pairs, " + what + "), found " + numbers.describe()
                    + "; give a row for each pair");
        }
        int rows = Math.toIntExact(shape.get(0));
        int columns = Math.toIntExact(shape.get(1));
        double[] values = numbers.read(0, Math.multiplyExact(rows, columns));
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new MmcrException("expected finite numbers in " + location + ", found " + values[i] + " in row "
                        + i / columns + ", column " + i % columns + "; correct it");
            }
        }
        return new Matrix(rows, columns, values);
    }
}
