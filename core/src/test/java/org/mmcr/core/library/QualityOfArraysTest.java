package org.mmcr.core.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.quality.EmbeddedViews;
import org.mmcr.core.quality.Measure;
import org.mmcr.core.quality.RepresentationQuality;
import org.mmcr.core.quality.SpectralMeasures;

class QualityOfArraysTest {
    @Test
    void quality_ofNoisyViews_isBelowThatOfSharpOnes() {
        assertThat(measured(drawn(0.1))).isGreaterThan(measured(drawn(2)));
    }

    private static double measured(double[][] rows) {
        // [one]
        double rankMe = SpectralMeasures.rankMe(Matrix.of(rows)).orElseThrow(); // double[][], a row per view
        double lidar = SpectralMeasures.lidar(EmbeddedViews.of(rows, 2)).orElseThrow(); // 2 views of each picture
        // [end]
        assertThat(rankMe).isBetween(1.0, 6.0);
        assertThat(lidar).isBetween(1.0, 6.1);
        // [quality]
        RepresentationQuality quality = RepresentationQuality.of(rows, 2);
        double viewCapacity = quality.value(Measure.VIEW_CAPACITY).orElseThrow();
        double low = quality.values().get(Measure.VIEW_CAPACITY).low(); // of its 95 % interval over pictures
        quality.cautions().forEach(reason -> System.err.println(reason.measure() + ": " + reason.text()));
        // [end]
        assertThat(low).isLessThanOrEqualTo(viewCapacity);
        return viewCapacity;
    }

    /** Two views of each of 60 pictures in adjacent rows. */
    private static double[][] drawn(double noise) {
        Random random = new Random(1);
        double[][] rows = new double[120][6];
        for (int n = 0; n < 60; n++) {
            for (int d = 0; d < 6; d++) {
                double centre = random.nextGaussian();
                rows[2 * n][d] = centre + noise * random.nextGaussian();
                rows[2 * n + 1][d] = centre + noise * random.nextGaussian();
            }
        }
        return rows;
    }
}
