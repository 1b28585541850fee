package org.mmcr.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.mmcr.core.capacity.IsotonicThreshold.Count;
import org.mmcr.core.capacity.Separability.Answer;

class SeparabilityTest {
    /**
     * In the plane: points lie on one side of a line exactly when their angles leave a gap of more than half a turn.
     */
    @Test
    void of_planarPoints_agreesWithTheWidestGap() {
        Random random = new Random(1);
        int separable = 0;
        for (int trial = 0; trial < 400; trial++) {
            int count = 2 + random.nextInt(5);
            double[][] points = new double[count][2];
            double[] angles = new double[count];
            for (int i = 0; i < count; i++) {
                double length = 0.5 + random.nextDouble();
                angles[i] = 2 * Math.PI * random.nextDouble();
                points[i][0] = length * Math.cos(angles[i]);
                points[i][1] = length * Math.sin(angles[i]);
            }
            Arrays.sort(angles);
            double widest = angles[0] + 2 * Math.PI - angles[count - 1];
            for (int i = 1; i < count; i++) {
                widest = Math.max(widest, angles[i] - angles[i - 1]);
            }
            Answer expected = widest > Math.PI ? Answer.SEPARABLE : Answer.INSEPARABLE;
            assertThat(answer(points)).isEqualTo(expected);
            separable += expected == Answer.SEPARABLE ? 1 : 0;
        }
        assertThat(separable).isBetween(50, 350);
    }

    /** The segment between (2, 0) and (0, 1) is 2 / sqrt(5) from the origin; a point behind it is longer. */
    @Test
    void of_separablePoints_hasTheDistanceOfTheirHullAsMargin() {
        Matrix segment = Matrix.of(new double[][] {{2, 0}, {0, 1}, {2, 3}});
        double longest = Math.sqrt(13);
        assertThat(Separability.of(segment).margin()).isCloseTo(2 / Math.sqrt(5) / longest, within(1e-9));
        assertThat(Separability.of(segment.rowsBetween(0, 2)).margin()).isCloseTo(1 / Math.sqrt(5), within(1e-9));
        assertThat(Separability.of(segment.rowsBetween(2, 3)).margin()).isCloseTo(1, within(1e-9));
        assertThat(Separability.of(Matrix.of(new double[][] {{1, 2}, {-1, -2}})).margin())
                .isZero();
    }

    @Test
    void of_degeneratePoints_decides() {
        assertThat(answer(new double[][] {{1, 0}})).isEqualTo(Answer.SEPARABLE);
        assertThat(answer(new double[][] {{0, 0}})).isEqualTo(Answer.INSEPARABLE);
        assertThat(answer(new double[][] {{1, 0}, {0, 0}})).isEqualTo(Answer.INSEPARABLE);
        assertThat(answer(new double[][] {{1, 2}, {-1, -2}})).isEqualTo(Answer.INSEPARABLE);
        assertThat(answer(new double[][] {{1, 2}, {1, 2}, {1, 2}})).isEqualTo(Answer.SEPARABLE);
        assertThat(answer(new double[][] {{1e5, 1e5}, {1, 0.1}})).isEqualTo(Answer.SEPARABLE);
    }

    /**
     * Cover 1965: of P points in general position in N dimensions, 2 sum_(k < N) C(P - 1, k) of the 2^P dichotomies.
     */
    @Test
    void of_allDichotomies_areAsManyAsCoverCounts() {
        Random random = new Random(2);
        for (int[] size : new int[][] {{7, 2}, {7, 3}, {8, 4}}) {
            double[][] points = new double[size[0]][size[1]];
            for (double[] point : points) {
                Arrays.setAll(point, d -> random.nextGaussian());
            }
            int separable = 0;
            for (int side = 0; side < 1 << size[0]; side++) {
                double[][] signed = new double[size[0]][size[1]];
                for (int i = 0; i < size[0]; i++) {
                    int sign = (side >> i & 1) == 1 ? 1 : -1;
                    double[] point = points[i];
                    Arrays.setAll(signed[i], d -> sign * point[d]);
                }
                separable += answer(signed) == Answer.SEPARABLE ? 1 : 0;
            }
            assertThat(separable).isEqualTo(cover(size[0], size[1]));
        }
    }

    private static int cover(int points, int dimensions) {
        int sum = 0;
        int binomial = 1;
        for (int k = 0; k < dimensions; k++) {
            sum += 2 * binomial;
            binomial = binomial * (points - 1 - k) / (k + 1);
        }
        return sum;
    }

    @Test
    void crossing_unorderedRates_arePooled() {
        List<Count> counts = List.of(
                new Count(1, 0, 10),
                new Count(2, 4, 10),
                new Count(3, 2, 10),
                new Count(5, 9, 10),
                new Count(6, 10, 10));
        // 4 and 2 of 10 become 3 of 10 each; from there to 9 of 10 two places on, one half is a third of the way.
        assertThat(IsotonicThreshold.of(counts)).isCloseTo(3 + 2.0 / 3, within(1e-12));
        assertThat(IsotonicThreshold.of(List.of(new Count(1, 9, 10)))).isEqualTo(1);
        assertThat(IsotonicThreshold.of(List.of(new Count(1, 0, 10), new Count(4, 1, 10))))
                .isEqualTo(4);
    }

    private static Answer answer(double[][] points) {
        return Separability.of(Matrix.of(points)).answer();
    }
}
