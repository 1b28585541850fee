package org.mmcr.analysis.curate;

import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.data.Picture;
import org.mmcr.train.evaluate.NearestNeighbours;
import org.mmcr.train.evaluate.NearestRows;

/** Pictures and neighbours for tests of a curation's parts. */
final class CurationFixtures {
    private CurationFixtures() {}

    /** Coarse random blocks. */
    static Picture noise(int height, int width, long seed) {
        Random random = new Random(seed);
        int[] levels = random.ints(64, 20, 180).toArray();
        byte[] rgb = new byte[3 * height * width];
        for (int i = 0; i < rgb.length; i++) {
            int y = i / 3 / width;
            int x = i / 3 % width;
            rgb[i] = (byte) levels[y * 8 / height * 8 + x * 8 / width];
        }
        return new Picture(height, width, rgb);
    }

    static NearestRows[] nearest(float[][] rows, int from, int count) {
        try (Tensor all = tensor(rows);
                Tensor own = all.narrow(0, from, rows.length - from)) {
            return NearestNeighbours.of(all, own, count);
        }
    }

    static Tensor tensor(float[][] rows) {
        float[] values = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, values, i * rows[0].length, rows[0].length);
        }
        return torch.tensor(values).reshape(rows.length, rows[0].length).clone();
    }
}
