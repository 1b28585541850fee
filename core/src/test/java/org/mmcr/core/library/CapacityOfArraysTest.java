package org.mmcr.core.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.mmcr.core.capacity.CapacityOptions;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.core.capacity.CapacitySummary;
import org.mmcr.core.capacity.CorrelatedCapacity;
import org.mmcr.core.capacity.CorrelatedFigure;
import org.mmcr.core.capacity.ManifoldCapacity;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.TaskRunner;

class CapacityOfArraysTest {
    private static final int CLASSES = 8;
    private static final int POINTS = 10;
    private static final int DIMENSIONS = 24;

    // [manifolds]
    /** Classes that are read one at a time, so that they need not fit into memory together. */
    record Classes(List<double[][]> values) implements ManifoldSource {
        @Override
        public int count() {
            return values.size();
        }

        @Override
        public String name(int manifold) {
            return "class " + manifold;
        }

        @Override
        public Matrix points(int manifold) {
            return Matrix.of(values.get(manifold)); // m points of N numbers
        }
    }
    // [end]

    @Test
    void capacity_tightClasses_isAboveThatOfWideOnes() {
        assertThat(measured(drawn(0.1))).isGreaterThan(1.5 * measured(drawn(2)));
    }

    @Test
    void capacity_classesReadOneAtATimeOnTwoThreads_isThatOfTheArray() {
        double[][][] classes = drawn(0.5);
        assertThat(measuredOnTwoThreads(classes)).isEqualTo(measured(classes));
    }

    /** Points around a random centre of each class, (classes, points, dimensions). */
    private static double[][][] drawn(double deviation) {
        double[][][] classes = new double[CLASSES][POINTS][];
        Random random = new Random(4);
        for (double[][] points : classes) {
            double[] centre = random.doubles(DIMENSIONS, -1, 1).toArray();
            for (int i = 0; i < POINTS; i++) {
                points[i] = centre.clone();
                for (int d = 0; d < DIMENSIONS; d++) {
                    points[i][d] += deviation * random.nextGaussian();
                }
            }
        }
        return classes;
    }

    private static double measured(double[][][] classes) {
        double[][] points = new double[CLASSES * POINTS][];
        int[] labels = new int[points.length];
        for (int i = 0; i < points.length; i++) {
            labels[i] = i / POINTS;
            points[i] = classes[labels[i]][i % POINTS];
        }
        // [capacity]
        ManifoldCapacity measured = ManifoldCapacity.of(points, labels); // double[][], a row per point, and int[]
        double classesPerDimension = measured.capacity().value(); // low() and high() are its 95 % interval
        double radius = measured.radius().value(); // of a class, in norms of its centre
        double dimension = measured.dimension().value(); // of a class
        // [end]
        assertThat(radius).isPositive();
        assertThat(dimension).isBetween(1.0, POINTS - 1.0);
        return classesPerDimension;
    }

    @Test
    void correlatedCapacity_tighterClasses_gainMoreThanTheInterval() {
        int[] labels = new int[CLASSES * POINTS];
        Arrays.setAll(labels, i -> i / POINTS);
        double[][] points = rows(drawn(1));
        double[][] later = rows(drawn(0.5));
        // [correlated]
        CorrelatedCapacity before = CorrelatedCapacity.of(points, labels);
        CorrelatedCapacity after = CorrelatedCapacity.of(later, labels);
        double perDimension = before.capacity().value();
        CapacitySummary.Interval gained = before.differences(after).get(CorrelatedFigure.CAPACITY); // paired interval
        // [end]
        assertThat(perDimension).isPositive();
        assertThat(gained.low()).isPositive();
    }

    private static double[][] rows(double[][][] classes) {
        return Arrays.stream(classes).flatMap(Arrays::stream).toArray(double[][]::new);
    }

    private static double measuredOnTwoThreads(double[][][] classes) {
        // [threads]
        ForkJoinPool pool = new ForkJoinPool(2); // the result does not depend on the number of threads
        ManifoldCapacity measured = ManifoldCapacity.of(
                new Classes(List.of(classes)), CapacityOptions.defaults(), TaskRunner.on(pool), CapacityProgress.NONE);
        // [end]
        pool.shutdown();
        return measured.capacity().value();
    }
}
