package org.mmcr.simulations.uniform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.core.theory.MmcrBounds;
import org.mmcr.objective.PointerScopeExtension;

@ExtendWith(PointerScopeExtension.class)
@Tag("long")
class UniformSimulationTest {
    /** One thread: two thread pools compete on few cores, and small matrices gain nothing from either. */
    @BeforeAll
    static void useOneThread() {
        openblas_nolapack.blas_set_num_threads(1);
    }

    @ParameterizedTest
    @CsvSource({"60, 60", "60, 61", "200, 20", "20, 200", "150, 150"})
    void ofGram_smallMatrices_isTheSumOfSingularValues(long rows, long columns) {
        torch.manual_seed(rows + columns);
        Tensor matrix = torch.randn(rows, columns).to(ScalarType.Double);
        double expected = torch.linalg_svdvals(matrix).sum().item_double();
        assertThat(UniformSimulation.ofGram(torch.matmul(matrix, matrix.t())))
                .isCloseTo(expected, within(1e-7 * expected));
        assertThat(UniformSimulation.ofGram(torch.matmul(matrix.t(), matrix)))
                .isCloseTo(expected, within(1e-7 * expected));
    }

    /** Means over 40,000 draws of a NumPy program, as percent error; both ways of drawing. */
    @ParameterizedTest
    @CsvSource({
        "10, 10, 0.14559",
        "10, 12, 0.11456",
        "12, 10, 0.11441",
        "10, 40, 0.02962",
        "40, 10, 0.02949",
        "20, 25, 0.11166"
    })
    void nuclearNorm_manyDraws_hasTheMeanOfFullDraws(long points, long dimensions, double percentError) {
        int draws = 2000;
        double[] errors = LongStream.range(0, draws)
                .mapToDouble(seed -> MmcrBounds.percentError(
                        UniformSimulation.exact(points, dimensions, seed).nuclearNorm(), points, dimensions))
                .toArray();
        double mean = LongStream.range(0, draws)
                .mapToDouble(i -> errors[(int) i])
                .average()
                .orElseThrow();
        double variance = LongStream.range(0, draws)
                        .mapToDouble(i -> Math.pow(errors[(int) i] - mean, 2))
                        .sum()
                / (draws - 1);
        assertThat(mean).isCloseTo(percentError, within(4 * Math.sqrt(variance / draws) + 0.003 * percentError));
    }

    @Test
    void nuclearNorm_sameSeed_isTheSameNumber() {
        assertThat(UniformSimulation.exact(30, 50, 7).nuclearNorm())
                .isEqualTo(UniformSimulation.exact(30, 50, 7).nuclearNorm());
        assertThat(UniformSimulation.exact(30, 50, 7).nuclearNorm())
                .isNotEqualTo(UniformSimulation.exact(30, 50, 8).nuclearNorm());
    }

    @Test
    void nuclearNorm_oneSampleOrOneDimension_reachesTheBound() {
        assertThat(UniformSimulation.exact(1, 9, 1).nuclearNorm()).isCloseTo(1, within(1e-12));
        assertThat(UniformSimulation.exact(9, 1, 1).nuclearNorm()).isCloseTo(3, within(1e-12));
    }

    /** A size that uses the two-stage reduction; the sum of the roots of a diagonal matrix is known. */
    @Test
    void ofGram_largeMatrix_isTheSumOfSingularValues() {
        torch.manual_seed(4);
        Tensor matrix = torch.randn(2100, 2200).to(ScalarType.Double);
        double expected = torch.linalg_svdvals(matrix).sum().item_double();
        assertThat(UniformSimulation.ofGram(torch.matmul(matrix, matrix.t())))
                .isCloseTo(expected, within(1e-9 * expected));
    }

    /** Compares moments of the drawn Gram matrix with those of points normalised in plain Java. */
    @ParameterizedTest
    @CsvSource({"70, 70", "70, 300", "300, 70"})
    void gram_anyShape_hasUnitTraceAndSecondMoment(long points, long dimensions) {
        int draws = 200;
        double[] seconds = new double[draws];
        for (int seed = 0; seed < draws; seed++) {
            Tensor gram =
                    UniformGram.draw(points, dimensions, seed, ScalarType.Float).to(ScalarType.Double);
            assertThat(gram.trace().item_double()).isCloseTo((double) points, within(1e-4 * (double) points));
            assertThat(gram.triu(1).abs().max().item_double()).isZero();
            Tensor lower = gram.tril(-1);
            seconds[seed] = 2 * lower.square().sum().item_double()
                    + gram.diagonal().square().sum().item_double();
        }
        // E tr G^2 = N + N (N - 1) / D for both Gram matrices.
        double expected = points + points * (points - 1.0) / dimensions;
        double mean = Arrays.stream(seconds).average().orElseThrow();
        double deviation = Math.sqrt(Arrays.stream(seconds)
                        .map(value -> (value - mean) * (value - mean))
                        .sum()
                / (draws - 1));
        assertThat(mean).isCloseTo(expected, within(4 * deviation / Math.sqrt(draws)));
    }

    /** A seed determines the points, so the estimate is compared with the exact value. */
    @ParameterizedTest
    @CsvSource({
        "79, 79",
        "158, 158",
        "316, 316",
        "316, 630",
        "630, 316",
        "800, 100",
        "100, 3000",
        "630, 630",
        "1258, 1258"
    })
    void fast_anyShape_isWithinItsStandardError(long points, long dimensions) {
        int draws = points > 1000 ? 3 : 8;
        double[] exact = new double[draws];
        for (int seed = 0; seed < draws; seed++) {
            exact[seed] = UniformSimulation.exact(points, dimensions, seed).nuclearNorm();
            UniformSimulation.Draw fast = UniformSimulation.fast(points, dimensions, seed);
            assertThat(fast.nuclearNorm())
                    .isCloseTo(exact[seed], within(2 * fast.standardError() + 5e-7 * exact[seed]));
            // This is a few percent of the percent error.
            double missing = MmcrBounds.upperBound(points, dimensions) - exact[seed];
            assertThat(fast.standardError()).isLessThan(0.002 * missing);
        }
    }

    @Test
    void fast_smallSize_isExact() {
        assertThat(UniformSimulation.fast(40, 90, 3)).isEqualTo(UniformSimulation.exact(40, 90, 3));
    }
}
