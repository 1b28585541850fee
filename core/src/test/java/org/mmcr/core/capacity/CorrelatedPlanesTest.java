package org.mmcr.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The correlated capacity of classes that lie in perpendicular planes and so do not interact, beside a loop. */
class CorrelatedPlanesTest {
    private static final int PAIRS = 40;
    private static final double[] HEIGHTS = {0.5, 0.9};

    /** Weights of the two points of a class in a plane: the projection of -t onto the cone of s (1, h) and s (1, -h). */
    private static double[] weights(double h, double sign, double t0, double t1) {
        double first = -(t0 + t1 / h) / (2 * sign);
        double second = -(t0 - t1 / h) / (2 * sign);
        if (first >= 0 && second >= 0) {
            return new double[] {first, second};
        }
        double squared = 1 + h * h;
        double alongFirst = -sign * (t0 + h * t1) / squared;
        double alongSecond = -sign * (t0 - h * t1) / squared;
        return alongFirst > alongSecond
                ? new double[] {Math.max(0, alongFirst), 0}
                : new double[] {0, Math.max(0, alongSecond)};
    }

    /** Active, share, dimension and radius of a class of two points (1, h) and (1, -h). */
    private static double[] figures(double h, double[][] directions, double[] signs, double projections) {
        double[] anchors = new double[PAIRS];
        double active = 0;
        double share = 0;
        double mean = 0;
        for (int k = 0; k < PAIRS; k++) {
            double[] weights = weights(h, signs[k], directions[k][0], directions[k][1]);
            double sum = weights[0] + weights[1];
            anchors[k] = sum > 0 ? h * (weights[0] - weights[1]) / sum : Double.NaN;
            active += sum > 0 ? 1 : 0;
            mean += sum > 0 ? anchors[k] : 0;
            share -= signs[k] * (sum * directions[k][0] + h * (weights[0] - weights[1]) * directions[k][1]);
        }
        mean /= active;
        double along = 0;
        double damped = 0;
        for (int k = 0; k < PAIRS; k++) {
            if (!Double.isNaN(anchors[k])) {
                double axis = (anchors[k] - mean) * (anchors[k] - mean);
                double square = directions[k][1] * directions[k][1];
                along += square / PAIRS;
                damped += square * axis / (axis + 1 + mean * mean) / PAIRS;
            }
        }
        return new double[] {active / PAIRS, share / projections, along, Math.sqrt(damped / (along - damped))};
    }

    private static CorrelatedCapacity measure(Matrix directions, Matrix signs) {
        Matrix[] clouds = {
            Matrix.of(new double[][] {{1, HEIGHTS[0], 0, 0}, {1, -HEIGHTS[0], 0, 0}}),
            Matrix.of(new double[][] {{0, 0, 1, HEIGHTS[1]}, {0, 0, 1, -HEIGHTS[1]}})
        };
        return CorrelatedCapacity.of(
                ManifoldSource.of(List.of("first", "second"), m -> clouds[m]),
                new CorrelatedOptions(PAIRS, new Dichotomies.Given(signs), Optional.of(directions), 0),
                TaskRunner.IN_TURN,
                CapacityProgress.NONE);
    }

    @Test
    void of_classesInPerpendicularPlanes_hasTheFiguresOfEachPlane() {
        Random random = new Random(8);
        Matrix directions = Matrix.zeros(PAIRS, 4);
        Arrays.setAll(directions.values(), i -> random.nextGaussian());
        Matrix signs = Matrix.zeros(PAIRS, 2);
        Arrays.setAll(signs.values(), i -> random.nextBoolean() ? 1 : -1);
        CorrelatedCapacity found = measure(directions, signs);
        double projections = 2 * PAIRS / found.capacity().value();
        for (int m = 0; m < 2; m++) {
            int plane = m;
            double[][] inPlane = IntStream.range(0, PAIRS)
                    .mapToObj(k -> Arrays.copyOfRange(directions.values(), 4 * k + 2 * plane, 4 * k + 2 * plane + 2))
                    .toArray(double[][]::new);
            double[] ofClass = IntStream.range(0, PAIRS)
                    .mapToDouble(k -> signs.values()[2 * k + plane])
                    .toArray();
            CorrelatedCapacity.Manifold one = found.perManifold().get(m);
            assertThat(new double[] {one.active(), one.share(), one.dimension(), one.radius()})
                    .containsExactly(figures(HEIGHTS[m], inPlane, ofClass, projections), within(1e-9));
        }
    }
}
