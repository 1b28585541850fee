package org.mmcr.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jetbrains.bio.npy.NpyArray;
import org.jetbrains.bio.npy.NpyFile;
import org.mmcr.MmcrException;

/**
 * Embeddings as they are in a file.
 *
 * @param rows (N*K, D), float32 or float64
 * @param shape (N*K, D) or (N, K, D)
 */
record EmbeddingFile(Tensor rows, List<Integer> shape) {

    static EmbeddingFile read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new MmcrException("expected a .npy file of embeddings, found no file " + file + "; check the path");
        }
        NpyArray array = open(file);
        List<Integer> shape = Arrays.stream(array.getShape()).boxed().toList();
        if (shape.size() != 2 && shape.size() != 3) {
            throw new MmcrException("expected embeddings of shape (N*K, D) or (N, K, D), found " + text(shape) + " in "
                    + file + "; reshape them first");
        }
        return new EmbeddingFile(tensor(array, file).view(-1, shape.get(shape.size() - 1)), shape);
    }

    private static NpyArray open(Path file) {
        try {
            return NpyFile.read(file, Integer.MAX_VALUE);
        } catch (RuntimeException e) { // whatever its parser stumbles over
            throw new MmcrException(
                    "expected a NumPy .npy array in " + file + ", found another or a damaged file (" + e.getMessage()
                            + "); write it with numpy.save",
                    e);
        }
    }

    private static Tensor tensor(NpyArray array, Path file) {
        if (array.getData() instanceof float[] floats) {
            return Tensor.create(floats);
        }
        if (array.getData() instanceof double[] doubles) {
            return Tensor.create(doubles);
        }
        throw new MmcrException(
                "expected float32 or float64 embeddings, found another type in " + file + "; convert them first");
    }

    /** K when the shape says it. */
    OptionalInt views() {
        return shape.size() == 3 ? OptionalInt.of(shape.get(1)) : OptionalInt.empty();
    }

    String shapeText() {
        return text(shape);
    }

    /** Writes as many values as there are in this file, in its shape and type; the file appears whole or not at all. */
    void writeLike(Tensor values, Path file) {
        OutputFile.write(file, beside -> {
            int[] sizes = shape.stream().mapToInt(Integer::intValue).toArray();
            int count = Math.toIntExact(values.numel());
            if (values.scalar_type().intern() == ScalarType.Double) {
                double[] numbers = new double[count];
                values.contiguous().data_ptr_double().get(numbers);
                NpyFile.write(beside, numbers, sizes);
            } else {
                float[] numbers = new float[count];
                values.contiguous().data_ptr_float().get(numbers);
                NpyFile.write(beside, numbers, sizes);
            }
        });
    }

    private static String text(List<Integer> shape) {
        return shape.stream().map(String::valueOf).collect(Collectors.joining(", ", "(", ")"));
    }
}
