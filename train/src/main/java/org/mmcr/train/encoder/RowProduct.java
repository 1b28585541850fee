package org.mmcr.train.encoder;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Linear map of rows, x (..., in) and weight (out, in) -> (..., out), with its gradients.
 *
 * <p>libtorch passes float32 products to OpenBLAS, which is limited to one thread (docs/decisions/0006). A 1x1
 * convolution is the same map and runs on all threads of oneDNN, forward and backward. Products in bfloat16 are
 * oneDNN's already.
 */
final class RowProduct {
    /** Multiplications below which a second thread costs more than it saves. */
    private static final double WORTH_THREADS = 1 << 24;
    /** Most pictures that the rows are divided into; oneDNN divides work by picture first. */
    private static final long PICTURES = 64;

    private static final long[] ONE = {1, 1};
    private static final long[] ZERO = {0, 0};

    private RowProduct() {}

    static Tensor linear(Tensor x, Tensor weight, TensorOptional bias) {
        long rows = x.numel() / x.size(-1);
        if (!isFaster(x, weight, rows)) {
            return torch.linear(x, weight, bias);
        }
        long pictures = Math.min(PICTURES, Long.lowestOneBit(rows));
        Tensor pixels = x.reshape(pictures, rows / pictures, x.size(-1)).permute(0, 2, 1).unsqueeze(-1);
        Tensor kernel = weight.unsqueeze(-1).unsqueeze(-1);
        Tensor y = torch.conv2d(pixels, kernel, bias, ONE, ZERO, ONE, 1);
        return y.squeeze(-1).permute(0, 2, 1).reshape(shapeOf(x, weight.size(0)));
    }

    private static boolean isFaster(Tensor x, Tensor weight, long rows) {
        return (double) rows * weight.numel() >= WORTH_THREADS
                && x.is_cpu()
                && x.scalar_type().intern() == ScalarType.Float
                && weight.scalar_type().intern() == ScalarType.Float
                && torch.get_num_threads() > 1
                && torch.hasMKLDNN()
                && !torch.is_autocast_enabled(DeviceType.CPU);
    }

    /** The shape of x with another last dimension. */
    private static long[] shapeOf(Tensor x, long last) {
        long[] shape = new long[(int) x.dim()];
        for (int i = 0; i < shape.length - 1; i++) {
            shape[i] = x.size(i);
        }
        shape[shape.length - 1] = last;
        return shape;
    }
}
