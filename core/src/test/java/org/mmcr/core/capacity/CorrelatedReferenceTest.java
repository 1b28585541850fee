package org.mmcr.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jetbrains.bio.npy.NpyArray;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.core.capacity.ConeProjection.Weights;

/**
 * The correlated capacity of given points, directions and dichotomies beside that of a program in NumPy and SciPy.
 *
 * <p>In two pairs of one case all points of a class have the same slope up to rounding, and the solution is not unique.
 * There the program itself gives other figures with another release of SciPy (a dimension of 0.42825 in place of
 * 0.42827); capacity does not depend on the choice.
 */
class CorrelatedReferenceTest {
    private static final Path FOLDER = Path.of(System.getProperty("mmcr.shared", "../shared"), "reference", "glue");

    static Stream<String> cases() throws IOException {
        requireReference();
        List<String> names = new ArrayList<>();
        expected().fieldNames().forEachRemaining(names::add);
        return names.stream();
    }

    private static void requireReference() {
        assumeTrue(Files.isDirectory(FOLDER), "reference values are not on this machine: no folder " + FOLDER);
    }

    private static JsonNode expected() throws IOException {
        return new ObjectMapper().readTree(FOLDER.resolve("cases.json").toFile());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void of_givenPairs_hasTheReferenceFigures(String name) throws IOException {
        JsonNode expected = expected().get(name);
        CorrelatedCapacity found =
                CorrelatedCapacity.of(points(name), options(name), TaskRunner.IN_TURN, CapacityProgress.NONE);
        for (CorrelatedFigure figure : CorrelatedFigure.values()) {
            JsonNode value = expected.get(figure.name().toLowerCase(Locale.ROOT));
            if (value.isNull()) {
                assertThat(found.figure(figure)).as(figure.name()).isEmpty();
            } else {
                double want = value.asDouble();
                boolean ambiguous = name.equals("correlated-axes") && figure != CorrelatedFigure.CAPACITY;
                double tolerance = ambiguous ? 2e-2 : 1e-6;
                assertThat(found.figure(figure).orElseThrow().value())
                        .as(figure.name())
                        .isCloseTo(want, within(tolerance * Math.max(1, Math.abs(want))));
            }
        }
        assertThat(found.worstKktGap()).isLessThan(1e-9);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void weights_ofEachPair_haveTheReferenceProjection(String name) throws IOException {
        JsonNode expected = expected().get(name).get("projections");
        CorrelatedPoints points = new CorrelatedPoints(points(name), CapacityProgress.NONE);
        CorrelatedOptions options = options(name);
        Matrix directions = points.coordinates(options.directions().orElseThrow());
        for (int k = 0; k < options.pairs(); k++) {
            Weights found = points.cone(directions.row(k), options.dichotomies().signs(k, points.count(), 0))
                    .weights();
            double want = expected.get(k).asDouble();
            assertThat(found.squaredLength()).as("pair " + k).isCloseTo(want, within(1e-6 * Math.max(1, want)));
        }
    }

    /** Half a unit of squared projection for each of ten orthonormal points. */
    @Test
    void of_orthonormalPoints_tendsToTwo() {
        requireReference();
        CorrelatedCapacity found = CorrelatedCapacity.of(
                points("orthonormal-points"), options("orthonormal-points"), TaskRunner.IN_TURN, CapacityProgress.NONE);
        assertThat(found.capacity().low()).isLessThan(2);
        assertThat(found.capacity().high()).isGreaterThan(2);
    }

    private static ManifoldSource points(String name) {
        NpyArray array = NpyFile.read(FOLDER.resolve(name + ".points.npy"), Integer.MAX_VALUE);
        int[] shape = array.getShape();
        double[] values = array.asDoubleArray();
        int each = shape[1] * shape[2];
        List<String> names =
                IntStream.range(0, shape[0]).mapToObj(String::valueOf).toList();
        return ManifoldSource.of(
                names, m -> new Matrix(shape[1], shape[2], Arrays.copyOfRange(values, m * each, (m + 1) * each)));
    }

    private static CorrelatedOptions options(String name) {
        Matrix directions = matrix(name + ".t.npy");
        return new CorrelatedOptions(
                directions.rows(), new Dichotomies.Given(matrix(name + ".y.npy")), Optional.of(directions), 0);
    }

    private static Matrix matrix(String file) {
        NpyArray array = NpyFile.read(FOLDER.resolve(file), Integer.MAX_VALUE);
        return new Matrix(array.getShape()[0], array.getShape()[1], array.asDoubleArray());
    }
}
