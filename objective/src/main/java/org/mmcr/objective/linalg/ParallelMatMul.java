package org.mmcr.objective.linalg;

import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Large matrix products on all of libtorch's threads.
 *
 * <p>libtorch gives matrix products to OpenBLAS, which is held to one thread (docs/decisions/0006). Convolutions run on
 * libtorch's own threads, and one with a 1 x 1 kernel is a matrix product: the left matrix is the kernel, the rows of the
 * right one are the channels. In float32 oneDNN divides the work; in float64 libtorch divides a batch, here the columns of the
 * right matrix in equal parts. No gradient is wanted here: callers hold a {@code NoGradGuard}.
 */
final class ParallelMatMul {
    /** Fewer multiplications than this are over before a second thread has taken its share. */
    private static final double WORTH_SHARING = 1 << 24;
    /** Longer sums go in parts: their strided reads would miss the cache. */
    private static final long CHANNELS = 1024;

    /** From this side on one thread forms a Gram matrix in blocks. */
    private static final long BLOCKED = 256;

    private static final long BLOCKS = 4;

    private ParallelMatMul() {}

    /** (..., p, k) x (..., k, q) of one type -> (..., p, q); O(p k q). */
    static Tensor of(Tensor left, Tensor right) {
        if (!shares(left, right)) {
            return tiles(left) && tiles(right) ? tiled(left, false, right) : torch.matmul(left, right);
        }
        Tensor kernel = left.unsqueeze(-1).unsqueeze(-1);
        long columns = right.size(1);
        long parts = isSingle(left) ? 1 : parts(columns);
        Tensor channels = parts == 1
                ? right.unsqueeze(0)
                : right.reshape(right.size(0), parts, columns / parts)
                        .transpose(0, 1)
                        .contiguous();
        Tensor product = torch.conv2d(channels.unsqueeze(-1), kernel).squeeze(-1);
        return parts == 1 ? product.squeeze(0) : product.transpose(0, 1).reshape(left.size(0), columns);
    }

    /** Whether this matrix lies in memory as {@link Tiles} reads it, and is not so large that tiles are many. */
    private static boolean tiles(Tensor matrix) {
        return matrix.dim() == 2
                && matrix.is_cpu()
                && isSingle(matrix)
                && matrix.is_contiguous()
                && matrix.size(1) < BLOCKED
                && matrix.numel() > 0;
    }

    private static Tensor tiled(Tensor left, boolean turned, Tensor right) {
        Tensor out = torch.empty(
                new long[] {left.size(turned ? 1 : 0), right.size(1)}, left.options(), new MemoryFormatOptional());
        Tiles.multiply(1, left, turned, right, 0, out);
        return out;
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
        long side = tall.size(-1);
        if (shares(tall, (double) tall.size(0) * side * side)) {
            return sharedGram(tall);
        }
        if (tall.dim() == 2 && side >= BLOCKED) {
            return blockedGram(tall, side);
        }
        return tiles(tall) ? tiled(tall, true, tall) : torch.matmul(tall.mT(), tall);
    }

    private static Tensor sharedGram(Tensor tall) {
        Tensor sum = torch.zeros(new long[] {tall.size(1), tall.size(1)}, tall.options());
        for (long from = 0; from < tall.size(0); from += CHANNELS) {
            Tensor part = tall.narrow(0, from, Math.min(CHANNELS, tall.size(0) - from));
            sum.add_(of(part.t(), part));
        }
        return sum;
    }

    /** The blocks below the diagonal are computed, those above it copied. */
    private static Tensor blockedGram(Tensor tall, long side) {
        Tensor gram = torch.empty(new long[] {side, side}, tall.options(), new MemoryFormatOptional());
        long width = (side + BLOCKS - 1) / BLOCKS;
        for (long from = 0; from < side; from += width) {
            Tensor below = tall.narrow(1, from, side - from);
            Tensor block = tall.narrow(1, from, Math.min(width, side - from));
            Tensor product = torch.matmul(below.t(), block);
            gram.narrow(1, from, block.size(1)).narrow(0, from, side - from).copy_(product);
            gram.narrow(0, from, block.size(1)).narrow(1, from, side - from).copy_(product.t());
        }
        return gram;
    }

    /** Whether {@link #of} gives this product to all threads. */
    static boolean shares(Tensor left, Tensor right) {
        return shares(left, (double) left.size(-2) * left.size(-1) * right.size(-1));
    }

    private static boolean shares(Tensor left, double multiplications) {
        return multiplications >= WORTH_SHARING
                && left.dim() == 2
                && left.is_cpu()
                && torch.get_num_threads() > 1
                && (!isSingle(left) || torch.hasMKLDNN());
    }

    private static boolean isSingle(Tensor tensor) {
        return tensor.scalar_type().intern() == ScalarType.Float;
    }
}
