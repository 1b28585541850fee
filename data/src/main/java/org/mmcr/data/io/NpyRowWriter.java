package org.mmcr.data.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Writes an (N, D) float32 {@code .npy} file row by row in constant memory. The file appears when {@link #finish} is
 * called; a writer that is closed before leaves nothing.
 */
public final class NpyRowWriter implements AutoCloseable {
    private static final int BUFFER = 1 << 18;

    private final Path file;
    private final Path part;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    private final int itemSize;
    private final long rows;
    private final int columns;
    private long written;

    /** Starts a (rows, columns) float32 file and creates missing folders. */
    public NpyRowWriter(Path file, long rows, int columns) {
        this(file, List.of(rows, (long) columns), Float.BYTES);
    }

    /** Starts a float32 or float64 file of any shape; a row is everything below the first axis. */
    NpyRowWriter(Path file, List<Long> shape, int itemSize) {
        if (shape.isEmpty() || shape.stream().anyMatch(size -> size < 0)) {
            throw new IllegalArgumentException("expected one or more axes of sizes from 0 on, found " + shape);
        }
        this.rows = shape.get(0);
        this.columns = Math.toIntExact(shape.stream().skip(1).reduce(1L, Math::multiplyExact));
        this.itemSize = itemSize;
        this.file = file.toAbsolutePath();
        part = AtomicFiles.part(this.file);
        try {
            Files.createDirectories(this.file.getParent());
            channel = FileChannel.open(
                    part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw NpyFiles.cannotWrite(file, e);
        }
        buffer.put(NpyHeader.encode(itemSize == Float.BYTES ? "<f4" : "<f8", shape));
    }

    /** Appends {@code count} rows that start at item {@code offset} of {@code values}. */
    public void write(float[] values, int offset, int count) {
        reserve(values.length, offset, count);
        for (int i = offset; i < offset + count * columns; i++) {
            room().putFloat(values[i]);
        }
    }

    /** Appends rows of a float64 file. */
    void write(double[] values, int offset, int count) {
        reserve(values.length, offset, count);
        for (int i = offset; i < offset + count * columns; i++) {
            room().putDouble(values[i]);
        }
    }

    private void reserve(int available, int offset, int count) {
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
        try {
            AtomicFiles.writeFully(channel, buffer.flip());
        } catch (IOException e) {
            throw NpyFiles.cannotWrite(file, e);
        }
        buffer.clear();
    }

    /** Completes the file and moves it into place; every announced row must have been written. */
    public void finish() {
        if (written != rows) {
            throw new IllegalStateException("expected " + rows + " rows for " + file + ", found " + written);
        }
        flush();
        try {
            channel.force(true);
            channel.close();
            AtomicFiles.move(part, file, true);
        } catch (IOException e) {
            throw NpyFiles.cannotWrite(file, e);
        }
    }

    /** Discards the file unless it is finished. */
    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw NpyFiles.cannotWrite(file, e);
        }
    }
}
