package org.mmcr.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.NpyFiles;

/**
 * Embeddings of a .npy file.
 *
 * @param file their file
 * @param rows (N*K, D), float32 or float64
 * @param shape shape in the file, (N*K, D) or (N, K, D)
 */
record EmbeddingFile(Path file, Tensor rows, List<Long> shape) {

    static EmbeddingFile read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new MmcrException("expected a .npy file of embeddings, found no file " + file + "; check the path");
        }
        NpyFiles.Description found = NpyFiles.describe(file);
        List<Long> shape = found.shape();
        if (shape.size() != 2 && shape.size() != 3) {
            throw new MmcrException("expected embeddings of shape (N*K, D) or (N, K, D), found " + text(shape) + " in "
                    + file + "; reshape them");
        }
        // float64 stays float64; narrower types become float32.
        Tensor values = found.type().equals("float64")
                ? Tensor.create(NpyFiles.readDoubles(file).values())
                : Tensor.create(NpyFiles.readFloats(file).values());
        return new EmbeddingFile(file, values.view(-1, shape.get(shape.size() - 1)), shape);
    }

    /**
     * Number of views K, from the shape or else from the option.
     *
     * @param given value of {@code --views}
     */
    int views(Optional<Integer> given) {
        if (shape.size() != 3) {
            return given.orElseThrow(() -> new UsageException("expected --views K for the two-dimensional array in "
                    + file + ", found none; give the number of adjacent rows of a sample"));
        }
        int own = Math.toIntExact(shape.get(1));
        if (given.isPresent() && given.get() != own) {
            throw new UsageException("expected --views " + own + " for " + file + " of shape " + text(shape)
                    + ", found --views " + given.get() + "; omit the option");
        }
        return own;
    }

    /** Writes as many values as this file has, in its shape and type. The file is written atomically. */
    void writeLike(Tensor values, Path file) {
        int count = Math.toIntExact(values.numel());
        if (values.scalar_type().intern() == ScalarType.Double) {
            double[] numbers = new double[count];
            values.contiguous().data_ptr_double().get(numbers);
            NpyFiles.write(file, new NpyFiles.DoubleArray(shape, numbers));
        } else {
            float[] numbers = new float[count];
            values.contiguous().data_ptr_float().get(numbers);
            NpyFiles.write(file, new NpyFiles.FloatArray(shape, numbers));
        }
    }

    private static String text(List<Long> shape) {
        return shape.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
    }
}
