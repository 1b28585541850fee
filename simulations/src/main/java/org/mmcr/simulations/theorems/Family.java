package org.mmcr.simulations.theorems;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.information.VonMisesFisher;

/**
 * A family of embeddings with two parameters. The centre of a sample is drawn from a von Mises-Fisher law around the
 * pole, its views from one around the centre.
 *
 * @param points N
 * @param views K
 * @param dimension D
 * @param noises 1 - mean cosine of a view to its centre, each above 0 and at most 1; at 1 views are independent of
 *     their centre
 * @param concentrations mean cosine of a centre to the pole, each in 0..1; 0 is uniform, 1 is collapse to one point
 * @param seed seed of every draw
 */
public record Family(
        int points, int views, int dimension, List<Double> noises, List<Double> concentrations, long seed) {

    public Family {
        if (points < 2 || views < 2 || dimension < 2 || (long) points * views > Integer.MAX_VALUE / dimension) {
            throw new MmcrException(
                    "expected at least 2 points, views and dimensions, whose product is below 2^31, found " + points
                            + ", " + views + " and " + dimension);
        }
        noises = List.copyOf(noises);
        concentrations = List.copyOf(concentrations);
        if (noises.stream().anyMatch(noise -> !(noise > 0 && noise <= 1))
                || concentrations.stream().anyMatch(value -> !(value >= 0 && value <= 1))
                || noises.isEmpty()
                || concentrations.isEmpty()) {
            throw new MmcrException("expected noises above 0 and at most 1 and concentrations in 0..1, found " + noises
                    + " and " + concentrations + "; change them");
        }
    }

    /** The family of the figure: from nearly equal to independent views, from uniform centres to collapse. */
    public static Family standard(int points, int views, int dimension, long seed) {
        return new Family(
                points,
                views,
                dimension,
                List.of(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.6, 1.0),
                List.of(0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.97, 1.0),
                seed);
    }

    /** Draws (N*K, D) float64 unit rows, owned by the caller's {@code PointerScope}. */
    Tensor draw(double noise, double concentration) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        double[] pole = new double[dimension];
        pole[0] = 1;
        double[] centres = concentration == 1
                ? repeated(pole)
                : VonMisesFisher.fit(dimension, concentration).draw(pole, points, random);
        VonMisesFisher around = VonMisesFisher.fit(dimension, 1 - noise);
        double[] rows = new double[points * views * dimension];
        double[] centre = new double[dimension];
        for (int sample = 0; sample < points; sample++) {
            System.arraycopy(centres, sample * dimension, centre, 0, dimension);
            double[] drawn = around.draw(centre, views, random);
            System.arraycopy(drawn, 0, rows, sample * drawn.length, drawn.length);
        }
        return Tensor.create(rows, (long) points * views, dimension);
    }

    private double[] repeated(double[] pole) {
        double[] rows = new double[points * dimension];
        for (int sample = 0; sample < points; sample++) {
            System.arraycopy(pole, 0, rows, sample * dimension, dimension);
        }
        return rows;
    }
}
