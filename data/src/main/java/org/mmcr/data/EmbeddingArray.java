package org.mmcr.data;

import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.ArrayFiles;
import org.mmcr.data.io.Csv;
import org.mmcr.data.io.NumberArray;

/**
 * Embeddings in a file, read row by row, with labels where the file brings some: the one reader of embeddings that
 * {@code mmcr embed} or another program wrote. An array of NumPy, MATLAB or HDF5 has two or more axes, the last of them
 * the dimensions; a CSV, TSV or Parquet table is (N, D). Thread-safe.
 */
public final class EmbeddingArray {
    /** Reads adjacent rows of D numbers. */
    private interface Rows {
        void read(long first, int count, double[] to, int offset);

        /** Reads rows rounded to float32. */
        void read(long first, int count, float[] to, int offset);
    }

    private final String location;
    private final List<Long> shape;
    private final boolean single;
    private final Rows rows;
    /** Read when they are asked for: not every use of an array needs them. */
    private final Supplier<Optional<List<String>>> labels;

    private EmbeddingArray(
            String location, List<Long> shape, boolean single, Rows rows, Supplier<Optional<List<String>>> labels) {
        this.location = location;
        this.shape = shape;
        this.single = single;
        this.rows = rows;
        this.labels = labels;
    }

    /**
     * Opens a file.
     *
     * @param location {@code x.npy}, with labels in a file beside it as {@code embed} writes {@code x.csv}; {@code
     *     x.npz}, with its array {@code x} or the only one, {@code x.npz#name}, with labels in its array {@code y};
     *     {@code x.mat#name} or {@code x.h5#path}; or a table in CSV, TSV or Parquet, with labels in its column
     *     {@code label}
     * @throws MmcrException if it cannot be read, or holds something else
     */
    public static EmbeddingArray open(String location) {
        DataLocation found = DataLocation.of(location);
        if (!Files.isRegularFile(found.path())) {
            throw new MmcrException("expected a file of embeddings, found no file " + found.path()
                    + "; check the path (.npy, .npz#name, .mat#name, .h5#path, .csv, .tsv or .parquet)");
        }
        String name = found.name().toLowerCase(Locale.ROOT);
        if (name.endsWith(".npy")) {
            return of(location, ArrayFiles.open(location), () -> Tables.labelsBeside(location, found.path()));
        }
        if (name.endsWith(".npz")) {
            return NpzTable.embeddings(found);
        }
        if (ArrayFiles.isArray(location)) {
            return of(location, ArrayFiles.open(location), Optional::empty);
        }
        if (!Csv.isCsv(name) && !name.endsWith(".parquet")) {
            throw new MmcrException(
                    "expected embeddings in a .npy, .npz, .mat, .h5, .csv, .tsv or .parquet file, found " + found.path()
                            + "; save them in one of these formats");
        }
        return table(location);
    }

    /**
     * Returns the rows of an array without labels.
     *
     * @throws MmcrException if it has fewer than two axes
     */
    public static EmbeddingArray of(String location, NumberArray array) {
        return of(location, array, Optional::empty);
    }

    /**
     * Returns the rows of an array.
     *
     * @param labels reads them
     * @throws MmcrException if it has fewer than two axes
     */
    static EmbeddingArray of(String location, NumberArray array, Supplier<Optional<List<String>>> labels) {
        List<Long> shape = array.shape();
        if (shape.size() < 2) {
            throw new MmcrException("expected embeddings of two axes or more, (N, D), found " + array.describe()
                    + "; bring them to that shape with numpy.reshape");
        }
        return new EmbeddingArray(location, shape, array.isSingle(), rows(array), labels);
    }

    private static Rows rows(NumberArray array) {
        int columns = Math.toIntExact(array.shape().get(array.shape().size() - 1));
        return new Rows() {
            @Override
            public void read(long first, int count, double[] to, int offset) {
                array.read(first * columns, Math.multiplyExact(count, columns), to, offset);
            }

            @Override
            public void read(long first, int count, float[] to, int offset) {
                array.read(first * columns, Math.multiplyExact(count, columns), to, offset);
            }
        };
    }

    private static Rows rows(VectorSource table) {
        int columns = table.columns();
        return new Rows() {
            @Override
            public void read(long first, int count, double[] to, int offset) {
                double[] row = new double[columns];
                for (int i = 0; i < count; i++) {
                    table.read(Math.toIntExact(first + i), row);
                    System.arraycopy(row, 0, to, offset + i * columns, columns);
                }
            }

            @Override
            public void read(long first, int count, float[] to, int offset) {
                float[] row = new float[columns];
                for (int i = 0; i < count; i++) {
                    table.read(Math.toIntExact(first + i), row);
                    System.arraycopy(row, 0, to, offset + i * columns, columns);
                }
            }
        };
    }

    private static EmbeddingArray table(String location) {
        if (!(DataSources.open(location, DataOptions.defaults()) instanceof VectorSource table)) {
            throw new MmcrException("expected embeddings in " + location
                    + ", found a list of pictures; give --encoder or a run, with --data");
        }
        return new EmbeddingArray(
                location,
                List.of((long) table.size(), (long) table.columns()),
                false,
                rows(table),
                () -> table.classNames().isEmpty() ? Optional.empty() : Optional.of(labels(table)));
    }

    private static List<String> labels(DataSource table) {
        return IntStream.range(0, table.size())
                .mapToObj(i -> table.label(i).isPresent()
                        ? table.classNames().get(table.label(i).getAsInt())
                        : "")
                .toList();
    }

    /** Returns the location as given. */
    public String location() {
        return location;
    }

    /** Returns the sizes of the axes, two or more; the last is D. */
    public List<Long> shape() {
        return shape;
    }

    /** Returns the number D of dimensions. */
    public int columns() {
        return Math.toIntExact(shape.get(shape.size() - 1));
    }

    /** Returns the number of rows, the product of all axes but the last. */
    public long rows() {
        return shape.subList(0, shape.size() - 1).stream().reduce(1L, Math::multiplyExact);
    }

    /** Returns whether the numbers are float32 or narrower. */
    public boolean isSingle() {
        return single;
    }

    /**
     * Reads the labels that the file brings, an empty text for a row or sample without; empty if there are none, or if
     * what a file or array with the name of labels holds are no classes, which is logged.
     */
    public Optional<List<String>> labels() {
        return labels.get();
    }

    /** Returns shape and location for messages: "(3, 2) in x.npy". */
    public String describe() {
        return shape.toString().replace('[', '(').replace(']', ')') + " in " + location;
    }

    /**
     * Reads adjacent rows.
     *
     * @param first index of the first row, all axes but the last counted together
     * @param count number of rows
     * @param to receives count * D numbers from {@code offset} on
     */
    public void read(long first, int count, double[] to, int offset) {
        rows.read(first, count, to, offset);
    }

    /** Reads adjacent rows as the other method does, rounded to float32. */
    public void read(long first, int count, float[] to, int offset) {
        rows.read(first, count, to, offset);
    }
}
