package org.mmcr.objective.linalg;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Large matrix products on all of libtorch's threads.
 *
 * <p>libtorch passes matrix products of float32 and float64 to OpenBLAS, which is limited to one thread
 * (docs/decisions/0006). Convolutions run on libtorch's own threads, and a convolution with a 1 x 1 kernel is a matrix
 * product. In float32 oneDNN divides the work. In float64 libtorch divides a batch, here the columns of the right
 * matrix in equal parts.
 */
public final class ParallelMatMul {
    /** Multiplications below which a second thread costs more than it saves. */
    private static final double WORTH_THREADS = 1 << 24;
    /** Largest number of terms of a sum at once; the strided reads of longer sums miss the cache. */
    private static final long CHANNELS = 1024;
    /** Most pictures that rows are divided into; oneDNN divides its work by picture first. */
    private static final long PICTURES = 64;

    private static final long[] ONE = {1, 1};
    private static final long[] ZERO = {0, 0};

    private ParallelMatMul() {}

    /**
     * Multiplies (..., p, k) x (..., k, q) of one type -> (..., p, q); O(p k q). Callers hold a {@code NoGradGuard}.
     */
    public static Tensor of(Tensor left, Tensor right) {
        if (!isParallel(left, right)) {
            return torch.matmul(left, right);
        }
        if (isSingle(left) && left.is_contiguous() && right.mT().is_contiguous()) {
            return ofRows(left, right.mT(), new TensorOptional());
        }
        Tensor kernel = left.unsqueeze(-1).unsqueeze(-1);
        long columns = right.size(1);
        long parts = isSingle(left) ? 1 : parts(columns);
        Tensor channels = right.reshape(right.size(0), parts, columns / parts).transpose(0, 1);
        Tensor product =
                torch.conv2d(channels.contiguous().unsqueeze(-1), kernel).squeeze(-1);
        return product.transpose(0, 1).reshape(left.size(0), columns);
    }

    /**
     * Linear map of rows: x (..., k), weight (q, k), bias (q) or undefined -> x weight^T + bias (..., q). Autograd
     * differentiates it. Under autocast it is {@code torch.linear}, whose products in bfloat16 are oneDNN's.
     */
    public static Tensor linear(Tensor x, Tensor weight, TensorOptional bias) {
        Tensor rows = x.dim() == 2 ? x : x.reshape(-1, x.size(-1));
        boolean faster = isSingle(x)
                && isSingle(weight)
                && isParallel(rows, weight.t())
                && !torch.is_autocast_enabled(DeviceType.CPU);
        if (!faster) {
            return torch.linear(x, weight, bias);
        }
        Tensor product = ofRows(rows, weight, bias);
        return x.dim() == 2 ? product : product.reshape(shapeOf(x, weight.size(0)));
    }

    /** Rows as the pixels of a few pictures in channels-last order, weight as the kernel. */
    private static Tensor ofRows(Tensor rows, Tensor weight, TensorOptional bias) {
        long pictures = Math.min(PICTURES, Long.lowestOneBit(rows.size(0)));
        Tensor pixels = rows.reshape(pictures, rows.size(0) / pictures, rows.size(1))
                .permute(0, 2, 1)
                .unsqueeze(-1);
        Tensor kernel = weight.unsqueeze(-1).unsqueeze(-1);
        Tensor product = torch.conv2d(pixels, kernel, bias, ONE, ZERO, ONE, 1);
        return product.squeeze(-1).permute(0, 2, 1).reshape(rows.size(0), weight.size(0));
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

    /** Returns the largest number of equal parts that is at most the number of threads. */
    private static long parts(long columns) {
        long parts = torch.get_num_threads();
        while (columns % parts != 0) {
            parts--;
        }
        return parts;
    }

    /** Computes A W for symmetric W (m, m), reading A (..., n, m) in the order of its memory. */
    static Tensor whitened(Tensor tall, Tensor symmetric) {
        return tall.is_contiguous()
                ? of(tall, symmetric)
                : of(symmetric, tall.mT()).mT();
    }

    /** Computes A (..., n, m) -> A^T A (..., m, m); O(n m^2). Callers hold a {@code NoGradGuard}. */
    public static Tensor gram(Tensor tall) {
        if (!isParallel(tall.mT(), tall)) {
            return torch.matmul(tall.mT(), tall);
        }
        Tensor sum = torch.zeros(new long[] {tall.size(1), tall.size(1)}, tall.options());
        for (long from = 0; from < tall.size(0); from += CHANNELS) {
            Tensor part = tall.narrow(0, from, Math.min(CHANNELS, tall.size(0) - from));
            sum.add_(of(part.t(), part));
        }
        return sum;
    }

    /** Computes A (n, p), B (n, q) -> A^T B (p, q) for q much smaller than p. Callers hold a {@code NoGradGuard}. */
    public static Tensor transposedProduct(Tensor tall, Tensor narrow) {
        return isParallel(tall.t(), narrow)
                ? of(narrow.t(), tall).t()
                : tall.t().mm(narrow);
    }

    private static boolean isParallel(Tensor left, Tensor right) {
        return (double) left.size(-2) * left.size(-1) * right.size(-1) >= WORTH_THREADS
                && left.dim() == 2
                && left.is_cpu()
                && torch.get_num_threads() > 1
                && (!isSingle(left) || (torch.hasMKLDNN() && OneDnn.knowsCaches()));
    }

    private static boolean isSingle(Tensor tensor) {
        return tensor.scalar_type().intern() == ScalarType.Float;
    }
}
