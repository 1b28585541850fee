package org.mmcr.train.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Small seeded feature sets, and the plain Java arrays they came from for slow twins. */
final class Examples {
    private Examples() {}

    static FeatureSet set(float[][] rows, int[] labels, List<String> names) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
        }
        Tensor features = torch.tensor(flat).reshape(rows.length, rows[0].length);
        return new FeatureSet(features, labels, names);
    }

    static List<String> names(int classes) {
        List<String> names = new ArrayList<>();
        for (int c = 0; c < classes; c++) {
            names.add("class" + c);
        }
        return names;
    }

    static int[] labels(int n, int classes, Random random) {
        return random.ints(n, 0, classes).toArray();
    }

    /** Gaussian blobs: row = spread * noise + the class's centre, drawn from {@code centreSeed}. */
    static float[][] blobs(int[] labels, int width, double spread, long centreSeed, Random random) {
        float[][] rows = new float[labels.length][width];
        for (int i = 0; i < labels.length; i++) {
            Random centre = new Random(centreSeed + labels[i]);
            for (int j = 0; j < width; j++) {
                rows[i][j] = (float) (centre.nextGaussian() + spread * random.nextGaussian());
            }
        }
        return rows;
    }

    /** Small whole numbers, so that similarities tie exactly. */
    static float[][] lattice(int n, int width, int range, Random random) {
        float[][] rows = new float[n][width];
        for (float[] row : rows) {
            for (int j = 0; j < width; j++) {
                row[j] = random.nextInt(range);
            }
        }
        return rows;
    }
}
