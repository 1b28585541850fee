package org.mmcr.objective.linalg;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Large matrix products on all of libtorch's threads.
 *
 * <p>libtorch gives matrix products to OpenBLAS, which is held to one thread (docs/decisions/0006). Convolutions run
 * on libtorch's own threads, and one with a 1 x 1 kernel is a matrix product: the left matrix is the kernel, the rows
 * of the right one are the channels. In float32 oneDNN divides the work; in float64 libtorch divides a batch, here the
 * columns of the right matrix in equal parts. No gradient is wanted here: callers hold a {@code NoGradGuard}.
 */
final class ParallelMatMul {
    /** Fewer multiplications than this are over before a second thread has taken its part. */
    private static final double WORTH_SHARING = 1 << 24;
    /** Longer sums go in parts: their strided reads would miss the cache. */
    private static final long CHANNELS = 1024;

    private ParallelMatMul() {}

    /** (..., p, k) x (..., k, q) of one type -> (..., p, q); O(p k q). */
    static Tensor of(Tensor left, Tensor right) {
        if (!isShared(left, right)) {
            return torch.matmul(left, right);
        }
        Tensor kernel = left.unsqueeze(-1).unsqueeze(-1);
        long columns = right.size(1);
        long parts = isSingle(left) ? 1 : parts(columns);
        Tensor channels = right.reshape(right.size(0), parts, columns / parts).transpose(0, 1);
        Tensor product =
                torch.conv2d(channels.contiguous().unsqueeze(-1), kernel).squeeze(-1);
        return product.transpose(0, 1).reshape(left.size(0), columns);
    }

    /** As many equal parts as there are threads, or the next smaller number that divides the columns. */
    private static long parts(long columns) {
        long parts = torch.get_num_threads();
        while (columns % parts != 0) {
            parts--;
        }
        return parts;
    }

    /** A W for symmetric W (m, m), with A (..., n, m) read along its rows as they lie in memory. */
    static Tensor whitened(Tensor tall, Tensor symmetric) {
        return tall.is_contiguous()
                ? of(tall, symmetric)
                : of(symmetric, tall.mT()).mT();
    }

    /** A (..., n, m) -> A^T A (..., m, m); O(n m^2). */
    static Tensor gram(Tensor tall) {
        if (!isShared(tall.mT(), tall)) {
            return torch.matmul(tall.mT(), tall);
        }
        Tensor sum = torch.zeros(new long[] {tall.size(1), tall.size(1)}, tall.options());
        for (long from = 0; from < tall.size(0); from += CHANNELS) {
            Tensor part = tall.narrow(0, from, Math.min(CHANNELS, tall.size(0) - from));
            sum.add_(of(part.t(), part));
        }
        return sum;
    }

    private static boolean isShared(Tensor left, Tensor right) {
        return (double) left.size(-2) * left.size(-1) * right.size(-1) >= WORTH_SHARING
                && left.dim() == 2
                && left.is_cpu()
                && torch.get_num_threads() > 1
                && (!isSingle(left) || torch.hasMKLDNN());
    }

    private static boolean isSingle(Tensor tensor) {
        return tensor.scalar_type().intern() == ScalarType.Float;
    }
}
