package org.mmcr.analysis.neighbours;

import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Euclidean lengths of the rows of a matrix; dividing by them avoids a normalised copy. */
final class RowLengths {
    /** Rows that are measured at once. */
    private static final long BLOCK = 4096;

    private RowLengths() {}

    /**
     * Returns the lengths (N) of the rows that {@code map} makes of the rows of float32 (N, F), at least the smallest
     * normal number. Squares are summed in float64, where no finite row has a square of 0 or infinity.
     */
    static Tensor of(Tensor matrix, UnaryOperator<Tensor> map) {
        Tensor lengths = torch.empty(matrix.size(0));
        for (long first = 0; first < matrix.size(0); first += BLOCK) {
            long rows = Math.min(BLOCK, matrix.size(0) - first);
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                Tensor block = map.apply(matrix.narrow(0, first, rows));
                lengths.narrow(0, first, rows)
                        .copy_(block.norm(new ScalarOptional(new Scalar(2)), new long[] {1}, false, ScalarType.Double)
                                .clamp_min(new Scalar(Float.MIN_NORMAL)));
            }
        }
        return lengths;
    }
}
