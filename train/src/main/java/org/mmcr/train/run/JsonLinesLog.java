package org.mmcr.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.JsonLines;

/**
 * A file of one JSON object per line, each with a {@code step}, that only grows. Every line is written at once. A
 * resumed run first removes the lines after its checkpoint, so that no step appears twice.
 */
final class JsonLinesLog implements AutoCloseable {
    private final FileChannel channel;
    private final long lastKept;

    private JsonLinesLog(FileChannel channel, long lastKept) {
        this.channel = channel;
        this.lastKept = lastKept;
    }

    /** Leading whole lines of a file: their length, and the step of the last, 0 without one. */
    private record Kept(int bytes, long lastStep) {}

    /** Opens the file for appending and keeps only the lines of the first {@code steps} steps. */
    static JsonLinesLog open(Path file, long steps) {
        try {
            Kept kept = new Kept(0, 0);
            if (Files.exists(file)) {
                kept = kept(Files.readAllBytes(file), steps);
                AtomicFiles.truncate(file, kept.bytes());
            }
            return new JsonLinesLog(
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND), kept.lastStep());
        } catch (IOException e) {
            throw RunDirectory.unusable(file, e);
        }
    }

    /** The step of the last line that was kept when the file was opened; 0 without one. */
    long lastKept() {
        return lastKept;
    }

    void add(Record line) {
        try {
            JsonLines.append(channel, line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forces the lines to disk, before a checkpoint that relies on them. */
    void force() {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The leading whole lines whose step is at most {@code steps}. */
    private static Kept kept(byte[] bytes, long steps) {
        Kept kept = new Kept(0, 0);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                long step = stepOf(new String(bytes, kept.bytes(), i - kept.bytes(), StandardCharsets.UTF_8));
                if (step > steps) {
                    return kept;
                }
                kept = new Kept(i + 1, step);
            }
        }
        return kept;
    }

    private static long stepOf(String line) {
        try {
            JsonNode step = Json.mapper().readTree(line).path("step");
            return step.isIntegralNumber() ? step.asLong() : Long.MAX_VALUE;
        } catch (JsonProcessingException e) {
            return Long.MAX_VALUE;
        }
    }
}
