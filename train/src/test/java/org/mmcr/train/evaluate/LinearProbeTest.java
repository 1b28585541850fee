package org.mmcr.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.linalg.TensorArrays;

class LinearProbeTest {
    private static final ProbeOptions FIXED = new ProbeOptions(List.of(1e-2), 3, 0.2, 0, 200, 1e-7);

    @Test
    void evaluate_separableBlobs_accuracyOne() {
        Random random = new Random(1);
        int[] labels = Examples.labels(400, 5, random);
        FeatureSet train = Examples.set(Examples.blobs(labels, 12, 0.1, 3, random), labels, Examples.names(5));
        FeatureSet test = Examples.set(Examples.blobs(labels, 12, 0.1, 3, random), labels, Examples.names(5));
        ProtocolResult result = new LinearProbe().score(train, test).get(0);
        assertThat(result.score().top1()).isEqualTo(1);
        LinearProbe.Settings settings = (LinearProbe.Settings) result.settings();
        assertThat(settings.validationTop1()).hasValue(1);
        assertThat(settings.validationRows()).isBetween(50, 70);
        assertThat(settings.train()).isEqualTo(400);
        assertThat(settings.l2()).as("a tie goes to the strongest penalty").isEqualTo(1);
    }

    @Test
    void fit_overlappingBlobs_probabilitiesAgreeWithGradientDescentTwin() {
        Random random = new Random(2);
        int[] labels = Examples.labels(150, 3, random);
        float[][] rows = Examples.blobs(labels, 4, 2, 5, random);
        for (float[] row : rows) {
            row[2] = 40 + 0.01f * row[2]; // a far-off, barely varying feature must be standardised, not drowned
        }
        FeatureSet train = Examples.set(rows, labels, Examples.names(3));
        LinearModel model = new LinearProbe(FIXED).fit(train);
        double[][] expected = slowTwin(rows, labels, 3, 1e-2);
        double[][] found = model.probabilities(train.features(), 3);
        for (int i = 0; i < rows.length; i++) {
            assertThat(found[i]).containsExactly(expected[i], within(2e-4));
            assertThat(Arrays.stream(found[i]).sum()).isCloseTo(1, within(1e-6));
        }
    }

    @Test
    void fit_manyFeatures_gradientVanishesInFewEvaluations() {
        Random random = new Random(3);
        int[] labels = Examples.labels(600, 4, random);
        float[][] rows = Examples.blobs(labels, 30, 3, 5, random);
        for (float[] row : rows) {
            for (int j = 1; j < 30; j++) {
                row[j] = row[j - 1] + 0.05f * row[j]; // nearly collinear features: the hard case without curvature
            }
        }
        LinearModel model = new LinearProbe(new ProbeOptions(List.of(1e-4), 1, 0.2, 0, 60, 1e-6))
                .fit(Examples.set(rows, labels, Examples.names(4)));
        assertThat(model.settings().gradientMaxNorm()).isLessThan(5e-6);
        assertThat(model.settings().evaluations()).isLessThan(40);
    }

    /** Few labels on raw pixels: the search runs in the span of the rows, the gradient is that of all weights. */
    @Test
    void fit_fewerRowsThanFeatures_gradientVanishes() {
        Random random = new Random(6);
        int[] labels = Examples.labels(40, 3, random);
        float[][] rows = Examples.blobs(labels, 300, 2, 5, random);
        rows[1] = rows[0].clone(); // a span smaller than the number of rows
        LinearModel model = new LinearProbe(new ProbeOptions(List.of(1e-3), 1, 0.2, 0, 60, 1e-6))
                .fit(Examples.set(rows, labels, Examples.names(3)));
        assertThat(model.settings().gradientMaxNorm()).isLessThan(5e-6);
    }

    @Test
    void fit_uninformativeFeatures_classFrequencies() {
        // With constant features only the biases act: probabilities are the class frequencies, in closed form.
        float[][] rows = new float[100][2];
        int[] labels = new int[100];
        Arrays.fill(labels, 60, 90, 1);
        Arrays.fill(labels, 90, 100, 2);
        FeatureSet train = Examples.set(rows, labels, Examples.names(3));
        double[][] found = new LinearProbe(FIXED).fit(train).probabilities(train.features(), 3);
        assertThat(found[0]).containsExactly(new double[] {0.6, 0.3, 0.1}, within(1e-5));
    }

    @Test
    void fit_penalty_chosenByValidationAccuracy() {
        Random random = new Random(4);
        int[] labels = Examples.labels(120, 2, random);
        float[][] rows = new float[120][60];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < 60; j++) {
                rows[i][j] = (float) random.nextGaussian();
            }
            rows[i][0] += labels[i] == 1 ? 1.2f : -1.2f;
        }
        LinearModel model = new LinearProbe().fit(Examples.set(rows, labels, Examples.names(2)));
        assertThat(model.settings().l2()).as("59 of 60 features are noise").isGreaterThan(1e-3);
        assertThat(model.settings().totalEvaluations())
                .isGreaterThan(model.settings().evaluations());
    }

    @Test
    void evaluate_oneClassOnly_alwaysPredicted() {
        FeatureSet train = Examples.set(new float[][] {{1, 2}, {3, 4}}, new int[] {1, 1}, Examples.names(3));
        FeatureSet test = Examples.set(new float[][] {{1, 2}, {3, 4}}, new int[] {1, 0}, Examples.names(3));
        Score score = new LinearProbe().evaluate(train, test);
        assertThat(score.top1()).isEqualTo(0.5);
        assertThat(score.notes()).singleElement().asString().contains("class1");
    }

    @Test
    void evaluate_absentTrainingClass_neverPredicted() {
        Random random = new Random(6);
        int[] labels = IntStream.range(0, 90).map(i -> i % 2 == 0 ? 0 : 2).toArray();
        FeatureSet train = Examples.set(Examples.blobs(labels, 5, 0.2, 1, random), labels, Examples.names(3));
        LinearModel model = new LinearProbe().fit(train);
        assertThat(model.predict(train.features())).isEqualTo(labels);
        assertThat(model.probabilities(train.features(), 3)[0][1]).isZero();
    }

    /** Features of another type are the caller's and stay as they are. */
    @Test
    void predict_ofDoubles_leavesThemAndAgreesWithFloats() {
        Random random = new Random(12);
        int[] labels = Examples.labels(60, 3, random);
        FeatureSet train = Examples.set(Examples.blobs(labels, 5, 0.2, 1, random), labels, Examples.names(3));
        LinearModel model = new LinearProbe().fit(train);
        Tensor doubles = train.features().to(ScalarType.Double);
        double[] before = TensorArrays.of(doubles);
        assertThat(model.predict(doubles)).isEqualTo(model.predict(train.features()));
        assertThat(model.predict(doubles)).isEqualTo(labels);
        assertThat(TensorArrays.of(doubles)).isEqualTo(before);
        StandardisedRows.of(doubles).close();
        assertThat(TensorArrays.of(doubles)).isEqualTo(before);
    }

    @Test
    void predict_ofOtherFeatures_fails() {
        Random random = new Random(13);
        int[] labels = Examples.labels(60, 3, random);
        FeatureSet train = Examples.set(Examples.blobs(labels, 5, 0.2, 1, random), labels, Examples.names(3));
        LinearModel model = new LinearProbe().fit(train);
        assertThatThrownBy(() -> model.predict(torch.ones(2, 4)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected a matrix of 5 features in each row")
                .hasMessageContaining("4 features");
        assertThatThrownBy(() -> model.probabilities(torch.full(new long[] {2, 5}, new Scalar(Float.NaN)), 3))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("NaN or infinity in row 0");
    }

    @Test
    void head_ofLiveTensors_keepsThemAndRefusesOtherShapes() {
        List<String> names = Examples.names(2);
        Tensor weights = torch.tensor(new float[] {0, 1, 2, 3, 4, 5}).reshape(2, 3);
        LinearHead head = LinearHead.of(names, weights, torch.ones(2));
        assertThat(head.weights()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(head.biases()).containsExactly(1, 1);
        assertThatThrownBy(() -> LinearHead.of(names, weights.t(), torch.ones(2)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("found shapes [3, 2] and [2]; transpose");
        assertThatThrownBy(() -> LinearHead.of(names, weights.flatten(), torch.ones(2)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("[6] and [2]");
        assertThatThrownBy(() -> LinearHead.of(names, weights, torch.ones(2, 1)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("[2, 3] and [2, 1]");
    }

    @Test
    void fit_twoRows_assumedPenaltyNoted() {
        FeatureSet train = Examples.set(new float[][] {{0, 1}, {1, 0}}, new int[] {0, 1}, Examples.names(2));
        LinearModel model = new LinearProbe().fit(train);
        assertThat(model.predict(train.features())).containsExactly(0, 1);
        assertThat(model.settings().validationTop1()).isEmpty();
        assertThat(model.notes()).singleElement().asString().contains("too few");
    }

    @Test
    void fit_classOrderOfTest_matchedByName() {
        Random random = new Random(8);
        int[] labels = Examples.labels(200, 3, random);
        int[] swapped = Arrays.stream(labels).map(c -> 2 - c).toArray();
        float[][] rows = Examples.blobs(labels, 6, 0.2, 1, random);
        FeatureSet train = Examples.set(rows, labels, List.of("a", "b", "c"));
        FeatureSet test = Examples.set(rows, swapped, List.of("c", "b", "a"));
        assertThat(new LinearProbe().evaluate(train, test).top1()).isEqualTo(1);
    }

    @Test
    void fit_twice_sameModel() {
        Random random = new Random(9);
        int[] labels = Examples.labels(300, 4, random);
        FeatureSet train = Examples.set(Examples.blobs(labels, 8, 2, 1, random), labels, Examples.names(4));
        LinearModel first = new LinearProbe().fit(train);
        LinearModel second = new LinearProbe().fit(train);
        assertThat(second.settings()).isEqualTo(first.settings());
        assertThat(second.probabilities(train.features(), 4)).isDeepEqualTo(first.probabilities(train.features(), 4));
    }

    @Test
    void objective_finiteDifferences_agreeWithGradient() {
        Random random = new Random(10);
        int[] labels = Examples.labels(40, 3, random);
        Tensor rows = Examples.set(Examples.blobs(labels, 4, 1, 1, random), labels, Examples.names(3))
                .features();
        Tensor truth =
                torch.tensor(Arrays.stream(labels).asLongStream().toArray()).reshape(40, 1);
        SoftmaxObjective objective = new SoftmaxObjective(rows, truth, 3, 0.1);
        double[] point = random.doubles(5 * 3, -1, 1).toArray();
        double[] gradient = new double[point.length];
        evaluate(objective, point, gradient);
        for (int i = 0; i < point.length; i++) {
            double h = 1.0 / 256;
            double kept = point[i];
            point[i] = kept + h;
            double up = evaluate(objective, point, new double[point.length]);
            point[i] = kept - h;
            double down = evaluate(objective, point, new double[point.length]);
            point[i] = kept;
            assertThat((up - down) / (2 * h)).isCloseTo(gradient[i], within(2e-5));
        }
    }

    private static double evaluate(SoftmaxObjective objective, double[] point, double[] gradient) {
        Tensor slope = Tensor.create(gradient).reshape(5, 3);
        double value = objective.evaluate(Tensor.create(point).reshape(5, 3), slope);
        System.arraycopy(TensorArrays.of(slope), 0, gradient, 0, gradient.length);
        return value;
    }

    @Test
    void split_anyLabels_sameFractionOfEveryClass() {
        int[] labels =
                IntStream.range(0, 1000).map(i -> i < 800 ? 0 : i < 999 ? 1 : 2).toArray();
        StratifiedSplit split = StratifiedSplit.of(labels, 3, 0.15, 42);
        assertThat(Arrays.stream(split.heldOut()).filter(i -> labels[i] == 0).count())
                .isEqualTo(120);
        assertThat(Arrays.stream(split.heldOut()).filter(i -> labels[i] == 1).count())
                .isEqualTo(30);
        assertThat(split.heldOut()).doesNotContain(999);
        assertThat(Arrays.stream(split.order()).sorted().toArray())
                .isEqualTo(IntStream.range(0, 1000).toArray());
        assertThat(StratifiedSplit.of(labels, 3, 0.15, 42).heldOut()).isEqualTo(split.heldOut());
        assertThat(StratifiedSplit.of(labels, 3, 0.15, 43).heldOut()).isNotEqualTo(split.heldOut());
    }

    @Test
    void options_zeroPenalty_error() {
        assertThatThrownBy(() -> new ProbeOptions(List.of(0.0), 3, 0.15, 0, 60, 1e-5))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("positive penalties");
    }

    /** Plain gradient descent in float64 on explicitly standardised rows. */
    private static double[][] slowTwin(float[][] rows, int[] labels, int classes, double l2) {
        double[][] x = standardised(rows);
        int width = rows[0].length;
        double[][] w = new double[width + 1][classes];
        double[][] p = new double[rows.length][];
        for (int iteration = 0; iteration < 20_000; iteration++) {
            double[][] g = new double[width + 1][classes];
            for (int i = 0; i < rows.length; i++) {
                p[i] = softmax(x[i], w);
                for (int c = 0; c < classes; c++) {
                    double r = (p[i][c] - (labels[i] == c ? 1 : 0)) / rows.length;
                    for (int j = 0; j <= width; j++) {
                        g[j][c] += r * x[i][j];
                    }
                }
            }
            for (int j = 0; j <= width; j++) {
                for (int c = 0; c < classes; c++) {
                    w[j][c] -= 0.5 * (g[j][c] + (j < width ? l2 * w[j][c] : 0));
                }
            }
        }
        return p;
    }

    private static double[] softmax(double[] x, double[][] w) {
        double[] p = new double[w[0].length];
        double sum = 0;
        for (int c = 0; c < p.length; c++) {
            for (int j = 0; j < x.length; j++) {
                p[c] += x[j] * w[j][c];
            }
            p[c] = Math.exp(p[c]);
            sum += p[c];
        }
        for (int c = 0; c < p.length; c++) {
            p[c] /= sum;
        }
        return p;
    }

    /** Standardised columns and a last column of ones. */
    private static double[][] standardised(float[][] rows) {
        int width = rows[0].length;
        double[][] x = new double[rows.length][width + 1];
        for (int j = 0; j < width; j++) {
            double mean = 0;
            double square = 0;
            for (float[] row : rows) {
                mean += row[j] / (double) rows.length;
            }
            for (float[] row : rows) {
                square += (row[j] - mean) * (row[j] - mean) / rows.length;
            }
            for (int i = 0; i < rows.length; i++) {
                x[i][j] = (rows[i][j] - mean) / Math.sqrt(square);
                x[i][width] = 1;
            }
        }
        return x;
    }
}
