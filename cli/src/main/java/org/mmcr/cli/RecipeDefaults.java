package org.mmcr.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.mmcr.train.encoder.EncoderSpec;
import org.mmcr.train.encoder.ResNetSpec;
import org.mmcr.train.encoder.SmallConvNetSpec;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.Recipes;

/**
 * The values of a recipe for the help text, by their dotted keys ({@code model.encoder.width}), so that no default is
 * written twice. Read when the help is printed and not before.
 */
final class RecipeDefaults extends ResourceBundle {
    private final String recipe;
    private final Map<String, String> values = new HashMap<>();

    RecipeDefaults(String recipe) {
        this.recipe = recipe;
    }

    @Override
    protected @Nullable Object handleGetObject(String key) {
        if (values.isEmpty()) {
            load();
        }
        return values.get(key); // picocli also asks for texts of its own, which keep their defaults
    }

    @Override
    public Enumeration<String> getKeys() {
        return Collections.emptyEnumeration();
    }

    private void load() {
        PretrainConfig config = Recipes.load(recipe);
        List<Integer> widths = config.model().projector().widths();
        values.put("recipe", recipe);
        values.put("width", width(config.model().encoder()));
        values.put("recipes", String.join(", ", Recipes.names()));
        if (!widths.isEmpty()) {
            values.put("dimension", String.valueOf(widths.get(widths.size() - 1)));
        }
        try {
            collect("", Yaml.tree(config.toYaml()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a configuration does not read back", e);
        }
    }

    private static String width(EncoderSpec encoder) {
        if (encoder instanceof SmallConvNetSpec fast) {
            return String.valueOf(fast.stemWidth());
        }
        return encoder instanceof ResNetSpec resNet ? String.valueOf(resNet.width()) : "none";
    }

    private void collect(String prefix, JsonNode node) {
        node.properties().forEach(entry -> {
            String key = prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey();
            if (entry.getValue().isValueNode()) {
                values.put(key, entry.getValue().asText());
            } else if (entry.getValue().isObject()) {
                collect(key, entry.getValue());
            }
        });
    }
}
