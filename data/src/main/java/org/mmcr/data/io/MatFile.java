package org.mmcr.data.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.mmcr.core.MmcrException;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.format.Mat5File;
import us.hebi.matlab.mat.types.Array;
import us.hebi.matlab.mat.types.Cell;
import us.hebi.matlab.mat.types.Char;
import us.hebi.matlab.mat.types.Matrix;
import us.hebi.matlab.mat.types.Source;
import us.hebi.matlab.mat.types.Sources;
import us.hebi.matlab.mat.types.Struct;

/** A MATLAB file of version 5 to 7. Those of version 7.3 are HDF5 files. */
final class MatFile {
    private static final Pattern DOT = Pattern.compile("\\.");
    private static final int HEADER = 128;
    /** Bytes of the type and the length of an element. */
    private static final int TAG = 8;

    private final String location;
    private final Mat5File content;

    private MatFile(String location, Mat5File content) {
        this.location = location;
        this.content = content;
    }

    /** Returns whether a file is a MATLAB file of version 7.3. */
    static boolean isHdf5(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(HEADER);
            String text = new String(head, StandardCharsets.ISO_8859_1);
            if (!text.startsWith("MATLAB 5.0") && !text.startsWith("MATLAB 7.3") && !text.startsWith("\u0089HDF")) {
                throw new MmcrException("expected a MATLAB file of version 5 to 7.3 at " + file
                        + ", found something else; write it with save('-v7') or scipy.io.savemat");
            }
            return !text.startsWith("MATLAB 5.0");
        } catch (IOException e) {
            throw FileFailure.exception("a MATLAB file at " + file, e, "check the path");
        }
    }

    /** Reads an array of numbers, in the order of axes that MATLAB shows. */
    static NumberArray read(String location, Path file, Optional<String> name) {
        MatFile mat = open(location, file);
        Array found = mat.find(name);
        if (!(found instanceof Matrix matrix) || matrix.isComplex()) {
            throw mat.unfit("an array of real numbers", found);
        }
        return mat.numbers(matrix);
    }

    /** Reads labels: numbers, or a cell array of texts. */
    static List<String> labels(String location, Path file, Optional<String> name) {
        MatFile mat = open(location, file);
        Array found = mat.find(name);
        if (found instanceof Cell cell) {
            List<String> labels = new ArrayList<>();
            for (int i = 0; i < cell.getNumElements(); i++) {
                Array one = cell.get(i);
                if (!(one instanceof Char text)) {
                    throw mat.unfit("a cell array of texts", one);
                }
                labels.add(text.getNumElements() == 0 ? "" : text.getString().strip());
            }
            return List.copyOf(labels);
        }
        if (!(found instanceof Matrix matrix) || matrix.isComplex()) {
            throw mat.unfit("labels, as numbers or a cell array of texts,", found);
        }
        return ArrayFiles.labels(location, mat.numbers(matrix));
    }

    private static MatFile open(String location, Path file) {
        try (Source source = Sources.openStreamingFile(file.toFile())) {
            requireWhole(file);
            return new MatFile(location, Mat5.newReader(source).readMat());
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            throw new MmcrException(
                    "expected a whole MATLAB file at " + file + ", found " + FileFailure.reason(e)
                            + "; save or copy it again",
                    e);
        }
    }

    /** Checks the lengths of all elements, because the library takes what it finds of a file that is cut short. */
    private static void requireWhole(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer order = read(channel, HEADER - 2, 2);
            ByteOrder bytes = order.get(0) == 'M' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
            long at = HEADER;
            while (at < channel.size()) {
                ByteBuffer tag = read(channel, at, TAG).order(bytes);
                at += TAG + Integer.toUnsignedLong(tag.getInt(Integer.BYTES));
            }
            if (at > channel.size()) {
                throw new IOException(channel.size() + " of at least " + at + " bytes");
            }
        }
    }

    private static ByteBuffer read(FileChannel channel, long at, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        if (channel.read(bytes, at) < count) {
            throw new IOException("a file that is cut short");
        }
        return bytes;
    }

    private HeldArray numbers(Matrix matrix) {
        ArrayFiles.requireRoom(location, matrix.getNumElements());
        double[] columns = new double[matrix.getNumElements()];
        Arrays.setAll(columns, matrix::getDouble);
        List<Long> shape =
                Arrays.stream(matrix.getDimensions()).asLongStream().boxed().toList();
        return HeldArray.ofColumns(location, shape, columns);
    }

    /** Returns an array by its name, {@code structure.field} included, or the only array of numbers. */
    private Array find(Optional<String> name) {
        List<us.hebi.matlab.mat.types.MatFile.Entry> entries = new ArrayList<>();
        content.getEntries().forEach(entries::add);
        if (name.isEmpty()) {
            List<us.hebi.matlab.mat.types.MatFile.Entry> numbers = entries.stream()
                    .filter(entry -> entry.getValue() instanceof Matrix)
                    .toList();
            if (numbers.size() == 1) {
                return numbers.get(0).getValue();
            }
            throw missing("one array of numbers", entries);
        }
        String[] parts = DOT.split(name.get(), -1);
        Array found = entries.stream()
                .filter(entry -> entry.getName().equals(parts[0]))
                .map(us.hebi.matlab.mat.types.MatFile.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> missing("an array " + parts[0], entries));
        for (String field : Arrays.asList(parts).subList(1, parts.length)) {
            if (!(found instanceof Struct struct)
                    || struct.getNumElements() != 1
                    || !struct.getFieldNames().contains(field)) {
                throw unfit("a structure with the field " + field, found);
            }
            found = struct.get(field);
        }
        return found;
    }

    private MmcrException missing(String expected, List<us.hebi.matlab.mat.types.MatFile.Entry> entries) {
        List<String> names = entries.stream()
                .map(us.hebi.matlab.mat.types.MatFile.Entry::getName)
                .toList();
        return new MmcrException("expected " + expected + " in " + location + ", found "
                + (names.isEmpty() ? "none" : String.join(", ", names)) + "; name one of them after the #: "
                + ArrayFiles.file(location) + "#" + (names.isEmpty() ? "x" : names.get(0)));
    }

    private MmcrException unfit(String expected, Array found) {
        String fields = found instanceof Struct struct ? " with " + String.join(", ", struct.getFieldNames()) : "";
        return new MmcrException("expected " + expected + " in " + location + ", found " + found.getType() + fields
                + "; name another array after the #");
    }
}
