package org.mmcr.data.io;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.object.datatype.Reference;
import java.io.IOException;
import java.lang.reflect.Array;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.mmcr.core.MmcrException;

/**
 * Datasets of an HDF5 file. MATLAB writes its arrays with the axes in reversed order, which is that of its memory; they
 * are returned as MATLAB shows them.
 */
final class Hdf5File implements AutoCloseable {
    private final String location;
    private final HdfFile file;
    private final boolean matlab;

    private Hdf5File(String location, HdfFile file, boolean matlab) {
        this.location = location;
        this.file = file;
        this.matlab = matlab;
    }

    /** Reads a dataset of numbers. */
    static NumberArray read(String location, Path path, Optional<String> name, boolean matlab) {
        return opened(location, path, matlab, file -> file.numbers(file.find(name)));
    }

    /** Reads labels: numbers, texts, or a MATLAB cell array of texts. */
    static List<String> labels(String location, Path path, Optional<String> name, boolean matlab) {
        return opened(location, path, matlab, file -> file.labels(file.find(name)));
    }

    /** What is read of an open file. */
    @FunctionalInterface
    interface Reader<T> {
        T read(Hdf5File file);
    }

    /** Opens a file for one reader; whatever a damaged one leads to is one message. */
    static <T> T opened(String location, Path path, boolean matlab, Reader<T> reader) {
        try (Hdf5File file = new Hdf5File(location, open(path), matlab)) {
            return reader.read(file);
        } catch (MmcrException e) {
            throw e;
        } catch (IOException | RuntimeException | InternalError | OutOfMemoryError | StackOverflowError e) {
            throw new MmcrException(
                    "expected a whole HDF5 file at " + path + ", found " + FileFailure.reason(e)
                            + "; write or copy it again",
                    e);
        }
    }

    /** Maps a file: of a buffer the library takes slices, of a channel it allocates whatever a damaged file asks for. */
    private static HdfFile open(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.size() > Integer.MAX_VALUE
                    ? new HdfFile(path)
                    : HdfFile.fromByteBuffer(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
        }
    }

    /** Returns a dataset by its path, if there is one. */
    Optional<Dataset> dataset(String path) {
        return node(path).filter(Dataset.class::isInstance).map(Dataset.class::cast);
    }

    private Optional<Node> node(String path) {
        Node node = file;
        for (String part : path.replaceAll("^/+|/+$", "").split("/", -1)) {
            if (!(node instanceof Group group) || !group.getChildren().containsKey(part)) {
                return Optional.empty();
            }
            node = group.getChild(part);
        }
        return Optional.of(node);
    }

    /** Returns the names of the datasets in a group, none if there is no such group. */
    List<String> names(String path) {
        return node(path).filter(Group.class::isInstance).stream()
                .flatMap(group -> ((Group) group).getChildren().values().stream())
                .filter(Dataset.class::isInstance)
                .map(Node::getName)
                .toList();
    }

    private Dataset find(Optional<String> name) {
        if (name.isPresent()) {
            return dataset(name.get()).orElseThrow(() -> missing("a dataset " + name.get()));
        }
        List<Dataset> all = datasets();
        List<Dataset> numbers = all.stream().filter(Hdf5File::isNumeric).toList();
        if (numbers.size() != 1) {
            throw missing("one dataset of numbers");
        }
        return numbers.get(0);
    }

    private List<Dataset> datasets() {
        List<Dataset> found = new ArrayList<>();
        collect(file, found);
        return found;
    }

    private static void collect(Group group, List<Dataset> found) {
        for (Node node : group) {
            if (node instanceof Dataset dataset) {
                found.add(dataset);
            } else if (node instanceof Group inner && !inner.getName().startsWith("#")) {
                collect(inner, found);
            }
        }
    }

    private static boolean isNumeric(Dataset dataset) {
        Class<?> type = dataset.getJavaType();
        return !(dataset.getDataType() instanceof Reference)
                && !dataset.isScalar()
                && ((type.isPrimitive() && type != boolean.class) || type == BigInteger.class);
    }

    private MmcrException missing(String expected) {
        List<String> names = datasets().stream()
                .map(one -> one.getPath().substring(1))
                .limit(12)
                .toList();
        return new MmcrException("expected " + expected + " in " + location + ", found "
                + (names.isEmpty() ? "none" : String.join(", ", names)) + "; name one of them after the #: "
                + ArrayFiles.file(location) + "#" + (names.isEmpty() ? "x" : names.get(0)));
    }

    /** Returns the numbers of a dataset. */
    HeldArray numbers(Dataset dataset) {
        if (!isNumeric(dataset)) {
            throw new MmcrException("expected an array of numbers in " + location + ", found "
                    + dataset.getJavaType().getSimpleName() + " at " + dataset.getPath()
                    + "; name another dataset after the #");
        }
        List<Long> shape = new ArrayList<>(
                LongStream.of(dataset.getDimensionsAsLong()).boxed().toList());
        long count = shape.stream().reduce(1L, Math::multiplyExact);
        ArrayFiles.requireRoom(location, count);
        double[] values = new double[(int) count];
        if (count > 0) {
            Object flat = dataset.getDataFlat();
            boolean large = dataset.getJavaType() == BigInteger.class;
            for (int i = 0; i < values.length; i++) {
                values[i] = large ? ((Number) Array.get(flat, i)).doubleValue() : Array.getDouble(flat, i);
            }
        }
        if (matlab) {
            Collections.reverse(shape);
            return HeldArray.ofColumns(location, shape, values);
        }
        return new HeldArray(location, shape, values);
    }

    /** Returns the texts or numbers of a dataset as labels. */
    List<String> labels(Dataset dataset) {
        if (dataset.getDataType() instanceof Reference) {
            Object addresses = dataset.getDataFlat();
            List<String> labels = new ArrayList<>();
            for (int i = 0; i < Array.getLength(addresses); i++) {
                labels.add(text(((Number) Array.get(addresses, i)).longValue()));
            }
            return List.copyOf(labels);
        }
        if (dataset.getJavaType() == String.class) {
            return Arrays.stream((Object[]) dataset.getDataFlat())
                    .map(one -> String.valueOf(one).strip())
                    .toList();
        }
        return ArrayFiles.labels(location, numbers(dataset));
    }

    /** Returns the text that a cell of MATLAB refers to: codes of UTF-16, a row. */
    private String text(long address) {
        if (!(file.getNodeByAddress(address) instanceof Dataset cell) || !isNumeric(cell)) {
            throw new MmcrException("expected a cell array of texts in " + location
                    + ", found other cells; number the classes instead");
        }
        if (cell.getAttributes().containsKey("MATLAB_empty")) {
            return "";
        }
        double[] codes = numbers(cell).values();
        StringBuilder text = new StringBuilder();
        for (double code : codes) {
            text.append((char) code);
        }
        return text.toString().strip();
    }

    @Override
    public void close() {
        file.close();
    }
}
