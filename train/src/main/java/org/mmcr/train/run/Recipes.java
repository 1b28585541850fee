package org.mmcr.train.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.PairedSource;
import org.mmcr.data.VectorSource;

/**
 * Built-in configurations. Their files are in {@code recipes/} at the root of the repository and are packed as
 * resources. A recipe states what differs from {@link PretrainConfig#defaults()}.
 */
public final class Recipes {
    /** Name of the default recipe, which states every default. */
    public static final String DEFAULT = "cpu";

    private static final List<String> NAMES = List.of(
            "cpu",
            "demo",
            "cifar10",
            "stl10",
            "imagenet",
            "vectors",
            "simclr",
            "barlow",
            "vicreg",
            "wmse",
            "align-uniform",
            "lejepa",
            "byol",
            "simsiam",
            "clip",
            "pairs");

    private Recipes() {}

    /** Name of the recipe for these data if none is given. */
    public static String defaultFor(DataSource data) {
        if (data instanceof PairedSource) {
            return "pairs";
        }
        return data instanceof VectorSource ? "vectors" : DEFAULT;
    }

    /** Names of the built-in recipes, the default first. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Loads a built-in recipe by name, or a YAML file by path.
     *
     * @throws MmcrException if there is neither, or the file has an unknown key or a wrong value
     */
    public static PretrainConfig load(String nameOrPath) {
        if (nameOrPath.equals(DEFAULT)) {
            return PretrainConfig.defaults();
        }
        if (NAMES.contains(nameOrPath)) {
            return ConfigFiles.read(PretrainConfig.defaults(), "recipe " + nameOrPath, text(nameOrPath));
        }
        Path file = Path.of(nameOrPath);
        if (!Files.isRegularFile(file)) {
            throw new MmcrException("expected a recipe out of " + String.join(", ", NAMES) + " or a YAML file, found '"
                    + nameOrPath + "'" + SpellingSuggestion.question(nameOrPath, NAMES));
        }
        return PretrainConfig.read(file);
    }

    /** Text of a built-in recipe, with its comments. */
    public static String text(String name) {
        String resource = "/org/mmcr/train/recipes/" + name + ".yaml";
        try (InputStream in = Recipes.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new MmcrException("expected the recipe '" + name + "' inside mmcr's jar, found none; build again"
                        + " from a checkout that has recipes/" + name + ".yaml");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
