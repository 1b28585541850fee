package org.mmcr.core.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UniformEmbeddingsTest {
    /**
     * NumPy, float64: means of 40,000 draws (8,000 from 19 and 1,500 from 40 on), standard errors about 0.1 % of each.
     */
    @ParameterizedTest
    @CsvSource({
        "10, 10, 0.14559", "10, 12, 0.11450", "15, 10, 0.08723", "10, 20, 0.06255", "40, 10, 0.02955",
                "10, 200, 0.00568",
        "20, 20, 0.14893", "39, 19, 0.06300", "20, 25, 0.11170", "40, 40, 0.14991", "50, 40, 0.11305",
                "79, 79, 0.15060",
        "100, 100, 0.15076"
    })
    void percentError_smallSizes_isWithinOnePercentOfSimulations(long points, long dimensions, double simulated) {
        assertThat(UniformEmbeddings.percentError(points, dimensions)).isCloseTo(simulated, within(0.01 * simulated));
    }

    @Test
    void percentError_farFromSquare_isTheSecondMomentAlone() {
        assertThat(UniformEmbeddings.percentError(10, 1_000_000)).isCloseTo(9 / 8e6, within(1e-10));
        assertThat(UniformEmbeddings.percentError(1_000_000, 10)).isCloseTo(9 / 8e6, within(1e-10));
    }

    @Test
    void percentError_oneSampleOrOneDimension_isZero() {
        assertThat(UniformEmbeddings.percentError(1, 50)).isZero();
        assertThat(UniformEmbeddings.percentError(50, 1)).isZero();
    }

    @Test
    void nuclearNorm_referenceGrid_agreesWithinTheDeviationOfItsDraws() throws IOException {
        Path file = Path.of(System.getProperty("mmcr.shared", "../shared"), "reference", "figure1", "numpy.csv");
        assumeTrue(Files.exists(file), "reference values are not on this machine: no " + file);
        Map<List<Long>, List<Double>> cells = Files.readAllLines(file).stream()
                .skip(1)
                .map(line -> line.split(",", -1))
                .collect(Collectors.groupingBy(
                        fields -> List.of(Long.valueOf(fields[0]), Long.valueOf(fields[1])),
                        Collectors.mapping(fields -> Double.valueOf(fields[3]), Collectors.toList())));
        assertThat(cells).hasSizeGreaterThan(100);
        cells.forEach((size, draws) -> {
            double mean = draws.stream().mapToDouble(x -> x).average().orElseThrow();
            double variance =
                    draws.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum() / Math.max(1, draws.size() - 1);
            double expected = UniformEmbeddings.nuclearNorm(size.get(0), size.get(1));
            double missing = MmcrBounds.upperBound(size.get(0), size.get(1)) - expected;
            // Five draws know their own spread badly: six of their standard errors are some four of the true one.
            double tolerance = 6 * Math.sqrt(variance / draws.size()) + 0.01 * missing;
            assertThat(mean).as("N, D = %s", size).isCloseTo(expected, within(tolerance));
        });
    }
}
