package org.mmcr.objective.linalg;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Copies small tensors into Java arrays. */
public final class TensorArrays {
    private TensorArrays() {}

    /** Returns a copy of the entries of a float32 or float64 tensor on any device, row by row. */
    public static double[] of(Tensor tensor) {
        Tensor flat = tensor.cpu().contiguous();
        int count = Math.toIntExact(flat.numel());
        double[] numbers = new double[count];
        if (count == 0) {
            return numbers; // without a data pointer
        }
        if (flat.scalar_type().intern() == ScalarType.Double) {
            try (DoublePointer data = flat.data_ptr_double()) {
                data.get(numbers);
            }
            return numbers;
        }
        float[] singles = new float[count];
        try (FloatPointer data = flat.data_ptr_float()) {
            data.get(singles);
        }
        for (int i = 0; i < count; i++) {
            numbers[i] = singles[i];
        }
        return numbers;
    }
}
