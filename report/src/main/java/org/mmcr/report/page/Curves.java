package org.mmcr.report.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.JsonLines;

/** Reads JSON-lines files as columns of at most {@value #POINTS} points, each the mean of equally many lines. */
final class Curves {
    static final int POINTS = 1500;

    private Curves() {}

    /**
     * Reads the numbers of a file by name. A curve is as long as {@code step}, which holds the last step of each group
     * of {@code lines_per_point} lines. A group without a number is null, a name without any number is left out. An
     * incomplete last line is skipped.
     */
    static ObjectNode read(Path file, List<String> names) throws IOException {
        List<JsonNode> lines = lines(file);
        int group = Math.max(1, (lines.size() + POINTS - 1) / POINTS);
        ObjectNode curves = Json.mapper().createObjectNode().put("lines_per_point", group);
        ArrayNode steps = curves.putArray("step");
        for (int start = 0; start < lines.size(); start += group) {
            int end = Math.min(lines.size(), start + group);
            steps.add(lines.get(end - 1).path("step").asLong());
        }
        for (String name : names) {
            if (lines.stream().noneMatch(line -> line.path(name).isNumber())) {
                continue;
            }
            ArrayNode column = curves.putArray(name);
            for (int start = 0; start < lines.size(); start += group) {
                mean(lines.subList(start, Math.min(lines.size(), start + group)), name)
                        .ifPresentOrElse(column::add, column::addNull);
            }
        }
        return curves;
    }

    private static List<JsonNode> lines(Path file) throws IOException {
        try {
            return JsonLines.read(file);
        } catch (JsonProcessingException e) {
            throw new MmcrException("file " + file + ": " + e.getOriginalMessage() + "; remove that line", e);
        }
    }

    private static OptionalDouble mean(List<JsonNode> lines, String name) {
        OptionalDouble mean = lines.stream()
                .map(line -> line.path(name))
                .filter(JsonNode::isNumber)
                .mapToDouble(JsonNode::asDouble)
                .average();
        // A screen shows fewer than six digits; a single line keeps all.
        return lines.size() == 1 || mean.isEmpty() || mean.getAsDouble() == 0
                ? mean
                : OptionalDouble.of(Double.parseDouble(String.format(Locale.ROOT, "%.6g", mean.getAsDouble())));
    }
}
