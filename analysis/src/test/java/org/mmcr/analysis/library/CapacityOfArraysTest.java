package org.mmcr.analysis.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.mmcr.analysis.capacity.CapacityOptions;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.analysis.capacity.CapacityRun;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.core.capacity.Matrix;

class CapacityOfArraysTest {
    // [manifolds]
    /** Row by row, {@code points[class]} holds m rows of {@code dimensions} numbers. */
    static final class Classes implements ManifoldSource {
        private final double[][] points;
        private final int dimensions;

        Classes(double[][] points, int dimensions) {
            this.points = points;
            this.dimensions = dimensions;
        }

        @Override
        public int count() {
            return points.length;
        }

        @Override
        public String name(int manifold) {
            return "class " + manifold;
        }

        @Override
        public Matrix points(int manifold) { // one class at a time, so that not all need fit into memory
            return new Matrix(points[manifold].length / dimensions, dimensions, points[manifold]);
        }
    }
    // [end]

    @Test
    void capacity_tightClasses_isAboveThatOfWideOnes() {
        assertThat(measured(0.1)).isGreaterThan(1.5 * measured(2));
    }

    private static double measured(double spread) {
        int dimensions = 24;
        double[][] points = new double[8][10 * dimensions];
        Random random = new Random(4);
        for (double[] one : points) {
            double[] centre = random.doubles(dimensions, -1, 1).toArray();
            for (int i = 0; i < one.length; i++) {
                one[i] = centre[i % dimensions] + spread * random.nextGaussian();
            }
        }
        // [capacity]
        CapacityReport report = new CapacityRun(CapacityOptions.defaults(), 2) // 300 directions, two threads
                .measure(new Classes(points, dimensions), (stage, done, total) -> {});
        double classesForEachDimension = report.capacity().value(); // report.capacity().ci95() is its interval
        // [end]
        return classesForEachDimension;
    }
}
