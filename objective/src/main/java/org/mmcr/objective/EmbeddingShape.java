package org.mmcr.objective;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;

/** The sizes of a batch of embeddings: N samples, K views of each, D dimensions. */
record EmbeddingShape(long samples, int views, long dimensions) {
    static EmbeddingShape of(Tensor z, int views) {
        if (views < 1) {
            throw new MmcrException("expected at least 1 view per sample, found " + views
                    + "; pass how many rows belong" + " to one sample");
        }
        if (z.dim() != 2) {
            throw new MmcrException("expected embeddings of 2 dimensions (rows, features), found " + z.dim()
                    + " with shape " + shape(z) + "; flatten or reshape them");
        }
        if (!isFloatingPoint(z)) {
            throw new MmcrException("expected floating-point embeddings, found "
                    + z.scalar_type().intern() + "; convert them to float32");
        }
        if (z.size(0) == 0 || z.size(1) == 0 || z.size(0) % views != 0) {
            throw new MmcrException("expected a positive multiple of " + views + " rows (" + views
                    + " views per sample) and at least 1 feature, found shape " + shape(z)
                    + "; pass all views of every sample, sample by sample");
        }
        return new EmbeddingShape(z.size(0) / views, views, z.size(1));
    }

    long rows() {
        return samples * views;
    }

    void requireSame(Tensor momentum) {
        if (momentum.dim() != 2 || momentum.size(0) != rows() || momentum.size(1) != dimensions) {
            throw new MmcrException("expected momentum embeddings of the shape of the embeddings, (" + rows() + ", "
                    + dimensions + "), found " + shape(momentum) + "; embed the same views with both encoders");
        }
        if (!isFloatingPoint(momentum)) {
            throw new MmcrException("expected floating-point momentum embeddings, found "
                    + momentum.scalar_type().intern() + "; convert them to float32");
        }
    }

    /** The type in which an objective processes such embeddings: float64 stays, every other type becomes float32. */
    static ScalarType computeType(Tensor raw) {
        return raw.scalar_type().intern() == ScalarType.Double ? ScalarType.Double : ScalarType.Float;
    }

    private static boolean isFloatingPoint(Tensor tensor) {
        ScalarType type = tensor.scalar_type().intern();
        return type == ScalarType.Float
                || type == ScalarType.Double
                || type == ScalarType.BFloat16
                || type == ScalarType.Half;
    }

    private static String shape(Tensor tensor) {
        long[] sizes = new long[Math.toIntExact(tensor.dim())];
        Arrays.setAll(sizes, tensor::size);
        return Arrays.toString(sizes);
    }
}
