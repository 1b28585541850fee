package org.mmcr.core.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.TaskRunner;

class SpectralMeasuresTest {
    private static final int PICTURES = 6;
    private static final int VIEWS = 3;

    /** Fewer, as many, and more dimensions than the 18 rows. */
    @ParameterizedTest
    @ValueSource(ints = {5, 18, 40})
    void lidar_isThatOfTheCovariancesWrittenOut(int dimension) {
        double[][] rows = rows(dimension, 1);
        assertThat(SpectralMeasures.lidar(EmbeddedViews.of(rows, VIEWS)).orElseThrow())
                .isCloseTo(writtenOut(rows), within(1e-6));
    }

    @Test
    void lidar_inVeryManyDimensions_needsNoMatrixOfThem() {
        assertThat(SpectralMeasures.lidar(EmbeddedViews.of(rows(60_000, 1), VIEWS))
                        .orElseThrow())
                .isBetween(1.0, (double) PICTURES);
    }

    @Test
    void quality_ofLargeNumbers_hasEveryOtherMeasureAndSaysWhyLidarIsMissing() {
        RepresentationQuality found = RepresentationQuality.of(
                EmbeddedViews.of(rows(14, 1e9), VIEWS),
                new QualityOptions(0, 0),
                TaskRunner.IN_TURN,
                CapacityProgress.NONE);
        assertThat(found.values()).containsKey(Measure.RANKME);
        assertThat(found.cautions()).anyMatch(reason -> reason.measure() == Measure.LIDAR);
    }

    /** The mean of so many rows is rounded by more than the bound of equal rows. */
    @Test
    void nesum_ofManyEqualRows_hasNoValue() {
        Matrix rows = Matrix.zeros(8000, 4);
        Arrays.fill(rows.values(), 0.25);
        assertThat(SpectralMeasures.nesum(rows)).isEmpty();
        rows.values()[31_999] = 0.26;
        assertThat(SpectralMeasures.nesum(rows)).isNotEmpty();
    }

    private static double[][] rows(int dimension, double scale) {
        Random random = new Random(3);
        double[][] rows = new double[PICTURES * VIEWS][dimension];
        double[] centre = new double[dimension];
        for (int i = 0; i < rows.length; i++) {
            if (i % VIEWS == 0) {
                Arrays.setAll(centre, d -> random.nextGaussian());
            }
            for (int d = 0; d < dimension; d++) {
                rows[i][d] = scale * (centre[d] + 0.3 * random.nextGaussian());
            }
        }
        return rows;
    }

    /** LiDAR by sums over all pairs of dimensions. */
    private static double writtenOut(double[][] rows) {
        int dimension = rows[0].length;
        double[][] centres = new double[PICTURES][dimension];
        double[] mean = new double[dimension];
        for (int i = 0; i < rows.length; i++) {
            for (int d = 0; d < dimension; d++) {
                centres[i / VIEWS][d] += rows[i][d] / VIEWS;
                mean[d] += rows[i][d] / rows.length;
            }
        }
        double[][] between = new double[dimension][dimension];
        double[][] within = new double[dimension][dimension];
        for (int d = 0; d < dimension; d++) {
            for (int e = 0; e < dimension; e++) {
                for (int n = 0; n < PICTURES; n++) {
                    between[d][e] += (centres[n][d] - mean[d]) * (centres[n][e] - mean[e]) / PICTURES;
                }
                for (int i = 0; i < rows.length; i++) {
                    within[d][e] +=
                            (rows[i][d] - centres[i / VIEWS][d]) * (rows[i][e] - centres[i / VIEWS][e]) / rows.length;
                }
            }
            within[d][d] += 1e-4;
        }
        double[] values = Matrix.of(between).eigenvalues(Matrix.of(within));
        double sum = Arrays.stream(values).map(value -> Math.max(0, value)).sum();
        double entropy = 0;
        for (double value : values) {
            double p = Math.max(0, value) / sum + 1e-7;
            entropy -= p * Math.log(p);
        }
        return Math.exp(entropy);
    }
}
