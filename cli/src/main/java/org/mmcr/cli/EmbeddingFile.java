package org.mmcr.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.MmcrException;
import org.mmcr.data.NpyFiles;

/**
 * Embeddings as they are in a file.
 *
 * @param rows (N*K, D), float32 or float64
 * @param shape (N*K, D) or (N, K, D)
 */
record EmbeddingFile(Tensor rows, List<Long> shape) {

    static EmbeddingFile read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new MmcrException("expected a .npy file of embeddings, found no file " + file + "; check the path");
        }
        NpyFiles.Description found = NpyFiles.describe(file);
        List<Long> shape = found.shape();
        if (shape.size() != 2 && shape.size() != 3) {
            throw new MmcrException("expected embeddings of shape (N*K, D) or (N, K, D), found " + text(shape) + " in "
                    + file + "; reshape them first");
        }
        // float64 stays float64; everything narrower is computed in float32.
        Tensor values = found.type().equals("float64")
                ? Tensor.create(NpyFiles.readDoubles(file).values())
                : Tensor.create(NpyFiles.readFloats(file).values());
        return new EmbeddingFile(values.view(-1, shape.get(shape.size() - 1)), shape);
    }

    /** K when the shape says it. */
    OptionalInt views() {
        return shape.size() == 3 ? OptionalInt.of(Math.toIntExact(shape.get(1))) : OptionalInt.empty();
    }

    String shapeText() {
        return text(shape);
    }

    /** Writes as many values as there are in this file, in its shape and type; the file appears whole or not at all. */
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
