package org.mmcr.explorer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mmcr.data.io.JsonLines;

/**
 * A reader of a growing file of JSON lines that continues where it stopped. It starts over when the file was
 * truncated, as a resumed run does. Not thread-safe.
 */
final class JsonLinesTail {
    /** Number of lines to which a longer history is thinned. */
    static final int MOST_LINES = 2000;

    private final Path file;
    private final boolean ofSteps;
    private long position;
    private long lastStep;
    private double elapsed;

    private JsonLinesTail(Path file, boolean ofSteps) {
        this.file = file;
        this.ofSteps = ofSteps;
    }

    /** Reads the lines of a file. */
    static JsonLinesTail of(Path file) {
        return new JsonLinesTail(file, false);
    }

    /** Reads the lines of training steps, and adds {@code elapsed}: the sum of the {@code seconds} of the steps so far. */
    static JsonLinesTail ofSteps(Path file) {
        return new JsonLinesTail(file, true);
    }

    /**
     * New lines, as columns of numbers.
     *
     * @param restart whether these lines replace all earlier ones
     * @param columns values by name, all of one length, null where a line has none; only numbers are kept
     */
    record Update(boolean restart, Map<String, List<@Nullable Double>> columns) {}

    /** Returns the new lines, if there are any. */
    Optional<Update> read() throws IOException {
        if (!Files.exists(file)) {
            return position == 0 ? Optional.empty() : startOver();
        }
        if (Files.size(file) == position) {
            return Optional.empty(); // the usual case: every open page reads four times a second
        }
        boolean fresh = position == 0;
        List<JsonNode> lines;
        try (FileChannel channel = FileChannel.open(file)) {
            if (channel.size() < position) {
                return startOver();
            }
            JsonLines.Block block = JsonLines.read(channel, position);
            lines = block.documents();
            position = block.end();
        } catch (JsonProcessingException e) {
            return startOver(); // truncated and grown again: the position is inside another line
        }
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        if (lines.get(0).path("step").asLong() <= lastStep) {
            return startOver();
        }
        lastStep = lines.get(lines.size() - 1).path("step").asLong();
        if (ofSteps) {
            lines.forEach(this::addElapsed);
        }
        return Optional.of(new Update(fresh, columns(thinned(lines))));
    }

    /** Adds the sum here, before lines are left out: a reader of thinned lines cannot. */
    private void addElapsed(JsonNode line) {
        if (line instanceof ObjectNode step) {
            elapsed += step.path("seconds").asDouble();
            step.put("elapsed", elapsed);
        }
    }

    private Optional<Update> startOver() throws IOException {
        boolean again = position > 0;
        position = 0;
        lastStep = 0;
        elapsed = 0;
        return again ? Optional.of(read().orElse(new Update(true, Map.of()))) : Optional.empty();
    }

    private static List<JsonNode> thinned(List<JsonNode> lines) {
        int stride = (lines.size() + MOST_LINES - 1) / MOST_LINES;
        List<JsonNode> kept = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (i % stride == 0 || i == lines.size() - 1) {
                kept.add(lines.get(i));
            }
        }
        return kept;
    }

    private static Map<String, List<@Nullable Double>> columns(List<JsonNode> lines) {
        Map<String, List<@Nullable Double>> columns = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            int at = i;
            lines.get(i).properties().forEach(field -> {
                if (field.getValue().isNumber()) {
                    columns.computeIfAbsent(
                                    field.getKey(), name -> new ArrayList<>(Collections.nCopies(lines.size(), null)))
                            .set(at, field.getValue().asDouble());
                }
            });
        }
        return columns;
    }
}
