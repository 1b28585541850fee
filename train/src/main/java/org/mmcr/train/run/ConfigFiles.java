package org.mmcr.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.mmcr.core.MmcrException;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.data.views.VectorViewRecipe;
import org.mmcr.data.views.ViewRecipe;

/**
 * Configuration as YAML. A text is laid over a complete configuration: what it does not mention keeps its value, what it
 * mentions is replaced key by key, except that a budget or a warm-up is replaced whole (its keys exclude one another),
 * and so is a part whose {@code type} changes.
 */
final class ConfigFiles {
    private static final Set<String> EXCLUSIVE = Set.of("budget", "warmup");

    private static final Map<String, Supplier<ViewRecipe>> VIEW_RECIPES = Map.of(
            "cifar", PictureViewRecipe::cifar,
            "stl", PictureViewRecipe::stl,
            "imagenet-a", PictureViewRecipe::imagenetA,
            "imagenet-b", PictureViewRecipe::imagenetB,
            "vectors", VectorViewRecipe::standard);

    private static final ObjectMapper MAPPER = YAMLMapper.builder(YAMLFactory.builder()
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .disable(YAMLGenerator.Feature.USE_NATIVE_TYPE_ID)
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .addModule(new Jdk8Module())
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .build();

    private ConfigFiles() {}

    /** The whole configuration as YAML, every knob written out. */
    static String write(PretrainConfig config) {
        try {
            return MAPPER.writeValueAsString(config);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a configuration record does not serialise", e);
        }
    }

    /**
     * @param origin what the text is called in messages, such as its file
     * @param text YAML; empty text changes nothing
     */
    static PretrainConfig read(PretrainConfig base, String origin, String text) {
        ConfigErrors errors = new ConfigErrors(origin, text);
        try {
            JsonNode over = MAPPER.readTree(text);
            if (over == null || over.isMissingNode() || over.isNull()) {
                return base;
            }
            if (!over.isObject()) {
                throw new MmcrException(origin + ": expected YAML keys and values, found "
                        + over.getNodeType().toString().toLowerCase(java.util.Locale.ROOT)
                        + "; start from one of the files in recipes/");
            }
            ObjectNode tree = MAPPER.valueToTree(base);
            merge(tree, (ObjectNode) over);
            expandViewRecipes(tree);
            return MAPPER.treeToValue(tree, PretrainConfig.class);
        } catch (JsonProcessingException e) {
            throw errors.explain(e);
        }
    }

    /** The keys of the configuration with their values, as a tree; for listings. */
    static JsonNode tree(PretrainConfig config) {
        return MAPPER.valueToTree(config);
    }

    private static void merge(ObjectNode into, ObjectNode over) {
        over.properties().forEach(entry -> {
            String key = entry.getKey();
            JsonNode value = entry.getValue();
            JsonNode old = into.get(key);
            boolean whole = !(old instanceof ObjectNode) || !(value instanceof ObjectNode) || EXCLUSIVE.contains(key);
            if (whole || changesType(old, value)) {
                into.set(key, value);
            } else {
                merge((ObjectNode) old, (ObjectNode) value);
            }
        });
    }

    private static boolean changesType(JsonNode old, JsonNode value) {
        return value.has("type") && !value.get("type").equals(old.get("type"));
    }

    /** Turns names and {@code base:} entries of {@code view.recipes} into whole recipes. */
    private static void expandViewRecipes(ObjectNode tree) {
        if (!(tree.at("/view/recipes") instanceof ArrayNode recipes)) {
            return;
        }
        for (int i = 0; i < recipes.size(); i++) {
            JsonNode entry = recipes.get(i);
            if (entry.isTextual()) {
                recipes.set(i, named(entry.asText()));
            } else if (entry instanceof ObjectNode object && object.has("base")) {
                ObjectNode whole = named(object.get("base").asText());
                object.remove("base");
                merge(whole, object);
                recipes.set(i, whole);
            }
        }
    }

    private static ObjectNode named(String name) {
        Supplier<ViewRecipe> recipe = VIEW_RECIPES.get(name);
        if (recipe == null) {
            List<String> known = VIEW_RECIPES.keySet().stream().sorted().toList();
            throw new MmcrException("expected a view recipe out of " + String.join(", ", known) + ", found '" + name
                    + "'; did you mean '" + SpellingSuggestion.of(name, known) + "'?");
        }
        return MAPPER.valueToTree(recipe.get());
    }
}
