package org.mmcr.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.Precision;

class WhiteningTest {
    @TempDir
    Path folder;

    /** Correlated columns of different scale, away from the origin. */
    private static float[][] correlated(int n, int width, long seed) {
        Random random = new Random(seed);
        float[][] rows = new float[n][width];
        for (float[] row : rows) {
            double shared = random.nextGaussian();
            for (int j = 0; j < width; j++) {
                row[j] = (float) (3 + (1 + j) * (shared + 0.5 * random.nextGaussian()));
            }
        }
        return rows;
    }

    private static Tensor tensor(float[][] rows) {
        return Examples.set(rows, new int[rows.length], Examples.names(1)).features();
    }

    private static double[][] doubles(Tensor tensor) {
        int n = (int) tensor.size(0);
        int width = (int) tensor.size(1);
        double[][] rows = new double[n][width];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < width; j++) {
                rows[i][j] = tensor.data_ptr_float().get((long) i * width + j);
            }
        }
        return rows;
    }

    private static double[][] covariance(double[][] rows) {
        int width = rows[0].length;
        double[] mean = new double[width];
        for (double[] row : rows) {
            for (int j = 0; j < width; j++) {
                mean[j] += row[j] / rows.length;
            }
        }
        double[][] c = new double[width][width];
        for (double[] row : rows) {
            for (int i = 0; i < width; i++) {
                for (int j = 0; j < width; j++) {
                    c[i][j] += (row[i] - mean[i]) * (row[j] - mean[j]) / rows.length;
                }
            }
        }
        return c;
    }

    /** 9 features: more rows, as many, and fewer, of which a mean takes one direction. */
    @ParameterizedTest
    @CsvSource({"500, 9", "10, 9", "9, 8", "5, 4", "2, 1"})
    void apply_noRidge_trainingRowsHaveTheIdentityAsCovariance(int n, int directions) {
        try (PointerScope scope = new PointerScope()) {
            Tensor features = tensor(correlated(n, 9, 1));
            Whitening whitening = Whitening.of(features, 0);
            assertThat(whitening.width()).isEqualTo(directions);
            assertThat(whitening.samples()).isEqualTo(n);
            double[][] covariance = covariance(doubles(whitening.apply(features)));
            for (int i = 0; i < directions; i++) {
                for (int j = 0; j < directions; j++) {
                    assertThat(covariance[i][j]).isCloseTo(i == j ? 1 : 0, within(1e-3));
                }
            }
        }
    }

    /** In the diagonal case the directions are the columns, and everything is known in closed form. */
    @Test
    void apply_uncorrelatedColumns_dividesByTheRootOfVarianceAndRidge() {
        float[][] rows = new float[8][2];
        for (int i = 0; i < 8; i++) {
            rows[i][0] = (i & 1) == 0 ? 1 : 5; // mean 3, variance 4
            rows[i][1] = (i & 2) == 0 ? -7 : -5; // mean -6, variance 1
        }
        try (PointerScope scope = new PointerScope()) {
            double[][] found =
                    doubles(Whitening.of(tensor(rows), 0.1).apply(tensor(new float[][] {{5, -5}, {3, -6}, {13, -9}})));
            double mean = 2.5;
            double[][] expected = {{2, 1}, {0, 0}, {10, -3}};
            for (int i = 0; i < 3; i++) {
                assertThat(found[i][0]).isCloseTo(expected[i][0] / Math.sqrt(4 + 0.1 * mean), within(1e-5));
                assertThat(found[i][1]).isCloseTo(expected[i][1] / Math.sqrt(1 + 0.1 * mean), within(1e-5));
            }
        }
    }

    @Test
    void layer_equalsApply() {
        try (PointerScope scope = new PointerScope()) {
            Tensor features = tensor(correlated(50, 6, 2));
            Whitening whitening = Whitening.of(features);
            Map<String, Tensor> layer = whitening.layer();
            assertThat(layer.get("weight").size(0)).isEqualTo(6);
            Tensor byLayer = torch.linear(features, layer.get("weight")).add(layer.get("bias"));
            assertThat(byLayer.sub(whitening.apply(features)).abs().max().item_double())
                    .isLessThan(1e-4);
        }
    }

    @Test
    void whitenedFeatures_areComputedOnTheDeviceOfTheirModel() {
        ComputeDevice meta = new ComputeDevice(ComputeDevice.Kind.META, 0);
        Encoder encoder = FeatureExtractorTest.SPEC.build(5);
        encoder.eval();
        encoder.to(meta);
        EncoderFeatures model = new EncoderFeatures(encoder, FeatureExtractorTest.VIEW, Precision.FP32);
        try (PointerScope scope = new PointerScope()) {
            Whitening whitening = Whitening.of(tensor(correlated(20, model.width(), 1)));
            assertThat(new WhitenedFeatures(model, whitening).device()).isEqualTo(meta);
        }
    }

    @Test
    void of_constantColumns_haveNoDirection() {
        float[][] rows = correlated(40, 5, 3);
        for (float[] row : rows) {
            row[1] = 7.25f;
            row[3] = 0;
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor features = tensor(rows);
            Whitening whitening = Whitening.of(features, 0);
            assertThat(whitening.width()).isEqualTo(3);
            double[][] covariance = covariance(doubles(whitening.apply(features)));
            assertThat(covariance[2][2]).isCloseTo(1, within(1e-3));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 20})
    void of_equalRows_areZeros(int n) {
        float[][] rows = new float[n][4];
        for (float[] row : rows) {
            row[0] = 0.1f;
            row[2] = -3.7f;
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor features = tensor(rows);
            Whitening whitening = Whitening.of(features, 0);
            assertThat(whitening.width()).isEqualTo(1);
            assertThat(whitening.apply(features).abs().max().item_double()).isZero();
        }
    }

    @Test
    void of_nanOrNothing_isOneSentence() {
        try (PointerScope scope = new PointerScope()) {
            for (int n : new int[] {3, 30}) {
                Tensor features = torch.ones(n, 5);
                features.data_ptr_float().put(7, Float.NaN);
                assertThatThrownBy(() -> Whitening.of(features))
                        .isInstanceOf(MmcrException.class)
                        .hasMessageContaining("found NaN or infinity");
            }
            assertThatThrownBy(() -> Whitening.of(torch.ones(0, 5))).hasMessageContaining("found none");
            Whitening five = Whitening.of(torch.randn(9, 5));
            assertThatThrownBy(() -> five.apply(torch.ones(2, 4)))
                    .hasMessageContaining("the 5 features")
                    .hasMessageContaining("found 4");
        }
    }

    @Test
    void read_written_isTheSameMap() throws IOException {
        Path file = folder.resolve("whitening.safetensors");
        try (PointerScope scope = new PointerScope()) {
            Tensor features = tensor(correlated(7, 9, 4));
            Whitening whitening = Whitening.of(features, 0.03);
            whitening.write(file, Map.of("encoder", "abc"));
            Whitening read = Whitening.read(file);
            assertThat(read.ridge()).isEqualTo(0.03);
            assertThat(read.samples()).isEqualTo(7);
            assertThat(read.features()).isEqualTo(9);
            assertThat(torch.equal(read.apply(features), whitening.apply(features)))
                    .isTrue();
            assertThat(Whitening.facts(file)).containsEntry("encoder", "abc");
        }
    }

    @Test
    void read_ofAnotherFormatOrSizes_isOneSentence() throws IOException {
        Path file = folder.resolve("whitening.safetensors");
        try (PointerScope scope = new PointerScope()) {
            Whitening.of(tensor(correlated(7, 3, 5))).write(file, Map.of());
        }
        String sound = Files.readString(file, StandardCharsets.ISO_8859_1);
        Map<String, String> changes = Map.of(
                "\"whitening_format\":\"1\"", "\"whitening_format\":\"2\"",
                "\"ridge\":\"0.1\"", "\"ridge\":\"-.1\"",
                "\"samples\":\"7\"", "\"samples\":\"x\"");
        for (Map.Entry<String, String> change : changes.entrySet()) {
            assertThat(sound).contains(change.getKey());
            String changed = sound.replace(change.getKey(), change.getValue());
            Files.write(file, changed.getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> Whitening.read(file))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining(change.getKey().contains("format") ? "found format 2" : "damaged");
        }
    }
}
