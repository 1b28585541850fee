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
import java.util.List;
import org.mmcr.data.io.AtomicFiles;

/**
 * A file of one JSON object per line, each with a {@code step}, that only grows. Every line is written whole at once.
 * When a run is resumed, lines after its checkpoint go, so that no step is there twice.
 */
final class MetricsLog implements AutoCloseable {
    private final FileChannel channel;

    private MetricsLog(FileChannel channel) {
        this.channel = channel;
    }

    /** Opens the file for appending and keeps only the lines of the first {@code steps} steps. */
    static MetricsLog open(Path file, long steps) {
        try {
            if (Files.exists(file)) {
                AtomicFiles.truncate(file, bytesUpTo(file, steps));
            }
            return new MetricsLog(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw RunDirectory.unusable(file, e);
        }
    }

    void add(Record line) {
        try {
            AtomicFiles.append(channel, RunJson.MAPPER.writeValueAsString(line) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forces what was written to disk, before a checkpoint that counts on it. */
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

    /** Length of the leading run of whole lines whose step is at most {@code steps}. */
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
            JsonNode step = RunJson.MAPPER.readTree(line).path("step");
            return step.isIntegralNumber() ? step.asLong() : Long.MAX_VALUE;
        } catch (JsonProcessingException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Reads a whole file of metrics. */
    static List<StepMetrics> read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            List<StepMetrics> found = new java.util.ArrayList<>(lines.size());
            for (String line : lines) {
                found.add(RunJson.MAPPER.readValue(line, StepMetrics.class));
            }
            return found;
        } catch (IOException e) {
            throw RunDirectory.unusable(file, e);
        }
    }
}
