package org.mmcr.train.evaluate;

import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;

/**
 * Features of N samples with their labels: the input of every evaluation protocol.
 *
 * <p>The set owns {@code features} and frees it in {@link #close()}; build the tensor outside any {@code PointerScope}.
 *
 * @param features float32 (N, F), contiguous, on the CPU, all finite
 * @param labels N indices into {@code classNames}, {@link #UNLABELLED} where a sample has no label; not copied
 * @param classNames class names in index order; empty when the source is unlabelled
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; boxed lists of labels would be wasteful
@API(status = API.Status.STABLE)
public record FeatureSet(Tensor features, int[] labels, List<String> classNames) implements AutoCloseable {
    /** The label of an unlabelled sample. */
    public static final int UNLABELLED = -1;

    private static final int CHECK_ROWS = 4096;

    public FeatureSet {
        classNames = List.copyOf(classNames);
        requireMatrix(features);
        if (features.size(0) != labels.length) {
            throw new MmcrException("expected one label per feature row, found " + features.size(0) + " rows and "
                    + labels.length + " labels; pass both from the same source");
        }
        requireDistinct(classNames);
        requireKnownClasses(labels, classNames);
        requireFinite(features);
    }

    /** The number of samples N. */
    public int size() {
        return labels.length;
    }

    /** The number of features F. */
    public int width() {
        return Math.toIntExact(features.size(1));
    }

    /** Returns a copy of these rows with their labels; the caller closes it. */
    FeatureSet rows(int[] rows) {
        Tensor some = torch.empty(rows.length, width());
        try (PointerScope scope = new PointerScope()) {
            long[] indices = Arrays.stream(rows).asLongStream().toArray();
            some.copy_(features.index_select(0, torch.tensor(indices)));
        }
        return new FeatureSet(some, Arrays.stream(rows).map(row -> labels[row]).toArray(), classNames);
    }

    /**
     * Checks that there is at least one row and that every row has a label.
     *
     * @param role name of this set in the message, for example {@code training}
     * @throws MmcrException naming the first row without a label
     */
    void requireLabelled(String role) {
        if (labels.length == 0) {
            throw new MmcrException("the " + role + " data is empty; give a source with labelled pictures");
        }
        for (int row = 0; row < labels.length; row++) {
            if (labels[row] == UNLABELLED) {
                throw new MmcrException(
                        "evaluation needs a label for every sample, but the " + role + " data has none for row " + row
                                + "; give one folder per class, or a labelled format such as CIFAR or IDX");
            }
        }
    }

    @Override
    public void close() {
        features.close();
    }

    private static void requireMatrix(Tensor features) {
        if (features.dim() != 2 || features.scalar_type().intern() != ScalarType.Float || !features.is_cpu()) {
            throw new MmcrException("expected a float32 CPU matrix (rows, features), found a " + features.dim() + "-D "
                    + features.scalar_type().intern() + " tensor; convert it first");
        }
        if (!features.is_contiguous()) {
            throw new MmcrException(
                    "expected a contiguous feature matrix, found a strided one; call contiguous() on it");
        }
        if (features.size(1) == 0) {
            throw new MmcrException("expected at least one feature per row, found none; check the encoder's output");
        }
    }

    private static void requireDistinct(List<String> classNames) {
        if (classNames.stream().distinct().count() != classNames.size()) {
            throw new MmcrException(
                    "expected distinct class names, found " + classNames + "; rename the repeated ones");
        }
    }

    private static void requireKnownClasses(int[] labels, List<String> classNames) {
        for (int row = 0; row < labels.length; row++) {
            if (labels[row] < UNLABELLED || labels[row] >= classNames.size()) {
                throw new MmcrException("expected labels in 0.." + (classNames.size() - 1) + " (or -1 for none), found "
                        + labels[row] + " in row " + row + "; check the label file");
            }
        }
    }

    static void requireFinite(Tensor features) {
        for (long start = 0; start < features.size(0); start += CHECK_ROWS) {
            try (PointerScope scope = new PointerScope()) {
                Tensor block = features.narrow(0, start, Math.min(CHECK_ROWS, features.size(0) - start));
                Tensor finite = torch.isfinite(block).all(1);
                if (!finite.all().item_bool()) {
                    long row = start + finite.logical_not().nonzero().min().item_long();
                    throw new MmcrException(
                            "expected finite features, found NaN or infinity in row " + row
                                    + "; the encoder's weights or input are broken (try --precision fp32, or an earlier checkpoint)");
                }
            }
        }
    }
}
