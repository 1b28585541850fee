package org.mmcr.report.tensorboard;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.tensorflow.proto.Event;

/**
 * An event file of TensorBoard: records of length (8 bytes, little-endian), checksum of the length, an {@link Event},
 * checksum of the event. A checksum is CRC-32C rotated right by 15 bits plus a constant. Each record is written at
 * once, so a killed process leaves at most one incomplete record at the end, which readers skip and {@link #open}
 * removes.
 */
final class EventFile implements AutoCloseable {
    private static final int HEADER = 12;
    private static final int FOOTER = 4;
    private static final String VERSION = "brain.Event:2";

    private final FileChannel channel;

    private EventFile(FileChannel channel) {
        this.channel = channel;
    }

    /** Opens for appending, and keeps only the whole events of the first {@code steps} steps. */
    static EventFile open(Path file, long steps) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        EventFile events = new EventFile(channel);
        try {
            channel.truncate(bytesUpTo(file, steps));
            channel.position(channel.size());
            if (channel.size() == 0) {
                events.add(Event.newBuilder()
                        .setFileVersion(VERSION)
                        .setWallTime(now())
                        .build());
            }
            return events;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    void add(Event event) throws IOException {
        ByteBuffer record = ByteBuffer.wrap(framed(event.toByteArray()));
        while (record.hasRemaining()) {
            channel.write(record);
        }
    }

    static double now() {
        return System.currentTimeMillis() / 1e3;
    }

    /** The record that holds these bytes. */
    private static byte[] framed(byte[] content) {
        ByteBuffer record =
                ByteBuffer.allocate(HEADER + content.length + FOOTER).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(content.length);
        record.putInt(masked(record.array(), 0, Long.BYTES));
        record.put(content);
        record.putInt(masked(content, 0, content.length));
        return record.array();
    }

    private static int masked(byte[] bytes, int from, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, from, length);
        return Integer.rotateRight((int) sum.getValue(), 15) + 0xa282ead8;
    }

    /** The length of the leading whole records whose step is at most {@code steps}. */
    private static long bytesUpTo(Path file, long steps) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer records = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int kept = 0;
        while (bytes.length - kept >= HEADER + FOOTER) {
            long length = records.getLong(kept);
            if (length < 0
                    || length > bytes.length - kept - HEADER - FOOTER
                    || records.getInt(kept + Long.BYTES) != masked(bytes, kept, Long.BYTES)
                    || records.getInt(kept + HEADER + (int) length) != masked(bytes, kept + HEADER, (int) length)
                    || step(ByteBuffer.wrap(bytes, kept + HEADER, (int) length)) > steps) {
                return kept;
            }
            kept += HEADER + (int) length + FOOTER;
        }
        return kept;
    }

    private static long step(ByteBuffer content) {
        try {
            return Event.parseFrom(content).getStep();
        } catch (InvalidProtocolBufferException e) {
            return Long.MAX_VALUE;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
