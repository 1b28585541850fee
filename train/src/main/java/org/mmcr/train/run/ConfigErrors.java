package org.mmcr.train.run;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Yaml;

/** Error messages for a YAML text, from the exceptions of its reader: file, line, expected, found, remedy. */
final class ConfigErrors {
    private final String origin;
    private final String text;

    ConfigErrors(String origin, String text) {
        this.origin = origin;
        this.text = text;
    }

    MmcrException explain(JsonProcessingException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            return unknownKey(unknown);
        }
        if (e instanceof InvalidTypeIdException type) {
            return unknownType(type);
        }
        if (e instanceof JsonMappingException mapping) {
            return wrongValue(mapping);
        }
        long line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
        return new MmcrException(
                origin + " line " + line + ": expected YAML, found '" + firstLine(e) + "'; correct that line", e);
    }

    private MmcrException unknownKey(UnrecognizedPropertyException e) {
        List<String> known =
                e.getKnownPropertyIds().stream().map(String::valueOf).sorted().toList();
        String key = e.getPropertyName();
        String parent = parentOf(keys(e));
        String where = parent.isEmpty() ? "" : " in '" + parent + "'";
        String nearest = SpellingSuggestion.question(key, known);
        return new MmcrException(place(pointer(e)) + ": unknown key '" + key + "'" + where
                + (nearest.isEmpty() ? "." : nearest) + " Known keys: " + String.join(", ", known));
    }

    private MmcrException unknownType(InvalidTypeIdException e) {
        List<String> known = ConfigKey.choices(e.getBaseType().getRawClass());
        String found = Optional.ofNullable(e.getTypeId()).orElse("none");
        return new MmcrException(place(pointer(e)) + ": expected a type out of " + String.join(", ", known) + " for '"
                + keys(e) + "', found " + found + SpellingSuggestion.question(found, known));
    }

    private MmcrException wrongValue(JsonMappingException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof MmcrException known) {
                return new MmcrException(place(pointer(e)) + ": " + known.getMessage(), e);
            }
        }
        String expected = e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
                ? kind(mismatch.getTargetType())
                : "another value";
        String found = e instanceof InvalidFormatException format
                ? "'" + format.getValue() + "'"
                : e.getOriginalMessage().contains("null") ? "none" : firstLine(e);
        return new MmcrException(
                place(pointer(e)) + ": expected " + expected + " for '" + keys(e) + "', found " + found
                        + "; correct the value",
                e);
    }

    private String place(String pointer) {
        if (text.indexOf('\n') < 0) {
            return origin; // the value of an option
        }
        return lineOf(pointer).map(line -> origin + " line " + line).orElse(origin);
    }

    /** Line of a JSON pointer, or of its nearest parent that is in the text. */
    private Optional<Integer> lineOf(String pointer) {
        Map<String, Integer> lines = lines();
        for (String at = pointer; !at.isEmpty(); at = at.substring(0, at.lastIndexOf('/'))) {
            if (lines.containsKey(at)) {
                return Optional.of(lines.get(at));
            }
        }
        return Optional.empty();
    }

    private Map<String, Integer> lines() {
        Map<String, Integer> lines = new HashMap<>();
        try (JsonParser parser = Yaml.parser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                lines.putIfAbsent(
                        parser.getParsingContext().pathAsPointer().toString(),
                        parser.currentTokenLocation().getLineNr());
            }
        } catch (IOException e) {
            return lines; // lines before the syntax error
        }
        return lines;
    }

    private static String pointer(JsonMappingException e) {
        return e.getPath().stream()
                .map(at -> "/" + (at.getFieldName() == null ? String.valueOf(at.getIndex()) : at.getFieldName()))
                .collect(Collectors.joining());
    }

    private static String keys(JsonMappingException e) {
        return pointer(e).replaceFirst("^/", "").replace('/', '.');
    }

    private static String parentOf(String keys) {
        int dot = keys.lastIndexOf('.');
        return dot < 0 ? "" : keys.substring(0, dot);
    }

    private static String kind(Class<?> type) {
        if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
            return "a whole number";
        }
        if (type == double.class || type == Double.class) {
            return "a number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type.isEnum()) {
            return "one of " + String.join(", ", ConfigKey.choices(type));
        }
        return "a value for " + type.getSimpleName();
    }

    private static String firstLine(JsonProcessingException e) {
        return e.getOriginalMessage().lines().findFirst().orElse("no detail");
    }
}
