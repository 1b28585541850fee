package org.mmcr.objective.information;

import java.util.Random;
import java.util.random.RandomGenerator;
import org.bytedeco.pytorch.Tensor;

/** Points and views on the sphere with known laws. */
final class Samples {
    private Samples() {}

    static double[] axis(int dimension, int which, double sign) {
        double[] axis = new double[dimension];
        axis[which] = sign;
        return axis;
    }

    static Tensor uniform(int count, int dimension, RandomGenerator random) {
        return concentrated(count, dimension, 0, random);
    }

    static Tensor concentrated(int count, int dimension, double kappa, RandomGenerator random) {
        return new VonMisesFisher(dimension, kappa).sample(axis(dimension, 0, 1), count, random);
    }

    /**
     * The second view uniform, the first von Mises-Fisher around it: the mutual information is log area minus its
     * entropy.
     */
    static Tensor chained(int count, int dimension, double kappa, RandomGenerator random) {
        return around(count, 2, dimension, kappa, true, random);
    }

    /** Every view von Mises-Fisher around a hidden uniform centre. */
    static Tensor hidden(int count, int views, int dimension, double kappa, RandomGenerator random) {
        return around(count, views, dimension, kappa, false, random);
    }

    private static Tensor around(
            int count, int views, int dimension, double kappa, boolean keepCentre, RandomGenerator random) {
        VonMisesFisher centres = new VonMisesFisher(dimension, 0);
        VonMisesFisher noise = new VonMisesFisher(dimension, kappa);
        double[] rows = new double[count * views * dimension];
        for (int sample = 0; sample < count; sample++) {
            double[] centre = centres.draw(axis(dimension, 0, 1), 1, random);
            double[] drawn = noise.draw(centre, views, random);
            System.arraycopy(drawn, 0, rows, sample * views * dimension, views * dimension);
            if (keepCentre) {
                System.arraycopy(centre, 0, rows, sample * views * dimension + dimension, dimension);
            }
        }
        return Tensor.create(rows, count, views, dimension);
    }

    /**
     * Two views in four dimensions of a pair of angles, each circle of radius sqrt(1/2): the second view's angles are
     * the first's with von Mises noise; 0 gives a copy.
     */
    static Tensor circles(int count, double kappa, RandomGenerator random) {
        double[] rows = new double[count * 8];
        VonMisesFisher noise = new VonMisesFisher(2, kappa);
        for (int sample = 0; sample < count; sample++) {
            for (int circle = 0; circle < 2; circle++) {
                double angle = 2 * Math.PI * random.nextDouble();
                double[] step = kappa == 0 ? new double[] {1, 0} : noise.draw(axis(2, 0, 1), 1, random);
                double moved = angle + Math.atan2(step[1], step[0]);
                rows[sample * 8 + 2 * circle] = Math.sqrt(0.5) * Math.cos(angle);
                rows[sample * 8 + 2 * circle + 1] = Math.sqrt(0.5) * Math.sin(angle);
                rows[sample * 8 + 4 + 2 * circle] = Math.sqrt(0.5) * Math.cos(moved);
                rows[sample * 8 + 5 + 2 * circle] = Math.sqrt(0.5) * Math.sin(moved);
            }
        }
        return Tensor.create(rows, count, 2, 4);
    }

    static Random seeded(long seed) {
        return new Random(seed);
    }
}
