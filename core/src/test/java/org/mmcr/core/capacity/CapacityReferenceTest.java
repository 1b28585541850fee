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
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jetbrains.bio.npy.NpyArray;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.core.BlasThreads;

class CapacityReferenceTest {
    private static final Path FOLDER = Path.of(System.getProperty("mmcr.shared", "../shared"), "reference", "capacity");

    /** Two pools of spinning threads would starve one another. */
    @BeforeAll
    static void useOneNativeThread() {
        BlasThreads.useOne();
    }

    private static Stream<JsonNode> cases(String kind) throws IOException {
        assumeTrue(Files.isDirectory(FOLDER), "reference values are not on this machine: no folder " + FOLDER);
        JsonNode all = new ObjectMapper().readTree(FOLDER.resolve("cases.json").toFile());
        return StreamSupport.stream(all.get(kind).spliterator(), false);
    }

    static Stream<JsonNode> single() throws IOException {
        return cases("single");
    }

    static Stream<JsonNode> whole() throws IOException {
        return cases("whole");
    }

    @ParameterizedTest
    @MethodSource("single")
    void geometry_givenDirections_matchesReference(JsonNode expected) {
        String name = "single_" + expected.get("name").asText();
        ManifoldGeometry found = ManifoldGeometry.of(
                Matrix.of(transposed(name + ".points.npy")),
                transposed(name + ".t.npy"),
                expected.get("kappa").asDouble());
        assertRelative(found.capacity(), expected.get("capacity").asDouble(), 1e-5);
        assertRelative(found.radius(), expected.get("radius").asDouble(), 1e-5);
        assertRelative(found.dimension(), expected.get("dimension").asDouble(), 1e-5);
        assertThat(found.worstGap()).isLessThan(1e-9);
    }

    /** The reference's own random directions are not known: its mean and spread over five seeds are. */
    @ParameterizedTest
    @MethodSource("whole")
    void summary_ownDirections_isWithinTheReferencesSpread(JsonNode expected) {
        List<Matrix> manifolds = manifolds("whole_" + expected.get("name").asText() + ".npy");
        Preparation preparation = preparation(manifolds);
        assertRelative(
                preparation.structure().correlation(),
                expected.get("centre_correlation").asDouble(),
                1e-6);
        assertThat(preparation.structure().rank())
                .isEqualTo(expected.get("low_rank_K").get(0).asInt());
        Matrix all = preparation.centring().centred(Matrix.concatenated(manifolds));
        Spectrum spectrum = Spectrum.of(all.lowerProductsOfColumns());
        assertRelative(
                spectrum.participationRatio(),
                expected.get("participation_ratio").asDouble(),
                1e-6);
        assertThat(spectrum.explainedVarianceDimension())
                .isEqualTo(expected.get("explained_variance_dims").asInt());
        CapacitySummary found = summary(preparation, manifolds);
        assertWithin(found.capacity(), expected, "capacity");
        assertWithin(found.radius(), expected, "radius");
        assertWithin(found.dimension(), expected, "dimension");
    }

    private static Preparation preparation(List<Matrix> manifolds) {
        return Preparation.of(
                Centring.of(IntStream.range(0, manifolds.size())
                        .mapToObj(i -> ManifoldMoments.of(String.valueOf(i), manifolds.get(i)))
                        .toList()),
                0);
    }

    private static CapacitySummary summary(Preparation preparation, List<Matrix> manifolds) {
        Random random = new Random(11);
        List<ManifoldGeometry> all = new ArrayList<>();
        for (int i = 0; i < manifolds.size(); i++) {
            PreparedManifold one = preparation.prepare(i, manifolds.get(i));
            all.add(ManifoldGeometry.of(one.coordinates(), ManifoldGeometry.directions(300, one.span(), random), 0));
        }
        return CapacitySummary.of(
                all, all.stream().map(one -> one.resampled(400, random)).toList());
    }

    private static void assertWithin(CapacitySummary.Interval found, JsonNode expected, String key) {
        double mean = expected.get(key + "_mean").asDouble();
        double spread = expected.get(key + "_sd").asDouble();
        assertThat(found.value()).as(key).isCloseTo(mean, within(Math.max(4 * spread, 0.03 * mean)));
        assertThat(found.value()).as(key).isBetween(found.low(), found.high());
    }

    private static void assertRelative(double actual, double expected, double tolerance) {
        assertThat(actual).isCloseTo(expected, within(tolerance * Math.abs(expected)));
    }

    private static double[][] transposed(String file) {
        NpyArray array = NpyFile.read(FOLDER.resolve(file), Integer.MAX_VALUE);
        double[] flat = array.asDoubleArray();
        int rows = array.getShape()[0];
        int columns = array.getShape()[1];
        return IntStream.range(0, columns)
                .mapToObj(c -> IntStream.range(0, rows)
                        .mapToDouble(r -> flat[r * columns + c])
                        .toArray())
                .toArray(double[][]::new);
    }

    private static List<Matrix> manifolds(String file) {
        NpyArray array = NpyFile.read(FOLDER.resolve(file), Integer.MAX_VALUE);
        int[] shape = array.getShape();
        double[] values = array.asDoubleArray();
        int each = shape[1] * shape[2];
        return IntStream.range(0, shape[0])
                .mapToObj(i -> new Matrix(shape[1], shape[2], Arrays.copyOfRange(values, i * each, (i + 1) * each)))
                .toList();
    }
}
