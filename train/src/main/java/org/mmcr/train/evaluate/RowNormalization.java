package org.mmcr.train.evaluate;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Division of rows by their Euclidean length. */
public final class RowNormalization {
    private RowNormalization() {}

    /**
     * Returns the rows at length 1; a row of zeros stays zero. Rows are scaled by their largest entry first, so that no
     * finite row overflows.
     *
     * @param rows (N, F) float32 or float64, not modified
     * @return (N, F) of the same type, in the caller's scope
     */
    public static Tensor of(Tensor rows) {
        long[] features = {1};
        boolean float64 = rows.scalar_type().intern() == ScalarType.Double;
        Scalar smallest = new Scalar(float64 ? Double.MIN_NORMAL : Float.MIN_NORMAL);
        Tensor scaled = rows.div(rows.abs().amax(features, true).clamp_min(smallest));
        return scaled.div_(
                scaled.norm(new ScalarOptional(new Scalar(2)), features, true).clamp_min(smallest));
    }
}
