package org.mmcr.analysis.capacity;

import java.util.List;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.ManifoldGeometry;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.data.io.NpyArray;

/** The capacity of one manifold for given directions; the points are centred, in units of their centre's length. */
public record SingleManifold(double capacity, double radius, double dimension, double worstKktGap) {
    /**
     * Measures the manifold.
     *
     * @param points file of points (D, m), one per column
     * @param directions file of directions (D + 1, n), one per column; the last row is along the centre
     */
    public static SingleManifold of(String points, String directions, double kappa) {
        ManifoldGeometry found = ManifoldGeometry.of(Matrix.of(columns(points)), columns(directions), kappa);
        if (Double.isInfinite(found.capacity())) {
            throw new MmcrException("expected a direction that is infeasible for the manifold, found none in "
                    + directions + "; give more directions");
        }
        return new SingleManifold(found.capacity(), found.radius(), found.dimension(), found.worstGap());
    }

    private static double[][] columns(String file) {
        NpyArray numbers = NpyArray.open(file);
        List<Long> shape = numbers.shape();
        if (shape.size() != 2) {
            throw new MmcrException("expected a two-dimensional array with a point or direction per column, found "
                    + numbers.describe() + "; reshape it");
        }
        int rows = Math.toIntExact(shape.get(0));
        int count = Math.toIntExact(shape.get(1));
        double[] values = numbers.read(0, Math.multiplyExact(rows, count));
        double[][] columns = new double[count][rows];
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new MmcrException(
                        "expected finite numbers in " + file + ", found " + values[i] + " in column " + i % count);
            }
            columns[i % count][i / count] = values[i];
        }
        return columns;
    }
}
