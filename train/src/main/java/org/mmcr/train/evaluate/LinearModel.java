package org.mmcr.train.evaluate;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.linalg.ParallelMatMul;
import org.mmcr.objective.linalg.TensorArrays;

/**
 * A fitted linear probe: logits = standardised features times W plus b. Holds Java arrays only, so it needs no closing.
 * Classes without training data are never predicted; a tie goes to the lowest class index.
 */
@API(status = API.Status.STABLE)
public final class LinearModel {
    private final double[] mean;
    private final double[] deviation;
    /** W (F, classes) row-major, then b (classes). */
    private final double[] point;
    /** Present classes, ascending, as indices into the training set's class names. */
    private final int[] present;

    private final LinearProbe.Settings settings;
    private final List<String> notes;

    private LinearModel(
            double[] mean,
            double[] deviation,
            double[] point,
            int[] present,
            LinearProbe.Settings settings,
            List<String> notes) {
        this.mean = mean;
        this.deviation = deviation;
        this.point = point;
        this.present = present;
        this.settings = settings;
        this.notes = List.copyOf(notes);
    }

    /** Returns a model with the weights and biases {@code point} (F + 1, classes). */
    static LinearModel of(
            StandardisedRows statistics,
            Tensor point,
            int[] present,
            LinearProbe.Settings settings,
            List<String> notes) {
        return new LinearModel(
                TensorArrays.of(statistics.mean()),
                TensorArrays.of(statistics.deviation()),
                TensorArrays.of(point),
                present,
                settings,
                notes);
    }

    /** Returns a model of training data of one class, which it always predicts. */
    static LinearModel constant(FeatureSet train, int only) {
        double[] ones = new double[train.width()];
        Arrays.fill(ones, 1);
        LinearProbe.Settings settings =
                new LinearProbe.Settings(0, OptionalDouble.empty(), 0, train.size(), 0, 0, 0, true);
        String note = "all training data is of class " + train.classNames().get(only) + ", which is always predicted";
        double[] zero = new double[train.width() + 1];
        return new LinearModel(new double[train.width()], ones, zero, new int[] {only}, settings, List.of(note));
    }

    /** Returns the settings and results of the fit: penalty, iterations, final gradient. */
    public LinearProbe.Settings settings() {
        return settings;
    }

    /** Returns notes on the fit for the reader of a report. */
    public List<String> notes() {
        return notes;
    }

    /**
     * Returns the most probable class of every row of features (N, F), an index into the training classes.
     *
     * @throws MmcrException if they are not as many features as the model was fitted to, or one is NaN or infinite
     */
    public int[] predict(Tensor features) {
        int[] predicted = new int[Math.toIntExact(features.size(0))];
        forLogits(features, (logits, first) -> {
            int[] block = firstLargest(logits);
            for (int i = 0; i < block.length; i++) {
                predicted[Math.toIntExact(first) + i] = present[block[i]];
            }
        });
        return predicted;
    }

    /**
     * Returns the class probabilities of every row of features (N, F): N rows of {@code classes} values, zero for
     * classes without training data.
     *
     * @throws MmcrException as {@link #predict}
     */
    public double[][] probabilities(Tensor features, int classes) {
        double[][] result = new double[Math.toIntExact(features.size(0))][classes];
        forLogits(features, (logits, first) -> {
            FloatBuffer values =
                    NativeFloats.of(logits.to(ScalarType.Double).softmax(1).to(ScalarType.Float));
            for (int i = 0; i < values.capacity(); i++) {
                result[Math.toIntExact(first) + i / present.length][present[i % present.length]] = values.get(i);
            }
        });
        return result;
    }

    /**
     * Returns the same classifier for features that are not standardised.
     *
     * @param classNames class names of the training set
     */
    public LinearHead head(List<String> classNames) {
        int classes = present.length;
        int width = mean.length;
        float[] weights = new float[classes * width];
        float[] biases = new float[classes];
        for (int c = 0; c < classes; c++) {
            double bias = point[width * classes + c];
            for (int f = 0; f < width; f++) {
                double weight = point[f * classes + c] / deviation[f];
                weights[c * width + f] = (float) weight;
                bias -= weight * mean[f];
            }
            biases[c] = (float) bias;
        }
        return new LinearHead(Arrays.stream(present).mapToObj(classNames::get).toList(), weights, biases);
    }

    private void forLogits(Tensor features, StandardisedRows.BlockAction action) {
        if (features.dim() != 2 || features.size(1) != mean.length) {
            throw new MmcrException("expected a matrix of " + mean.length + " features in each row, found "
                    + features.dim() + " dimensions"
                    + (features.dim() == 2 ? " and " + features.size(1) + " features" : "")
                    + "; pass features of the encoder that the model was fitted to");
        }
        FeatureSet.requireFinite(features);
        try (PointerScope scope = new PointerScope();
                NoGradGuard noGrad = new NoGradGuard()) {
            StandardisedRows statistics = new StandardisedRows(row(mean), row(deviation));
            Tensor[] matrix = matrix(Tensor.create(point).reshape(-1, present.length));
            StandardisedRows.forBlocks(
                    features, (block, first) -> action.accept(logits(statistics.apply(block.cpu()), matrix), first));
        }
    }

    /** {W float32 (F, classes), b float32 (1, classes)} from a point float64 (F + 1, classes). */
    static Tensor[] matrix(Tensor point) {
        Tensor values = point.to(ScalarType.Float);
        long width = point.size(0) - 1;
        return new Tensor[] {values.narrow(0, 0, width), values.narrow(0, width, 1)};
    }

    /** Returns the column with the largest logit of every standardised row (n, F); the lowest index wins a tie. */
    static int[] winners(Tensor standardised, Tensor[] matrix) {
        return firstLargest(logits(standardised, matrix));
    }

    static Tensor logits(Tensor standardised, Tensor[] matrix) {
        return ParallelMatMul.of(standardised, matrix[0]).add_(matrix[1]);
    }

    private static int[] firstLargest(Tensor logits) {
        FloatBuffer values = NativeFloats.of(logits);
        int classes = Math.toIntExact(logits.size(1));
        int[] winners = new int[Math.toIntExact(logits.size(0))];
        for (int row = 0; row < winners.length; row++) {
            for (int c = 1; c < classes; c++) {
                if (values.get(row * classes + c) > values.get(row * classes + winners[row])) {
                    winners[row] = c;
                }
            }
        }
        return winners;
    }

    private static Tensor row(double[] values) {
        return Tensor.create(values).unsqueeze(0);
    }
}
