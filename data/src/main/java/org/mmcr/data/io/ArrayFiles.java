package org.mmcr.data.io;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mmcr.core.MmcrException;

/**
 * Arrays of numbers and of labels in the files that programs write: NumPy ({@code .npy}, {@code .npz#name}), MATLAB
 * ({@code .mat#name}, versions 5 to 7.3) and HDF5 ({@code .h5#path/to/dataset}, {@code .hdf5}, {@code .nwb}). A name
 * may be left out where there is only one array.
 */
public final class ArrayFiles {
    private static final Pattern LOCATION =
            Pattern.compile("(.*\\.(npy|npz|mat|h5|hdf5|nwb))(?:#(.*))?", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    /** Bytes of a number while it is read: as it is stored, as it is kept, and in the other order. */
    private static final long NUMBER = 3 * Double.BYTES;

    private ArrayFiles() {}

    /** The parts of a location. */
    private record Place(String location, String file, String kind, Optional<String> name) {
        static Optional<Place> of(String location) {
            Matcher parts = LOCATION.matcher(location);
            return parts.matches()
                    ? Optional.of(new Place(
                            location,
                            parts.group(1),
                            parts.group(2).toLowerCase(Locale.ROOT),
                            Optional.ofNullable(parts.group(3)).filter(name -> !name.isEmpty())))
                    : Optional.empty();
        }

        Path path() {
            Path path = Path.of(file);
            if (!Files.isRegularFile(path)) {
                throw new MmcrException("expected a file of arrays at " + file + ", found "
                        + (Files.exists(path) ? "a folder" : "none") + "; check the path");
            }
            return path;
        }
    }

    /** Returns whether a location has the name of a file of arrays. */
    public static boolean isArray(String location) {
        return Place.of(location).isPresent();
    }

    /** Returns the file of a location without the name of the array in it. */
    public static String file(String location) {
        return Place.of(location).map(Place::file).orElse(location);
    }

    /** Returns whether a location is a whole NWB file, not one of its arrays. */
    public static boolean isRecording(String location) {
        return Place.of(location)
                .filter(place -> place.kind().equals("nwb") && place.name().isEmpty())
                .isPresent();
    }

    /**
     * Opens an array of numbers.
     *
     * @throws MmcrException if there is none, several without a name, or one of another kind
     */
    public static NumberArray open(String location) {
        Place place = place(location);
        return switch (place.kind()) {
            case "npy", "npz" -> NpyArray.open(location);
            case "mat" ->
                MatFile.isHdf5(place.path())
                        ? Hdf5File.read(location, place.path(), matlabPath(place), true)
                        : MatFile.read(location, place.path(), place.name());
            default -> Hdf5File.read(location, place.path(), place.name(), false);
        };
    }

    /**
     * Reads a label for each sample, in order: whole numbers or texts. An empty text is a sample without a label, as is
     * a negative number and a number that is none.
     *
     * @throws MmcrException if the array is not one-dimensional, or holds other values
     */
    public static List<String> labels(String location) {
        Place place = place(location);
        return switch (place.kind()) {
            case "npy", "npz" -> NpyArray.labels(location);
            case "mat" ->
                MatFile.isHdf5(place.path())
                        ? Hdf5File.labels(location, place.path(), matlabPath(place), true)
                        : MatFile.labels(location, place.path(), place.name());
            default -> Hdf5File.labels(location, place.path(), place.name(), false);
        };
    }

    /** Fields of a MATLAB structure are groups of an HDF5 file. */
    private static Optional<String> matlabPath(Place place) {
        return place.name().map(name -> name.replace('.', '/'));
    }

    private static Place place(String location) {
        return Place.of(location)
                .orElseThrow(() ->
                        new MmcrException("expected a file of arrays (.npy, .npz, .mat, .h5, .hdf5 or .nwb), found "
                                + location + "; name one"));
    }

    /** Returns the labels that numbers stand for. */
    static List<String> labels(String location, HeldArray numbers) {
        if (numbers.shape().stream().filter(size -> size != 1).count() > 1) {
            throw new NoClassesException("expected a one-dimensional array of labels, found " + numbers.describe()
                    + "; give a label for each sample");
        }
        return Arrays.stream(numbers.values())
                .mapToObj(value -> label(location, value))
                .toList();
    }

    /** Returns the label that a number stands for; empty for a negative number and for NaN. */
    static String label(String location, double value) {
        if (!Double.isNaN(value) && (value != Math.rint(value) || Math.abs(value) > 1e15)) {
            throw new NoClassesException("expected whole numbers or texts as labels in " + location + ", found " + value
                    + "; number the classes");
        }
        return value < 0 || Double.isNaN(value) ? "" : String.valueOf((long) value);
    }

    /** Throws if an array exceeds the heap or the length of an array in Java. */
    static void requireRoom(String location, long count) {
        long heap = Runtime.getRuntime().maxMemory();
        if (count > Integer.MAX_VALUE - 8 || count > heap / NUMBER) {
            throw new MmcrException("expected an array that fits into the Java heap of " + (heap >> 20) + " MiB in "
                    + location + ", found " + count + " numbers"
                    + (count > Integer.MAX_VALUE - 8
                            ? ", more than can be read; split it"
                            : "; raise the heap with MMCR_JAVA_OPTS=-Xmx" + (count * NUMBER / (1L << 30) + 2)
                                    + "g, or save it with numpy.save, which is read in parts"));
        }
    }
}
