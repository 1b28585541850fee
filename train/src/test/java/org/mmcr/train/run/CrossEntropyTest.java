package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import java.util.Random;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.Objective;
import org.mmcr.objective.PointerScopeExtension;

@ExtendWith(PointerScopeExtension.class)
class CrossEntropyTest {
    private static final int VIEWS = 2;
    private static final int CLASSES = 4;
    private static final int[] LABELS = {3, 0, 2};

    /** Scores (6, 4) of three samples with two views each. */
    private static double[][] scores() {
        Random random = new Random(7);
        double[][] scores = new double[LABELS.length * VIEWS][CLASSES];
        for (double[] row : scores) {
            for (int c = 0; c < CLASSES; c++) {
                row[c] = 3 * random.nextGaussian();
            }
        }
        return scores;
    }

    private static Tensor tensor(double[][] rows) {
        double[] flat = new double[rows.length * CLASSES];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = rows[i / CLASSES][i % CLASSES];
        }
        return Tensor.create(flat, rows.length, CLASSES);
    }

    private static Objective objective(double smoothing) {
        return CrossEntropy.of(new CrossEntropySpec(smoothing), step -> LABELS);
    }

    private static double[] probabilities(double[] row) {
        double sum = 0;
        for (double score : row) {
            sum += Math.exp(score);
        }
        double[] probabilities = new double[row.length];
        for (int c = 0; c < row.length; c++) {
            probabilities[c] = Math.exp(row[c]) / sum;
        }
        return probabilities;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1})
    void valueAndGradient_areThoseOfTheDefinition(double smoothing) {
        double[][] rows = scores();
        Tensor scores = tensor(rows).set_requires_grad(true);
        Objective.Result result = objective(smoothing).compute(scores, VIEWS, Optional.empty());
        result.loss().backward();

        double loss = 0;
        int right = 0;
        for (int row = 0; row < rows.length; row++) {
            double[] p = probabilities(rows[row]);
            int label = LABELS[row / VIEWS];
            int highest = 0;
            for (int c = 0; c < CLASSES; c++) {
                double wanted = smoothing / CLASSES + (c == label ? 1 - smoothing : 0);
                loss -= wanted * Math.log(p[c]) / rows.length;
                assertThat(scores.grad().get(row).get(c).item_double())
                        .isCloseTo((p[c] - wanted) / rows.length, within(1e-12));
                highest = p[c] > p[highest] ? c : highest;
            }
            right += highest == label ? 1 : 0;
        }
        assertThat(result.value()).isCloseTo(loss, within(1e-12));
        assertThat(result.figures()).containsEntry("training_accuracy", right / (double) rows.length);
        assertThat(right).isBetween(1, rows.length - 1);
    }

    @Test
    void labels_areThoseOfTheStep() {
        Objective objective = CrossEntropy.of(new CrossEntropySpec(0), step -> new int[] {(int) step});
        Tensor scores = Tensor.create(new double[] {0, 1, 2, 3}, 1, CLASSES);
        for (int step = 0; step < CLASSES; step++) {
            double expected = Math.log(1 + Math.exp(1) + Math.exp(2) + Math.exp(3)) - step;
            assertThat(objective.at(step).compute(scores, 1, Optional.empty()).value())
                    .isCloseTo(expected, within(1e-12));
        }
    }

    @Test
    void targets_lieWhereTheScoresDo() {
        assertThat(CrossEntropy.targets(LABELS, VIEWS, new Device(DeviceType.Meta))
                        .is_meta())
                .isTrue();
        Tensor here = CrossEntropy.targets(LABELS, VIEWS, new Device(DeviceType.CPU));
        assertThat(here.get(1).item_long()).isEqualTo(3);
        assertThat(here.get(2).item_long()).isZero();
    }

    @Test
    void rowsOfAnotherNumber_areRefused() {
        Tensor scores = tensor(scores());
        assertThatThrownBy(() -> objective(0).compute(scores, 1, Optional.empty()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected class scores of 3 samples with 1 views")
                .hasMessageContaining("found 6 rows");
    }

    @Test
    void scoresThatAreNotFinite_stopTheRun() {
        double[][] rows = scores();
        rows[4][1] = Double.NaN;
        assertThatThrownBy(() -> objective(0).at(4).compute(tensor(rows), VIEWS, Optional.empty()))
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("at step 5");
    }
}
