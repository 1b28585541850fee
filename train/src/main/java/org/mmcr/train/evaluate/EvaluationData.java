package org.mmcr.train.evaluate;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.Picture;
import org.mmcr.data.PictureSource;
import org.mmcr.data.VectorSource;

/**
 * The labelled training and test data of an evaluation, checked before anything is embedded. Samples without a label
 * are left out.
 *
 * @param train the labelled samples that protocols are fitted to
 * @param test the labelled samples that are classified
 * @param notes numbers of samples without a label and of samples that are in both sets
 */
public record EvaluationData(DataSource train, DataSource test, List<String> notes) {
    public EvaluationData {
        notes = List.copyOf(notes);
    }

    /**
     * Checks two sources. Classes are matched by name.
     *
     * @param options options of the evaluation
     * @throws MmcrException if a source has no labels, the test data have a class of which the training data have no
     *     sample, or a class has fewer samples than {@link EvaluationOptions#labelsPerClass} requires
     */
    public static EvaluationData of(DataSource train, DataSource test, EvaluationOptions options) {
        List<String> notes = new ArrayList<>();
        DataSource fitted = labelled(train, "training", notes);
        DataSource classified = labelled(test, "test", notes);
        requireClasses(fitted, classified);
        options.labelsPerClass().forEach(perClass -> requireCount(fitted, perClass));
        int shared = shared(fitted, classified);
        if (shared > 0) {
            notes.add(String.format(
                    Locale.ROOT,
                    "%,d of the %,d test %s are training %s too; the accuracies are too high",
                    shared,
                    classified.size(),
                    classified.plural(),
                    classified.plural()));
        }
        return new EvaluationData(fitted, classified, notes);
    }

    private static DataSource labelled(DataSource data, String role, List<String> notes) {
        int[] labelled = IntStream.range(0, data.size())
                .filter(sample -> data.label(sample).isPresent())
                .toArray();
        if (labelled.length == 0) {
            throw new MmcrException("evaluation needs labelled " + role + " data, found "
                    + (data.size() == 0 ? "no data" : "no labels") + " in " + data.location()
                    + "; give one folder per class, a labelled format such as CIFAR or IDX, or a table with a"
                    + " label column (--label-column)");
        }
        if (labelled.length == data.size()) {
            return data;
        }
        notes.add(String.format(
                Locale.ROOT,
                "%,d of the %,d %s %s have no label and were left out",
                data.size() - labelled.length,
                data.size(),
                role,
                data.plural()));
        return DataSources.subset(data, labelled);
    }

    private static void requireClasses(DataSource train, DataSource test) {
        Set<String> known = present(train);
        Set<String> unknown = present(test);
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw ClassAlignment.unknown(known, unknown);
        }
    }

    /** Returns the names of the classes that have a sample, sorted. */
    private static Set<String> present(DataSource data) {
        return IntStream.range(0, data.size())
                .map(sample -> data.label(sample).orElseThrow())
                .distinct()
                .mapToObj(data.classNames()::get)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void requireCount(DataSource train, int perClass) {
        int[] counts = new int[train.classNames().size()];
        for (int sample = 0; sample < train.size(); sample++) {
            counts[train.label(sample).orElseThrow()]++;
        }
        for (int c = 0; c < counts.length; c++) {
            if (counts[c] > 0 && counts[c] < perClass) {
                throw new MmcrException("expected at least " + perClass + " training samples of class "
                        + train.classNames().get(c) + ", found " + counts[c] + "; lower --labels-per-class");
            }
        }
    }

    /** Returns the number of test samples with the content of a training sample, by a hash of 64 bits. */
    private static int shared(DataSource train, DataSource test) {
        long[] known = contents(train);
        Arrays.sort(known);
        return Math.toIntExact(Arrays.stream(contents(test))
                .filter(content -> Arrays.binarySearch(known, content) >= 0)
                .count());
    }

    private static long[] contents(DataSource data) {
        return IntStream.range(0, data.size())
                .parallel()
                .mapToLong(sample -> hash(bytes(data, sample)))
                .toArray();
    }

    private static ByteBuffer bytes(DataSource data, int sample) {
        if (data instanceof PictureSource pictures) {
            Picture picture = pictures.picture(sample);
            return ByteBuffer.allocate(Integer.BYTES + picture.rgb().length)
                    .putInt(picture.width())
                    .put(picture.rgb())
                    .flip();
        }
        VectorSource vectors = (VectorSource) data;
        float[] row = new float[vectors.columns()];
        vectors.read(sample, row);
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * row.length);
        bytes.asFloatBuffer().put(row);
        return bytes;
    }

    private static long hash(ByteBuffer bytes) {
        return checksum(new CRC32(), bytes) << Integer.SIZE | checksum(new CRC32C(), bytes);
    }

    private static long checksum(Checksum checksum, ByteBuffer bytes) {
        checksum.update(bytes.duplicate());
        return checksum.getValue();
    }
}
