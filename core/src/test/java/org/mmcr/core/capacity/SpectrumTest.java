package org.mmcr.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.core.MmcrException;

class SpectrumTest {
    /** The smallest eigenvalue, 1, is left out, as in the published analysis: (4 + 3 + 2)^2 / (16 + 9 + 4). */
    @Test
    void of_knownEigenvalues_leavesOutTheSmallest() {
        Spectrum found = Spectrum.of(diagonal(2, 4, 1, 3));
        assertThat(found.participationRatio()).isCloseTo(81.0 / 29, within(1e-12));
        // Explained: 4/9, 7/9, 1. The last is nearest to 90 %.
        assertThat(found.explainedVarianceDimension()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"89, 11, 0", "60, 29, 1", "50, 28, 2"})
    void of_explainedVariance_isTheCountBeforeTheOneNearestToNinetyPercent(double first, double second, int expected) {
        double third = 100 - first - second;
        assertThat(Spectrum.of(diagonal(first, second, third, 0)).explainedVarianceDimension())
                .isEqualTo(expected);
    }

    @Test
    void of_oneOrNoDirection_isDefined() {
        assertThat(Spectrum.of(diagonal(5))).isEqualTo(new Spectrum(1, 0));
        assertThat(Spectrum.of(diagonal(0, 0, 0))).isEqualTo(new Spectrum(0, 0));
        assertThat(Spectrum.of(diagonal())).isEqualTo(new Spectrum(0, 0));
    }

    /** The points themselves instead of their products: LAPACK would read and write past the end of the array. */
    @Test
    void of_matrixThatIsNotSquare_isAnError() {
        for (Matrix points : List.of(Matrix.zeros(2, 3), Matrix.zeros(3, 2))) {
            assertThatThrownBy(() -> Spectrum.of(points))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("expected a matrix of");
        }
    }

    @Test
    void requireFeasible_tooLargeBothWays_namesTheOption() {
        Spectrum.requireFeasible(16_385, 16_384);
        Spectrum.requireFeasible(16_384, 16_385);
        assertThatThrownBy(() -> Spectrum.requireFeasible(16_385, 16_385))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("--project 4096");
    }

    /**
     * Classes of many sizes, so that blocks end inside and at the end of the list, against one product over all points.
     * The last case has fewer points than dimensions.
     */
    @ParameterizedTest
    @MethodSource
    void measure_blocks_giveTheSpectrumOfAllPoints(int[] counts, int dimensions) {
        Random random = new Random(4);
        List<double[]> points = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int label = 0; label < counts.length; label++) {
            for (int i = 0; i < counts[label]; i++) {
                points.add(random.doubles(dimensions)
                        .map(any -> random.nextGaussian())
                        .toArray());
                points.get(points.size() - 1)[0] += 3 + label;
                labels.add(label);
            }
        }
        double[][] rows = points.toArray(double[][]::new);
        ManifoldSource source = ManifoldSource.of(
                rows, labels.stream().mapToInt(Integer::intValue).toArray());
        Centring centring = Centring.of(IntStream.range(0, source.count())
                .mapToObj(i -> ManifoldMoments.of(source.name(i), source.points(i)))
                .toList());
        List<String> progress = new ArrayList<>();
        Spectrum found = new SpectrumOfAll(source, centring, TaskRunner.IN_TURN)
                .measure((stage, done, of) -> progress.add(stage + " " + done + " " + of));

        double[] variances = variances(rows);
        double sum = 0;
        double squares = 0;
        int kept = Math.max(1, Math.min(rows.length, dimensions) - 1);
        for (int i = 0; i < kept; i++) {
            sum += variances[i];
            squares += variances[i] * variances[i];
        }
        assertThat(found.participationRatio()).isCloseTo(sum * sum / squares, within(1e-9 * sum * sum / squares));
        if (rows.length > dimensions) {
            assertThat(progress).last().isEqualTo("spectrum " + counts.length + " " + counts.length);
        }
    }

    static Stream<Arguments> measure_blocks_giveTheSpectrumOfAllPoints() {
        return Stream.of(
                Arguments.of(new int[] {3000, 1000, 1047, 1, 2048, 20}, 6),
                Arguments.of(new int[] {2047, 1, 5}, 5),
                Arguments.of(new int[] {7, 2, 9}, 4),
                Arguments.of(new int[] {3, 4, 5}, 40));
    }

    /** Eigenvalues of the centred scatter matrix, descending, by Jacobi rotations: the slow twin. */
    private static double[] variances(double[][] rows) {
        int d = rows[0].length;
        double[] mean = new double[d];
        for (double[] row : rows) {
            for (int i = 0; i < d; i++) {
                mean[i] += row[i] / rows.length;
            }
        }
        double[][] a = new double[d][d];
        for (double[] row : rows) {
            for (int i = 0; i < d; i++) {
                for (int k = 0; k < d; k++) {
                    a[i][k] += (row[i] - mean[i]) * (row[k] - mean[k]);
                }
            }
        }
        for (int sweep = 0; sweep < 60; sweep++) {
            for (int p = 0; p < d; p++) {
                for (int q = p + 1; q < d; q++) {
                    rotate(a, p, q);
                }
            }
        }
        return IntStream.range(0, d)
                .mapToDouble(i -> a[i][i])
                .boxed()
                .sorted((x, y) -> Double.compare(y, x))
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    private static void rotate(double[][] a, int p, int q) {
        double angle = Math.atan2(2 * a[p][q], a[q][q] - a[p][p]) / 2;
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        for (int i = 0; i < a.length; i++) {
            double x = a[i][p];
            a[i][p] = cos * x - sin * a[i][q];
            a[i][q] = sin * x + cos * a[i][q];
        }
        for (int i = 0; i < a.length; i++) {
            double x = a[p][i];
            a[p][i] = cos * x - sin * a[q][i];
            a[q][i] = sin * x + cos * a[q][i];
        }
    }

    private static Matrix diagonal(double... values) {
        Matrix matrix = Matrix.zeros(values.length, values.length);
        for (int i = 0; i < values.length; i++) {
            matrix.values()[i * (values.length + 1)] = values[i];
        }
        return matrix;
    }
}
