package org.mmcr.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.data.EmbeddingArray;
import org.mmcr.data.io.NpyFiles;

/**
 * Embeddings of a file as a tensor.
 *
 * @param file their location
 * @param rows (N*K, D), float32 or float64
 * @param shape shape in the file, (N*K, D) or (N, K, D)
 * @param labels labels that the file brings, see {@link EmbeddingArray#labels}
 */
record EmbeddingFile(String file, Tensor rows, List<Long> shape, Optional<List<String>> labels) {
    private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

    /** Reads a whole file; numbers wider than float32 become float64. */
    static EmbeddingFile read(String file) {
        EmbeddingArray array = EmbeddingArray.open(file);
        List<Long> shape = array.shape();
        if (shape.size() > 3) {
            throw new MmcrException(
                    "expected embeddings of shape (N*K, D) or (N, K, D), found " + array.describe() + "; reshape them");
        }
        if (array.rows() * array.columns() > LARGEST_ARRAY) {
            throw new MmcrException("expected at most " + LARGEST_ARRAY + " numbers, found " + array.describe()
                    + "; analyse a part of the rows");
        }
        Tensor rows = array.isSingle() ? floats(array) : Tensor.create(doubles(array));
        return new EmbeddingFile(file, rows.view(-1, array.columns()), shape, array.labels());
    }

    private static double[] doubles(EmbeddingArray array) {
        double[] values = new double[(int) array.rows() * array.columns()];
        array.read(0, (int) array.rows(), values, 0);
        return values;
    }

    private static Tensor floats(EmbeddingArray array) {
        float[] values = new float[(int) array.rows() * array.columns()];
        array.read(0, (int) array.rows(), values, 0);
        return Tensor.create(values);
    }

    /** Number of views as {@link #views}, which must be stated. */
    int statedViews(Optional<Integer> given) {
        if (shape.size() != 3 && given.isEmpty()) {
            throw new UsageException("expected --views K for the two-dimensional array in " + file
                    + ", found none; give the number of adjacent rows of a sample");
        }
        return views(given);
    }

    /**
     * Labels of the samples that the file brings; others, which are as many as something else, are named and left out.
     *
     * @param views K
     * @return one for each of N samples; of a table with a label for each row, those of the first views
     */
    Optional<List<String>> sampleLabels(int views, PrintWriter remarks) {
        long samples = rows.size(0) / views;
        if (labels.isPresent()
                && labels.get().size() != rows.size(0)
                && labels.get().size() != samples) {
            remarks.printf(
                    "the %,d labels that %s brings are not used, because there are %,d samples; name others by --labels%n",
                    labels.get().size(), file, samples);
            return Optional.empty();
        }
        return labels.map(all -> all.size() == rows.size(0) ? everyNth(all, views) : all);
    }

    private List<String> everyNth(List<String> all, int views) {
        for (int i = 0; i < all.size(); i++) {
            if (!all.get(i).equals(all.get(i - i % views))) {
                throw new MmcrException("expected one label for the " + views + " adjacent rows of a sample in " + file
                        + ", found " + all.get(i - i % views) + " and " + all.get(i) + " before row " + (i + 1)
                        + "; correct --views");
            }
        }
        return IntStream.range(0, all.size() / views)
                .mapToObj(i -> all.get(i * views))
                .toList();
    }

    /**
     * Number of views K: from the shape, or else from the option, or else 1.
     *
     * @param given value of {@code --views}
     * @throws UsageException if the shape or the labels beside the rows say otherwise
     */
    int views(Optional<Integer> given) {
        if (given.orElse(1) < 1) {
            throw new UsageException("expected --views of at least 1, found " + given.orElseThrow()
                    + "; give the number of adjacent rows of a sample");
        }
        if (shape.size() != 3) {
            int count = given.orElse(1);
            int labelled = labels.map(List::size).orElse(0);
            if (given.isEmpty() && labelled > 0 && labelled != rows.size(0) && rows.size(0) % labelled == 0) {
                throw new UsageException("expected --views " + rows.size(0) / labelled + " for the " + rows.size(0)
                        + " rows of " + file + " with labels of " + labelled + " samples, found none; give it");
            }
            return count;
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
