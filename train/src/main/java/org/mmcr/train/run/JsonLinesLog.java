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

    private JsonLinesLog(FileChannel channel) {
        this.channel = channel;
    }

    /** Opens the file for appending and keeps only the lines of the first {@code steps} steps. */
    static JsonLinesLog open(Path file, long steps) {
        try {
            if (Files.exists(file)) {
                AtomicFiles.truncate(file, bytesUpTo(file, steps));
            }
            return new JsonLinesLog(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw RunDirectory.unusable(file, e);
        }
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

    /** The length of the leading whole lines whose step is at most {@code steps}. */
    private static long bytesUpTo(Path file, long steps) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int kept = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                if (stepOf(new String(bytes, kept, i - kept, StandardCharsets.UTF_8)) > steps) {
                    return kept;
                }
                kept = i + 1;
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
