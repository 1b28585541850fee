package org.mmcr.report.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.proto.Event;

/**
 * Reads event files by the format's description alone: checksums bit by bit, no buffers, nothing shared with the
 * writer.
 */
final class RecordReader {
    private RecordReader() {}

    /** All whole events; the file may end in a torn one. */
    static List<Event> read(Path file) throws IOException {
        List<Event> events = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            while (true) {
                byte[] length = new byte[8];
                in.readFully(length);
                byte[] lengthSum = new byte[4];
                in.readFully(lengthSum);
                byte[] content = new byte[(int) littleEndian(length)];
                in.readFully(content);
                byte[] contentSum = new byte[4];
                in.readFully(contentSum);
                assertThat(littleEndian(lengthSum)).isEqualTo(masked(length));
                assertThat(littleEndian(contentSum)).isEqualTo(masked(content));
                events.add(Event.parseFrom(content));
            }
        } catch (EOFException e) {
            return events;
        }
    }

    private static long littleEndian(byte[] bytes) {
        long value = 0;
        for (int i = bytes.length - 1; i >= 0; i--) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }

    /** CRC-32C by its polynomial, 0x1EDC6F41 reflected, then ((crc >> 15) | (crc << 17)) + 0xa282ead8. */
    static long masked(byte[] bytes) {
        long crc = 0xffffffffL;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 1 ? crc >>> 1 ^ 0x82f63b78L : crc >>> 1;
            }
        }
        crc ^= 0xffffffffL;
        return ((crc >>> 15 | crc << 17) + 0xa282ead8L) & 0xffffffffL;
    }
}
