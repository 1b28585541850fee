package org.mmcr.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.BlasThreads;
import org.mmcr.core.capacity.CorrelationDescent.Directions;

class CorrelationDescentTest {
    @BeforeAll
    static void useOneNativeThread() {
        BlasThreads.useOne();
    }

    /** The objective as it is defined, pair by pair: a minimum has no lower neighbour, a start has. */
    @ParameterizedTest
    @CsvSource({"6, 9, 1", "9, 30, 2", "12, 12, 3", "40, 7, 2"})
    void minimise_anyShape_endsAtAMinimumOfTheDefinition(int count, int ambient, int rank) {
        Matrix centres = centres(count, ambient, 5);
        CentreSpace space = new CentreSpace(centres);
        Random random = new Random(6);
        double[] start = gaussian(rank * space.dimension(), random);
        Directions found = new CorrelationDescent(space).minimise(start, 3000, 1e-14);
        double least = cost(centres, space.ambient(found.vectors()));
        assertThat(least).isLessThan(cost(centres, space.ambient(start)));
        for (int trial = 0; trial < 40; trial++) {
            double[] step = gaussian(start.length, random);
            double[] moved = new double[start.length];
            Arrays.setAll(moved, i -> found.vectors()[i] + 1e-3 * step[i]);
            assertThat(cost(centres, space.ambient(moved))).isGreaterThan(least - 1e-9);
        }
    }

    /**
     * One centre far out along a line of its own: its removal leaves hardly anything of it, and the sum is taken
     * directly.
     */
    @ParameterizedTest
    @ValueSource(doubles = {1e3, 1e6})
    void minimise_aCentreThatIsAllButRemoved_fallsByTheDefinition(double far) {
        Matrix centres = centres(7, 12, 8);
        centres.values()[3 * 12 + 2] += far;
        centres.subtractFromRows(centres.meanRow());
        CentreSpace space = new CentreSpace(centres);
        double[] start = gaussian(space.dimension(), new Random(9));
        Directions found = new CorrelationDescent(space).minimise(start, 3000, 1e-14);
        assertThat(cost(centres, space.ambient(found.vectors()))).isLessThan(cost(centres, space.ambient(start)));
        assertThat(found.images()).hasSize(7);
    }

    @ParameterizedTest
    @CsvSource({"6, 9", "30, 8"})
    void correlation_ofTheSpace_isThatOfTheCentres(int count, int ambient) {
        Matrix centres = centres(count, ambient, 7);
        CentreSpace space = new CentreSpace(centres);
        double[] vectors = gaussian(2 * space.dimension(), new Random(1));
        Matrix orthonormal = new Matrix(2, space.dimension(), vectors);
        Blas.orthonormalRows(orthonormal);
        Matrix left = without(centres, space.ambient(vectors));
        double sum = 0;
        for (int m = 0; m < count; m++) {
            for (int n = 0; n < count; n++) {
                sum += m == n ? 0 : Math.abs(cosine(left.row(m), left.row(n)));
            }
        }
        assertThat(space.correlation(space.images(orthonormal.values())))
                .isCloseTo(sum / (count * (count - 1.0)), within(1e-12));
    }

    /**
     * More centres than are multiplied in one piece, and too many directions for a product of one's own to be right by
     * chance.
     */
    @Test
    void without_manyCentres_isWhatIsLeftOfTheirProducts() {
        Matrix centres = centres(300, 9, 2);
        CentreSpace space = new CentreSpace(centres);
        double[] removed = gaussian(2 * 300, new Random(3));
        double unit = Math.pow(Arrays.stream(centres.rowLengths()).max().orElseThrow(), 2);
        List<Integer> firsts = new ArrayList<>();
        space.without(removed, (first, rows) -> {
            firsts.add(first);
            for (int m = 0; m < rows.rows(); m++) {
                for (int n = 0; n < 300; n++) {
                    double expected = Doubles.dot(centres.row(first + m), centres.row(n), 9) / unit
                            - removed[first + m] * removed[n]
                            - removed[300 + first + m] * removed[300 + n];
                    assertThat(rows.values()[m * 300 + n]).isCloseTo(expected, within(1e-12));
                }
            }
        });
        assertThat(firsts).containsExactly(0, 256);
    }

    /** Nearly orthonormal rows by the short way, and rows so askew that it would lose every digit by the long one. */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 1, 1e-9})
    void orthonormalAgain_anyRows_areThoseOfTheReflections(double apart) {
        Matrix rows = new Matrix(5, 40, gaussian(200, new Random(4)));
        Blas.orthonormalRows(rows);
        double[] moves = gaussian(200, new Random(5));
        for (int i = 0; i < 40; i++) {
            rows.values()[40 + i] = rows.values()[i] + apart * rows.values()[40 + i];
        }
        for (int i = 0; i < 200; i++) {
            rows.values()[i] += 0.1 * apart * moves[i];
        }
        Matrix reflected = rows.copy();
        Blas.orthonormalRows(reflected);
        Blas.orthonormalAgain(rows);
        assertThat(rows.values()).containsExactly(reflected.values(), within(1e-6));
        double[] inner = rows.products().values();
        for (int i = 0; i < 25; i++) {
            assertThat(inner[i]).isCloseTo(i % 6 == 0 ? 1 : 0, within(1e-13));
        }
    }

    private static double cost(Matrix centres, Matrix directions) {
        Matrix left = without(centres, directions);
        double cost = 0;
        for (int m = 0; m < centres.rows(); m++) {
            for (int n = 0; n < centres.rows(); n++) {
                double cosine = cosine(left.row(m), left.row(n));
                cost += cosine * cosine / 2;
            }
        }
        return cost;
    }

    private static double cosine(double[] a, double[] b) {
        return Doubles.dot(a, b, a.length) / Doubles.length(a) / Doubles.length(b);
    }

    private static Matrix without(Matrix centres, Matrix directions) {
        Matrix left = centres.copy();
        for (int m = 0; m < centres.rows(); m++) {
            for (int k = 0; k < directions.rows(); k++) {
                double along = Doubles.dot(centres.row(m), directions.row(k), centres.columns());
                for (int d = 0; d < centres.columns(); d++) {
                    left.values()[m * centres.columns() + d] -=
                            along * directions.row(k)[d];
                }
            }
        }
        return left;
    }

    private static Matrix centres(int count, int ambient, long seed) {
        Matrix centres = new Matrix(count, ambient, gaussian(count * ambient, new Random(seed)));
        centres.subtractFromRows(centres.meanRow());
        return centres;
    }

    private static double[] gaussian(int count, Random random) {
        return random.doubles(count).map(any -> random.nextGaussian()).toArray();
    }
}
