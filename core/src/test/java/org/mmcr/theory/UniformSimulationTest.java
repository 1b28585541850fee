package org.mmcr.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UniformSimulationTest {
    @ParameterizedTest
    @CsvSource({"60, 60", "60, 61", "200, 20", "20, 200", "150, 150"})
    void ofGram_smallMatrices_isTheSumOfSingularValues(long rows, long columns) {
        try (PointerScope scope = new PointerScope()) {
            torch.manual_seed(rows + columns);
            Tensor matrix = torch.randn(rows, columns).to(ScalarType.Double);
            double expected = torch.linalg_svdvals(matrix).sum().item_double();
            assertThat(UniformSimulation.ofGram(torch.matmul(matrix, matrix.t())))
                    .isCloseTo(expected, within(1e-7 * expected));
            assertThat(UniformSimulation.ofGram(torch.matmul(matrix.t(), matrix)))
                    .isCloseTo(expected, within(1e-7 * expected));
        }
    }

    /** Means and standard errors of NumPy's program over 40,000 draws, times the bound; both ways of drawing. */
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
                        UniformSimulation.nuclearNorm(points, dimensions, seed), points, dimensions))
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
        assertThat(UniformSimulation.nuclearNorm(30, 50, 7)).isEqualTo(UniformSimulation.nuclearNorm(30, 50, 7));
        assertThat(UniformSimulation.nuclearNorm(30, 50, 7)).isNotEqualTo(UniformSimulation.nuclearNorm(30, 50, 8));
    }

    @Test
    void nuclearNorm_oneDatumOrOneDimension_reachesTheBound() {
        assertThat(UniformSimulation.nuclearNorm(1, 9, 1)).isCloseTo(1, within(1e-12));
        assertThat(UniformSimulation.nuclearNorm(9, 1, 1)).isCloseTo(3, within(1e-12));
    }
}
