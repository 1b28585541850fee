package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.mmcr.data.io.Yaml;

/**
 * A key of the configuration, described by its record component. Command-line options and their help are made from it.
 *
 * @param path dotted, for example {@code optimizer.learningRate}
 * @param type type of the value: a primitive number, boolean, or String for everything else
 * @param description text of the component's {@link JsonPropertyDescription}
 * @param choices names that the value may take, if there are only a few
 * @param value value in a configuration, if it has one
 */
public record ConfigKey(String path, Class<?> type, String description, List<String> choices, Optional<String> value) {
    public ConfigKey {
        choices = List.copyOf(choices);
    }

    /**
     * Describes a key.
     *
     * @param config supplies the value
     * @param path dotted names of accessors, from {@link PretrainConfig} on; ends in {@code type} for the type of a
     *     part
     * @throws IllegalArgumentException if there is no such key, or it has no description
     */
    public static ConfigKey of(PretrainConfig config, String path) {
        Object value = config;
        String description = "";
        Class<?> type = PretrainConfig.class;
        try {
            for (String name : path.replaceAll("\\.type$", "").split("\\.", -1)) {
                Method accessor = accessor(type, value, name);
                value = accessor.invoke(value);
                type = accessor.getReturnType();
                description =
                        accessor.getAnnotation(JsonPropertyDescription.class).value();
            }
        } catch (ReflectiveOperationException | NullPointerException e) {
            throw new IllegalArgumentException("expected a described key of the configuration, found " + path, e);
        }
        return new ConfigKey(path, plain(type), description, choices(type), text(value));
    }

    /** A part chosen by its type has settings that only the chosen type's record declares. */
    private static Method accessor(Class<?> declared, Object value, String name) throws NoSuchMethodException {
        try {
            return declared.getMethod(name);
        } catch (NoSuchMethodException onlyOfTheChosenType) {
            return value.getClass().getMethod(name);
        }
    }

    private static Class<?> plain(Class<?> type) {
        if (type.isPrimitive()) {
            return type;
        }
        return type == OptionalLong.class ? long.class : type == OptionalDouble.class ? double.class : String.class;
    }

    /** Names of the constants of an enumeration, or of the types of a part; empty for anything else. */
    static List<String> choices(Class<?> type) {
        if (type.isEnum()) {
            return Stream.of(type.getEnumConstants())
                    .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                    .toList();
        }
        JsonSubTypes types = type.getAnnotation(JsonSubTypes.class);
        return types == null
                ? List.of()
                : Stream.of(types.value())
                        .filter(one -> one.value() != CrossEntropySpec.class) // no choice of pretraining
                        .flatMap(one -> Stream.concat(Stream.of(one.name()), Stream.of(one.names())))
                        .filter(name -> !name.isEmpty())
                        .toList();
    }

    private static Optional<String> text(Object value) {
        if (value instanceof OptionalDouble number) {
            return number.isPresent() ? text(number.getAsDouble()) : Optional.empty();
        }
        if (value instanceof OptionalLong number) {
            return number.isPresent() ? text(number.getAsLong()) : Optional.empty();
        }
        if (value instanceof Optional<?> any) {
            return any.flatMap(ConfigKey::text);
        }
        if (value instanceof Double number) {
            return Optional.of(ConfigChecks.plain(number));
        }
        if (value instanceof Enum<?> constant) {
            return Optional.of(constant.toString().toLowerCase(Locale.ROOT));
        }
        return Optional.of(
                value instanceof Record part && Yaml.toTree(part).has("type")
                        ? Yaml.toTree(part).get("type").asText()
                        : String.valueOf(value));
    }
}
