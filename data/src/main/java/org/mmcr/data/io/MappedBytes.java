package org.mmcr.data.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Read-only bytes: a memory-mapped file of any size, or an array. A file is mapped in segments because one mapping
 * holds at most 2 GiB. Thread-safe; unlike a channel, it stays open when a reading thread is interrupted.
 */
public final class MappedBytes {
    private static final int SEGMENT_BITS = 30;
    private static final long SEGMENT = 1L << SEGMENT_BITS;

    private final ByteBuffer[] segments;
    /** Position of the first byte in the segments. */
    private final long start;

    private final long bytes;
    /** The file in messages. */
    private final String name;

    private MappedBytes(String name, ByteBuffer[] segments, long start, long bytes) {
        this.name = name;
        this.segments = segments;
        this.start = start;
        this.bytes = bytes;
    }

    /** Maps a file. */
    public static MappedBytes open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            ByteBuffer[] segments = new ByteBuffer[(int) ((size + SEGMENT - 1) >>> SEGMENT_BITS)];
            for (int i = 0; i < segments.length; i++) {
                long start = i * SEGMENT;
                segments[i] = channel.map(FileChannel.MapMode.READ_ONLY, start, Math.min(SEGMENT, size - start));
            }
            return new MappedBytes(file.toString(), segments, 0, size);
        }
    }

    /** Wraps an array, which is not copied. */
    public static MappedBytes of(byte[] content) {
        return new MappedBytes("an array", new ByteBuffer[] {ByteBuffer.wrap(content)}, 0, content.length);
    }

    /** Returns a view of {@code length} bytes from {@code position} on. */
    public MappedBytes slice(long position, long length) {
        return new MappedBytes(name, segments, start + Objects.checkFromIndexSize(position, length, bytes), length);
    }

    /** Returns the number of bytes. */
    public long size() {
        return bytes;
    }

    /** Reads the bytes from {@code position} on into all of {@code target}; they must lie inside the file. */
    public void read(long position, byte[] target) {
        long from = start + Objects.checkFromIndexSize(position, target.length, bytes);
        int done = 0;
        while (done < target.length) {
            ByteBuffer segment = segments[(int) ((from + done) >>> SEGMENT_BITS)];
            int offset = (int) ((from + done) & (SEGMENT - 1));
            int length = Math.min(target.length - done, segment.capacity() - offset);
            try {
                segment.get(offset, target, done, length);
            } catch (InternalError e) {
                throw cut(e);
            }
            done += length;
        }
    }

    /** Returns {@code count} bytes from {@code position} on. */
    public byte[] read(long position, int count) {
        byte[] target = new byte[count];
        read(position, target);
        return target;
    }

    /** Returns the byte at {@code position} as 0 to 255. */
    public int unsigned(long position) {
        long at = start + Objects.checkIndex(position, bytes);
        return segments[(int) (at >>> SEGMENT_BITS)].get((int) (at & (SEGMENT - 1))) & 0xff;
    }

    /** The JVM reports access to the missing part of a mapped file that was cut short so. */
    private DataChangedException cut(InternalError e) {
        return new DataChangedException(name, "it was cut short", e);
    }
}
