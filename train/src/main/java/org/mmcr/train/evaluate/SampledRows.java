package org.mmcr.train.evaluate;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.JitteredSample;

/** Some rows of a matrix, from all parts of it. */
public final class SampledRows {
    private SampledRows() {}

    /**
     * Returns a copy of a {@link JitteredSample} of the rows, which the caller closes.
     *
     * @param rows (N, F), not modified
     * @param most largest number of rows
     */
    public static Tensor of(Tensor rows, int most) {
        try (Tensor indices = torch.tensor(JitteredSample.of(Math.toIntExact(rows.size(0)), most))) {
            return rows.index_select(0, indices);
        }
    }
}
