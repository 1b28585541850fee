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
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jetbrains.bio.npy.NpyArray;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

    /**
     * The classes of {@code correlated-axes} span planes along the same two axes. In 39 of its 60 pairs whole classes lie
     * on the face that carries the projection, and the anchors of two such classes can move against each other at equal
     * length. Capacity is unique, the geometry is not: {@code make.py} itself, run again with another SciPy, has a
     * dimension of 0.428251 in place of 0.428273, and between 0.4281 and 0.4291 for eight rotations of its input; other
     * solutions of the same optimality have radii from 1.29 to 1.53.
     */
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
        CorrelatedProblems problems = new CorrelatedProblems(points, directions, matrix(name + ".y.npy"));
        for (int k = 0; k < options.pairs(); k++) {
            PairWeights found = problems.solve(k);
            double want = expected.get(k).asDouble();
            assertThat(found.squaredLength()).as("pair " + k).isCloseTo(want, within(1e-6 * Math.max(1, want)));
        }
    }

    /** The first of equal slopes enters, so a rotation changes nothing, and another order of the points does. */
    @Test
    void of_pointsOfACommonFace_dependsOnTheirOrderAndNotOnARotation() {
        requireReference();
        String name = "correlated-axes";
        ManifoldSource classes = points(name);
        CorrelatedCapacity found = measured(classes, options(name));
        assertThat(found.cautions()).containsEntry(Caution.ANCHORS_NOT_UNIQUE, List.of());
        Matrix directions = matrix(name + ".t.npy");
        Random random = new Random(1);
        Matrix turn = Matrix.zeros(directions.columns(), directions.columns());
        Arrays.setAll(turn.values(), k -> random.nextGaussian());
        Blas.orthonormalRows(turn);
        CorrelatedOptions turnedOptions = new CorrelatedOptions(
                directions.rows(), options(name).dichotomies(), Optional.of(directions.times(turn)), 0);
        CorrelatedCapacity turned =
                measured(changed(classes, m -> classes.points(m).times(turn)), turnedOptions);
        for (CorrelatedFigure figure : CorrelatedFigure.values()) {
            assertThat(value(turned, figure)).as(figure.name()).isCloseTo(value(found, figure), within(1e-9));
        }
        int[] backwards = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0};
        CorrelatedCapacity reordered =
                measured(changed(classes, m -> classes.points(m).rowsAt(backwards)), options(name));
        assertThat(reordered.capacity().value()).isCloseTo(found.capacity().value(), within(1e-9));
        assertThat(Math.abs(value(reordered, CorrelatedFigure.RADIUS) - value(found, CorrelatedFigure.RADIUS)))
                .isBetween(1e-4, 0.2);
    }

    private static ManifoldSource changed(ManifoldSource classes, IntFunction<Matrix> points) {
        List<String> names =
                IntStream.range(0, classes.count()).mapToObj(classes::name).toList();
        return ManifoldSource.of(names, points);
    }

    private static double value(CorrelatedCapacity found, CorrelatedFigure figure) {
        return found.figure(figure).orElseThrow().value();
    }

    private static CorrelatedCapacity measured(ManifoldSource points, CorrelatedOptions options) {
        return CorrelatedCapacity.of(points, options, TaskRunner.IN_TURN, CapacityProgress.NONE);
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
