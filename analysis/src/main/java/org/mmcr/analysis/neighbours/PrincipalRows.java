package org.mmcr.analysis.neighbours;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Unit rows in the directions along which they are longest: the projection to so few numbers that keeps their products best
 * (Eckart and Young 1936). Not centred, because cosines are about the origin.
 *
 * @param directions float32 (F, W) with orthonormal columns; W = min(width, F)
 */
record PrincipalRows(Tensor directions) implements AutoCloseable {
    private static final int BLOCK = 8192;

    /** Of features (N, F) with the lengths (N) of their rows. O(N F^2), in float64, a block of rows at a time. */
    static PrincipalRows of(Tensor features, Tensor lengths, int width) {
        long columns = features.size(1);
        long kept = Math.min(width, columns);
        Tensor directions = torch.empty(columns, kept);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor gram = torch.zeros(new long[] {columns, columns}, new TensorOptions(ScalarType.Double));
            for (long first = 0; first < features.size(0); first += BLOCK) {
                try (PointerScope block = new PointerScope()) {
                    Tensor rows = unit(features, lengths, first).to(ScalarType.Double);
                    gram.add_(rows.t().mm(rows));
                }
            }
            Tensor vectors = torch.linalg_eigh(gram, "L").get1();
            directions.copy_(vectors.narrow(1, columns - kept, kept));
        }
        return new PrincipalRows(directions);
    }

    private static Tensor unit(Tensor features, Tensor lengths, long first) {
        long count = Math.min(BLOCK, features.size(0) - first);
        return features.narrow(0, first, count)
                .div(lengths.narrow(0, first, count).unsqueeze(1));
    }

    /** All rows (N, W), one array a row. */
    float[][] project(Tensor features, Tensor lengths) {
        float[][] projected = new float[Math.toIntExact(features.size(0))][width()];
        for (int first = 0; first < projected.length; first += BLOCK) {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                Tensor rows = unit(features, lengths, first).mm(directions);
                FloatPointer values = new FloatPointer(rows.data_ptr_float());
                for (int i = 0; i < rows.size(0); i++) {
                    values.position((long) i * width()).get(projected[first + i]);
                }
            }
        }
        return projected;
    }

    /** A single one; its length does not matter. */
    float[] project(float[] query) {
        float[] projected = new float[width()];
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor row = torch.tensor(query);
            double length = Math.max(1e-12, row.norm().item_double());
            row.div_(new Scalar(length))
                    .unsqueeze(0)
                    .mm(directions)
                    .data_ptr_float()
                    .get(projected);
        }
        return projected;
    }

    private int width() {
        return Math.toIntExact(directions.size(1));
    }

    @Override
    public void close() {
        directions.close();
    }
}
