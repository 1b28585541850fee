package org.mmcr.analysis.capacity;

import java.util.Random;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.core.capacity.Matrix;

/**
 * Gaussian clouds around Gaussian centres, drawn when asked for.
 *
 * @param radius standard deviation in each of the first {@code spread} dimensions, in lengths of a centre
 */
record Clouds(int count, int points, int ambient, int spread, double radius, long seed) implements ManifoldSource {
    @Override
    public String name(int manifold) {
        return "cloud " + manifold;
    }

    @Override
    public Matrix points(int manifold) {
        Random random = new Random(seed * 1000 + manifold);
        double[] centre = new double[ambient];
        for (int d = 0; d < ambient; d++) {
            centre[d] = random.nextGaussian() / Math.sqrt(ambient);
        }
        double[][] axes = new double[spread][ambient];
        for (double[] axis : axes) {
            for (int d = 0; d < ambient; d++) {
                axis[d] = random.nextGaussian() / Math.sqrt(ambient);
            }
        }
        double[] all = new double[points * ambient];
        for (int p = 0; p < points; p++) {
            System.arraycopy(centre, 0, all, p * ambient, ambient);
            for (double[] axis : axes) {
                double weight = radius * random.nextGaussian();
                for (int d = 0; d < ambient; d++) {
                    all[p * ambient + d] += weight * axis[d];
                }
            }
        }
        return new Matrix(points, ambient, all);
    }
}
