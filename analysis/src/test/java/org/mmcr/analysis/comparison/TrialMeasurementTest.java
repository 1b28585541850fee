package org.mmcr.analysis.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.analysis.capacity.ClassCapacity;
import org.mmcr.core.capacity.ManifoldCapacity.Manifold;
import org.mmcr.train.evaluate.FeatureSet;

class TrialMeasurementTest {
    private static final int POINTS = 20;
    private static final int WIDTH = 12;

    /** Three classes, each as wide as the one before and more. */
    private static FeatureSet classes() {
        Random random = new Random(1);
        float[] values = new float[3 * POINTS * WIDTH];
        int[] labels = new int[3 * POINTS];
        for (int row = 0; row < labels.length; row++) {
            labels[row] = row / POINTS;
            for (int d = 0; d < WIDTH; d++) {
                double centre = d == labels[row] ? 2 : 0;
                values[row * WIDTH + d] = (float) (centre + 0.2 * (1 + 2 * labels[row]) * random.nextGaussian());
            }
        }
        return new FeatureSet(Tensor.create(values, labels.length, WIDTH), labels, List.of("a", "b", "c"));
    }

    @Test
    void capacity_ofThreeClasses_hasMeansAndMediansOverThem() {
        try (FeatureSet features = classes()) {
            CapacityReport report = ClassCapacity.measure(features, 0, 1).orElseThrow();
            Map<String, Double> figures = TrialMeasurement.capacity(report);
            check(figures, "radius", report, Manifold::radius);
            check(figures, "dimension", report, Manifold::dimension);
            assertThat(figures.get("capacity_median")).isEqualTo(median(report, Manifold::capacity));
            double reciprocals = report.perManifold().stream()
                    .mapToDouble(one -> 1 / one.capacity())
                    .average()
                    .orElseThrow();
            assertThat(figures.get("capacity")).isCloseTo(1 / reciprocals, within(1e-9));
        }
    }

    private static void check(
            Map<String, Double> figures, String name, CapacityReport report, ToDoubleFunction<Manifold> value) {
        double mean = report.perManifold().stream().mapToDouble(value).average().orElseThrow();
        assertThat(figures.get(name)).isCloseTo(mean, within(1e-9)).isNotCloseTo(median(report, value), within(1e-3));
        assertThat(figures.get(name + "_median")).isEqualTo(median(report, value));
    }

    private static double median(CapacityReport report, ToDoubleFunction<Manifold> value) {
        return report.perManifold().stream().mapToDouble(value).sorted().toArray()[1];
    }
}
