package org.mmcr.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NonNegativeLeastSquaresTest {
    /** Over every subset of free variables: the least value among the solutions that are feasible. */
    @ParameterizedTest
    @CsvSource({"3,3", "6,4", "8,3", "9,12"})
    void solve_smallProblems_agreesWithAllSubsets(int size, int dimension) {
        Random random = new Random(size * 31L + dimension);
        double[][] points = points(size, dimension, random);
        double[][] gram = gram(points);
        NonNegativeLeastSquares solver = new NonNegativeLeastSquares(gram);
        for (int problem = 0; problem < 40; problem++) {
            double[] b = products(points, random);
            double[] x = solver.solve(b);
            assertThat(Arrays.stream(x).min().orElseThrow()).isNotNegative();
            assertThat(value(gram, b, x)).isCloseTo(bySubsets(gram, b), within(1e-9));
            assertThat(solver.gap(b)).isLessThan(1e-10);
        }
    }

    /** The result does not depend on the previous call. */
    @ParameterizedTest
    @CsvSource({"3,3", "30,5", "60,4", "40,60"})
    void solve_afterAnother_isAsIfItWereTheFirst(int size, int dimension) {
        Random random = new Random(size);
        double[][] points = points(size, dimension, random);
        double[][] gram = gram(points);
        NonNegativeLeastSquares used = new NonNegativeLeastSquares(gram);
        for (int problem = 0; problem < 60; problem++) {
            double[] b = products(points, random);
            assertThat(used.solve(b)).isEqualTo(new NonNegativeLeastSquares(gram).solve(b));
            assertThat(used.gap(b)).isLessThan(1e-10);
        }
    }

    /** Variables are added in three parts; the values of the earlier ones are the start. */
    @ParameterizedTest
    @CsvSource({"9,20", "60,40", "200,50", "200,8"})
    void improve_moreVariables_isTheSolutionOfAll(int size, int dimension) {
        Random random = new Random(size);
        double[][] gram = gram(points(size, dimension, random));
        NonNegativeLeastSquares grown = new NonNegativeLeastSquares(new double[0][]);
        for (int problem = 0; problem < 10; problem++) {
            double[] b = products(points(size, dimension, new Random(size)), random);
            grown.clear();
            for (int part = 1; part <= 3; part++) {
                grown.enlarge(gram, size * part / 3);
                grown.improve(b);
            }
            assertThat(grown.gap(b)).isLessThan(1e-9);
            double[] expected = new NonNegativeLeastSquares(gram).solve(b);
            assertThat(value(gram, b, grown.solution())).isCloseTo(value(gram, b, expected), within(1e-9));
            assertThat(grown.freeCount()).isEqualTo((int)
                    Arrays.stream(grown.solution()).filter(value -> value > 0).count());
        }
    }

    @Test
    void solve_duplicateAndZeroColumns_areLeftOut() {
        double[][] points = {{1, 2}, {1, 2}, {0, 0}, {3, -1}, {1, 2}};
        double[][] gram = gram(points);
        NonNegativeLeastSquares solver = new NonNegativeLeastSquares(gram);
        double[] b = {1, 1, -0.5, 0.7, 1};
        double[] x = solver.solve(b);
        double[][] distinct = gram(new double[][] {{1, 2}, {3, -1}});
        assertThat(value(gram, b, x)).isCloseTo(bySubsets(distinct, new double[] {1, 0.7}), within(1e-10));
    }

    @Test
    void solve_scalesFarApart_stillOptimal() {
        Random random = new Random(4);
        double[][] points = points(40, 15, random);
        for (int i = 0; i < 20; i++) {
            for (int d = 0; d < 14; d++) {
                points[i][d] *= 1e5;
            }
        }
        NonNegativeLeastSquares solver = new NonNegativeLeastSquares(gram(points));
        for (int problem = 0; problem < 30; problem++) {
            double[] b = products(points, random);
            solver.solve(b);
            assertThat(solver.gap(b)).isLessThan(1e-6);
        }
    }

    @Test
    void solve_nothingToGain_isZero() {
        NonNegativeLeastSquares solver = new NonNegativeLeastSquares(gram(points(4, 6, new Random(1))));
        assertThat(solver.solve(new double[] {-1, 0, -2, -0.1})).containsOnly(0);
    }

    /**
     * Returns the products of the points with a random direction; with the last coordinate of all points 1, the problem
     * has a solution.
     */
    private static double[] products(double[][] points, Random random) {
        double[] t = random.doubles(points[0].length, -2, 2).toArray();
        double[] products = new double[points.length];
        for (int i = 0; i < products.length; i++) {
            for (int d = 0; d < t.length; d++) {
                products[i] += points[i][d] * t[d];
            }
        }
        return products;
    }

    private static double[][] points(int count, int dimension, Random random) {
        double[][] points = new double[count][dimension];
        for (double[] point : points) {
            for (int d = 0; d < dimension; d++) {
                point[d] = d == dimension - 1 ? 1 : random.nextGaussian();
            }
        }
        return points;
    }

    private static double[][] gram(double[][] points) {
        double[][] gram = new double[points.length][points.length];
        for (int i = 0; i < points.length; i++) {
            for (int k = 0; k < points.length; k++) {
                for (int d = 0; d < points[i].length; d++) {
                    gram[i][k] += points[i][d] * points[k][d];
                }
            }
        }
        return gram;
    }

    private static double value(double[][] gram, double[] b, double[] x) {
        double value = 0;
        for (int i = 0; i < b.length; i++) {
            value -= b[i] * x[i];
            for (int k = 0; k < b.length; k++) {
                value += gram[i][k] * x[i] * x[k] / 2;
            }
        }
        return value;
    }

    private static double bySubsets(double[][] gram, double[] b) {
        double least = 0;
        for (int subset = 1; subset < 1 << b.length; subset++) {
            double[] x = solveSubset(gram, b, subset);
            boolean feasible = true;
            for (double value : x) {
                feasible &= value >= -1e-12 && !Double.isNaN(value);
            }
            if (feasible) {
                least = Math.min(least, value(gram, b, x));
            }
        }
        return least;
    }

    /** Gauss elimination with pivoting; NaN where singular. */
    private static double[] solveSubset(double[][] gram, double[] b, int subset) {
        int[] members =
                IntStream.range(0, b.length).filter(i -> (subset >> i & 1) == 1).toArray();
        int n = members.length;
        double[][] a = new double[n][n + 1];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                a[i][k] = gram[members[i]][members[k]];
            }
            a[i][n] = b[members[i]];
        }
        for (int i = 0; i < n; i++) {
            int pivot = i;
            for (int k = i + 1; k < n; k++) {
                pivot = Math.abs(a[k][i]) > Math.abs(a[pivot][i]) ? k : pivot;
            }
            double[] swap = a[i];
            a[i] = a[pivot];
            a[pivot] = swap;
            if (Math.abs(a[i][i]) < 1e-9) {
                double[] none = new double[b.length];
                Arrays.fill(none, Double.NaN);
                return none;
            }
            for (int k = 0; k < n; k++) {
                if (k != i) {
                    double factor = a[k][i] / a[i][i];
                    for (int j = i; j <= n; j++) {
                        a[k][j] -= factor * a[i][j];
                    }
                }
            }
        }
        double[] x = new double[b.length];
        for (int i = 0; i < n; i++) {
            x[members[i]] = a[i][n] / a[i][i];
        }
        return x;
    }
}
