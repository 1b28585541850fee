package org.mmcr.train.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataOptions;
import org.mmcr.data.io.Yaml;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.data.views.VectorViewRecipe;
import org.mmcr.data.views.ViewRecipe;
import org.mmcr.train.encoder.AdapterSpec;
import org.mmcr.train.encoder.EncoderSpec;
import org.mmcr.train.optim.OptimizerSpec;

/**
 * Configuration as YAML. A text is merged into a complete configuration key by key; what it does not mention keeps its
 * value. Three parts start afresh instead:
 *
 * <ul>
 *   <li>a budget or a warm-up, because its keys exclude one another;
 *   <li>an encoder, an objective or an optimiser of another {@code type}, from the standard settings of that type;
 *   <li>a view with other recipes, from these recipes' own sizes.
 * </ul>
 */
final class ConfigFiles {
    private static final Set<String> EXCLUSIVE = Set.of("budget", "warmup");

    private static final Map<String, List<?>> STANDARDS = Map.of(
            "encoder", EncoderSpec.standards(),
            "objective", withLabels(),
            "optimizer", OptimizerSpec.standards());

    private static final Map<String, Supplier<ViewRecipe>> VIEW_RECIPES = Map.of(
            "cifar", PictureViewRecipe::cifar,
            "stl", PictureViewRecipe::stl,
            "imagenet-a", PictureViewRecipe::imagenetA,
            "imagenet-b", PictureViewRecipe::imagenetB,
            "vectors", VectorViewRecipe::standard);

    private ConfigFiles() {}

    private static List<ObjectiveSpec> withLabels() {
        List<ObjectiveSpec> all = new ArrayList<>(ObjectiveSpec.standards());
        all.add(CrossEntropySpec.standard());
        return all;
    }

    /** Returns a view recipe by its name in a configuration, if there is one of that name. */
    static Optional<ViewRecipe> viewRecipe(String name) {
        return Optional.ofNullable(VIEW_RECIPES.get(name)).map(Supplier::get);
    }

    /** Reads a text that states every key but those of {@code data} and those that a run of before may lack. */
    static PretrainConfig readWhole(String origin, String text) {
        ObjectNode tree = empty();
        tree.set("data", Yaml.toTree(DataOptions.defaults()));
        ObjectNode model = tree.putObject("model");
        model.putArray("freeze");
        model.set("adapt", Yaml.toTree(AdapterSpec.none()));
        model.putObject("projector").put("bias", false).put("earlyFeatures", false);
        return read(tree, origin, text, Set.of());
    }

    /**
     * Merges a text into a configuration.
     *
     * @param origin name of the text in messages, such as its file
     * @param text YAML; an empty one changes nothing
     */
    static PretrainConfig read(PretrainConfig base, String origin, String text) {
        return read(base, origin, text, Set.of());
    }

    /** The same with some keys on the top level of the text that are not those of a configuration and are ignored. */
    static PretrainConfig read(PretrainConfig base, String origin, String text, Set<String> others) {
        return read(Yaml.toTree(base), origin, text, others);
    }

    private static PretrainConfig read(ObjectNode tree, String origin, String text, Set<String> others) {
        try {
            JsonNode over = Yaml.tree(text);
            if (over instanceof ObjectNode keys) {
                others.forEach(keys::remove);
                merge(tree, keys);
            } else if (!over.isMissingNode() && !over.isNull()) {
                throw new MmcrException(origin + ": expected YAML keys and values, found "
                        + over.getNodeType().toString().toLowerCase(Locale.ROOT)
                        + "; start from one of the files in recipes/");
            }
            expandViewRecipes(tree);
            return Yaml.value(tree, PretrainConfig.class);
        } catch (JsonProcessingException e) {
            throw new ConfigErrors(origin, text).explain(e);
        }
    }

    private static void merge(ObjectNode into, ObjectNode over) {
        over.properties().forEach(entry -> {
            String key = entry.getKey();
            if (entry.getValue() instanceof ObjectNode part) {
                ObjectNode start = start(key, into.path(key), part);
                merge(start, part);
                into.set(key, start);
            } else {
                into.set(key, entry.getValue());
            }
        });
    }

    /** The tree that {@code part} is merged into. */
    private static ObjectNode start(String key, JsonNode old, ObjectNode part) {
        if (EXCLUSIVE.contains(key)) {
            return empty();
        }
        if (key.equals("view") && part.has("recipes")) {
            return Yaml.toTree(ViewOptions.of(List.of(PictureViewRecipe.cifar())));
        }
        if (part.has("type") && !part.get("type").equals(old.get("type"))) {
            return STANDARDS.getOrDefault(key, List.of()).stream()
                    .map(Yaml::toTree)
                    .filter(standard -> standard.get("type").equals(part.get("type")))
                    .findFirst()
                    .orElseGet(ConfigFiles::empty);
        }
        return old instanceof ObjectNode whole ? whole : empty();
    }

    private static ObjectNode empty() {
        return JsonNodeFactory.instance.objectNode();
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
                    + "'" + SpellingSuggestion.question(name, known));
        }
        return Yaml.toTree(recipe.get());
    }
}
