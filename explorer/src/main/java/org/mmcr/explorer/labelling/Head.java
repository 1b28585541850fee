package org.mmcr.explorer.labelling;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.train.evaluate.LinearModel;

/**
 * A linear classifier on frozen features: multinomial logistic regression on the labelled rows.
 *
 * @param model the fitted weights
 * @param classes names, in the order of the model's classes
 * @param labels number of rows it was fitted to
 * @param seconds of the fit
 */
public record Head(LinearModel model, List<String> classes, int labels, double seconds) {
    private static final int BLOCK = 4096;

    public Head {
        classes = List.copyOf(classes);
    }

    /** Predicts every row of features (N, F) in blocks; memory beyond the result does not grow with N. */
    public Predictions predict(Tensor features) {
        int n = Math.toIntExact(features.size(0));
        short[] best = new short[n];
        float[] confidence = new float[n];
        float[] margin = new float[n];
        for (int first = 0; first < n; first += BLOCK) {
            try (PointerScope scope = new PointerScope()) {
                double[][] rows =
                        model.probabilities(features.narrow(0, first, Math.min(BLOCK, n - first)), classes.size());
                for (int i = 0; i < rows.length; i++) {
                    read(rows[i], first + i, best, confidence, margin);
                }
            }
        }
        return new Predictions(best, confidence, margin);
    }

    private static void read(double[] row, int at, short[] best, float[] confidence, float[] margin) {
        int first = 0;
        double second = 0;
        for (int c = 1; c < row.length; c++) {
            if (row[c] > row[first]) {
                second = row[first];
                first = c;
            } else {
                second = Math.max(second, row[c]);
            }
        }
        best[at] = (short) first;
        confidence[at] = (float) row[first];
        margin[at] = (float) (row[first] - second);
    }
}
