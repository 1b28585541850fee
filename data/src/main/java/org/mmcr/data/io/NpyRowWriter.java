package org.mmcr.data.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Writes an (N, D) float32 {@code .npy} file row by row in constant memory. The file is written beside its place and moved
 * into it by {@link #finish}; closed before that, it leaves nothing.
 */
public final class NpyRowWriter implements AutoCloseable {
    private static final int BUFFER = 1 << 18;

    private final Path file;
    private final Path beside;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    private final int itemSize;
    private final long rows;
    private final int columns;
    private long written;

    /** Begins a (rows, columns) float32 file; missing folders are made. */
    public NpyRowWriter(Path file, long rows, int columns) {
        this(file, List.of(rows, (long) columns), Float.BYTES);
    }

    /** Begins a float32 file of any shape; a row is everything below the first axis. */
    public static NpyRowWriter floats(Path file, List<Long> shape) {
        return new NpyRowWriter(file, shape, Float.BYTES);
    }

    /** The same in float64. */
    public static NpyRowWriter doubles(Path file, List<Long> shape) {
        return new NpyRowWriter(file, shape, Double.BYTES);
    }

    private NpyRowWriter(Path file, List<Long> shape, int itemSize) {
        if (shape.isEmpty() || shape.stream().anyMatch(size -> size < 0)) {
            throw new IllegalArgumentException("an array has one or more axes and no negative sizes, found " + shape);
        }
        this.rows = shape.get(0);
        this.columns = Math.toIntExact(shape.stream().skip(1).reduce(1L, Math::multiplyExact));
        this.itemSize = itemSize;
        this.file = file.toAbsolutePath();
        beside = this.file.resolveSibling(this.file.getFileName() + ".partial");
        try {
            Files.createDirectories(this.file.getParent());
            channel = FileChannel.open(
                    beside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw NpyFiles.failure(file, e);
        }
        buffer.put(NpyHeader.encode(itemSize == Float.BYTES ? "<f4" : "<f8", shape));
    }

    /** Appends {@code count} rows that begin at item {@code offset} of {@code values}. */
    public void write(float[] values, int offset, int count) {
        begin(values.length, offset, count);
        for (int i = offset; i < offset + count * columns; i++) {
            room().putFloat(values[i]);
        }
    }

    /** Appends rows of a float64 file. */
    public void write(double[] values, int offset, int count) {
        begin(values.length, offset, count);
        for (int i = offset; i < offset + count * columns; i++) {
            room().putDouble(values[i]);
        }
    }

    private void begin(int available, int offset, int count) {
        if (count < 0 || offset < 0 || (long) offset + (long) count * columns > available || written + count > rows) {
            throw new IllegalArgumentException(count + " rows of " + columns + " from item " + offset + " of "
                    + available + " do not fit: " + written + " of " + rows + " rows are written");
        }
        written += count;
    }

    private ByteBuffer room() {
        if (buffer.remaining() < itemSize) {
            flush();
        }
        return buffer;
    }

    private void flush() {
        buffer.flip();
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw NpyFiles.failure(file, e);
        }
        buffer.clear();
    }

    /** Completes the file and moves it into place; every announced row must have been written. */
    public void finish() {
        if (written != rows) {
            throw new IllegalStateException(
                    file + " was announced with " + rows + " rows, " + written + " were written");
        }
        flush();
        try {
            channel.force(true);
            channel.close();
            moveIntoPlace();
        } catch (IOException e) {
            throw NpyFiles.failure(file, e);
        }
    }

    private void moveIntoPlace() throws IOException {
        try {
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Gives the file up unless it is finished. */
    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(beside);
        } catch (IOException e) {
            throw NpyFiles.failure(file, e);
        }
    }
}
