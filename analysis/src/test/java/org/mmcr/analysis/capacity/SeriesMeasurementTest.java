package org.mmcr.analysis.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.mmcr.analysis.capacity.CapacitySeries.Over;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacityOptions;
import org.mmcr.core.capacity.CorrelatedOptions;
import org.mmcr.core.capacity.Dichotomies;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.core.capacity.Matrix;

class SeriesMeasurementTest {
    private static ManifoldSource classes(String... names) {
        return ManifoldSource.of(List.of(names), manifold -> {
            Random random = new Random(manifold);
            Matrix points = Matrix.zeros(5, 8);
            Arrays.setAll(points.values(), i -> random.nextGaussian());
            return points;
        });
    }

    @Test
    void add_otherClassesOfTheSameNumber_isAnError() {
        CorrelatedOptions pairs = new CorrelatedOptions(10, new Dichotomies.Random(), Optional.empty(), 0);
        CapacityOptions options = new CapacityOptions(0, 20, 0);
        try (SeriesMeasurement glue = SeriesMeasurement.of(Over.CONDITION, pairs, 1);
                SeriesMeasurement older = SeriesMeasurement.of(Over.CONDITION, options, 1)) {
            for (SeriesMeasurement series : List.of(glue, older)) {
                series.add("a.csv", Optional.empty(), classes("cat", "dog", "owl"));
                assertThatThrownBy(() -> series.add("b.csv", Optional.empty(), classes("cat", "dog", "pig")))
                        .isInstanceOf(MmcrException.class)
                        .hasMessageContaining("found class owl, and in its place pig in b.csv");
                series.add("c.csv", Optional.empty(), classes("cat", "dog", "owl"));
                assertThat(series.result().conditions()).hasSize(2);
            }
            assertThat(glue.result().differences()).hasSize(1);
        }
    }
}
