package org.mmcr.train.finetune;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Yaml;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.Recipes;

/**
 * Settings of a fine-tuning: a configuration with cross-entropy as its objective, and what only a classifier has. In
 * a recipe, {@code headLearningRate}, {@code head} and {@code patience} stand beside the keys of the configuration.
 *
 * @param config of every training; its learning rate is that of the encoder
 * @param headLearningRate of the classifier
 * @param head initial weights of the classifier with a learned encoder; random with a random one
 * @param patience epochs without a better validation accuracy after which a tuning trial ends
 */
public record FinetuneRecipe(PretrainConfig config, double headLearningRate, Head head, int patience) {
    /** Name of the default recipe. */
    public static final String DEFAULT = "finetune";

    private static final String RATE = "headLearningRate";
    private static final String HEAD = "head";
    private static final String PATIENCE = "patience";
    /** The keys of a recipe that are not those of a configuration. */
    private static final Set<String> OWN_KEYS = Set.of(RATE, HEAD, PATIENCE);

    private static final List<String> NAMES = List.of(DEFAULT, "finetune-imagenet-1", "finetune-imagenet-10");

    /** Initial weights of the classifier. */
    public enum Head {
        /** Those of a linear probe on the frozen features (Kumar et al. 2022, arXiv 2202.10054). */
        PROBE,
        /** Gaussian with standard deviation 0.02. */
        RANDOM
    }

    public FinetuneRecipe {
        if (!(headLearningRate > 0 && Double.isFinite(headLearningRate)) || patience < 1) {
            throw new MmcrException("expected a positive headLearningRate and patience, found " + headLearningRate
                    + " and " + patience + "; correct the recipe");
        }
        if (config.accumulate() != 1) {
            throw new MmcrException(
                    "expected accumulate 1 in a fine-tuning, found " + config.accumulate() + "; use a smaller batch");
        }
    }

    /** Names of the built-in recipes, the default first. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Reads a built-in recipe by name, or a YAML file.
     *
     * @param base what the recipe does not state
     * @throws MmcrException if there is neither, or it has an unknown key or a wrong value
     */
    public static FinetuneRecipe load(String nameOrFile, PretrainConfig base) {
        if (NAMES.contains(nameOrFile)) {
            return read("recipe " + nameOrFile, Recipes.text(nameOrFile), base);
        }
        try {
            return read(nameOrFile, Files.readString(Path.of(nameOrFile)), base);
        } catch (IOException e) {
            throw new MmcrException(
                    "expected a recipe out of " + String.join(", ", NAMES) + " or a YAML file, found '" + nameOrFile
                            + "'; correct the name or the path",
                    e);
        }
    }

    static FinetuneRecipe read(String origin, String text, PretrainConfig base) {
        PretrainConfig config = base.changedBy(origin, text, OWN_KEYS);
        try {
            JsonNode tree = Yaml.tree(text);
            double rate = number(origin, tree, RATE, 0.001);
            double patience = number(origin, tree, PATIENCE, 8);
            String head = tree.has(HEAD) ? tree.get(HEAD).asText() : "probe";
            Head start = List.of(Head.values()).stream()
                    .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(head))
                    .findFirst()
                    .orElseThrow(() -> new MmcrException(
                            origin + ": expected head probe or random, found '" + head + "'; correct the value"));
            return new FinetuneRecipe(config, rate, start, (int) patience);
        } catch (JsonProcessingException e) {
            throw new MmcrException(origin + ": expected YAML, found " + e.getOriginalMessage() + "; correct it", e);
        }
    }

    private static double number(String origin, JsonNode tree, String key, double fallback) {
        if (!tree.has(key)) {
            return fallback;
        }
        JsonNode value = tree.get(key);
        if (!value.isNumber()) {
            throw new MmcrException(origin + ": expected a number for '" + key + "', found '" + value.asText()
                    + "'; correct the value");
        }
        return value.asDouble();
    }

    /** The same recipe with another configuration. */
    public FinetuneRecipe with(PretrainConfig other) {
        return new FinetuneRecipe(other, headLearningRate, head, patience);
    }
}
