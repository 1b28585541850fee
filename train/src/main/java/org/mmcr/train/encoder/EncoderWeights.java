package org.mmcr.train.encoder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.FileFailure;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.Yaml;

/**
 * The weights of an encoder in safetensors files: a public checkpoint of torchvision, timm, transformers or open_clip,
 * or a file of {@code mmcr export}. Several files are read through their {@code index.json}.
 *
 * <p>Prefixes that training frameworks add to names are removed, and tensors that belong to no encoder, such as a
 * classifier or a projector, are left aside; both are {@link #remarks reported}. Counters that old checkpoints lack
 * stay at zero, and other floating-point types are converted; any other difference is an error.
 */
public final class EncoderWeights implements AutoCloseable {
    /** Key of {@link #spec()} in {@code __metadata__}, as JSON. */
    public static final String SPEC = "encoder";
    /** Prefix of the names of a classifier's tensors, as in torchvision. */
    public static final String CLASSIFIER = "fc.";
    /** Prefix of the names of a projector's tensors. */
    public static final String PROJECTOR = "projector.";
    /** Configuration of transformers beside its weights. */
    static final String TRANSFORMERS_CONFIG = "config.json";
    /** Configuration of open_clip beside its weights. */
    static final String OPEN_CLIP_CONFIG = "open_clip_config.json";

    private final Path file;
    private final WeightShards shards;

    private EncoderWeights(Path file, WeightShards shards) {
        this.file = file;
        this.shards = shards;
    }

    /**
     * Opens a file and checks its header.
     *
     * @param file safetensors, or an {@code index.json} that names several such files
     * @throws MmcrException if there is no such file, or it is truncated or of another format
     */
    public static EncoderWeights open(Path file) {
        try {
            return new EncoderWeights(file, WeightShards.open(file));
        } catch (IOException e) {
            throw FileFailure.exception("to read " + file, e, "check its permissions");
        }
    }

    /** Returns the files that {@link #open} reads: the file itself, or an index and the files that it names. */
    public static List<Path> files(Path file) {
        try {
            return WeightShards.files(file);
        } catch (IOException e) {
            throw FileFailure.exception("to read " + file, e, "check its permissions");
        }
    }

    /** Free text stored with the weights. */
    public Map<String, String> metadata() {
        return shards.metadata();
    }

    /** Architecture of the encoder, if the file names it, as files of {@code mmcr export} do. */
    public Optional<EncoderSpec> spec() {
        String text = metadata().get(SPEC);
        try {
            return text == null
                    ? Optional.empty()
                    : Optional.of(described(Json.mapper().readTree(text)));
        } catch (JsonProcessingException e) {
            throw new MmcrException(
                    "expected the description of an encoder under '" + SPEC + "' in the metadata of " + file
                            + ", found " + text + "; export it again",
                    e);
        }
    }

    /** Reads an architecture. Settings that it lacks, because an older version wrote it, are those of its type. */
    private static EncoderSpec described(JsonNode description) throws JsonProcessingException {
        ObjectNode whole = EncoderSpec.standards().stream()
                .map(Yaml::toTree)
                .filter(standard -> standard.get("type").equals(description.get("type")))
                .findFirst()
                .orElseGet(JsonNodeFactory.instance::objectNode);
        description.properties().forEach(setting -> whole.set(setting.getKey(), setting.getValue()));
        return Yaml.value(whole, EncoderSpec.class);
    }

    /** An architecture as JSON, for {@link #SPEC}. */
    public static String text(EncoderSpec spec) {
        return Yaml.toTree(spec).toString();
    }

    /**
     * A network that fits the file.
     *
     * @param remarks what was found in the file, one line each
     */
    public record Network(EncoderSpec spec, List<String> remarks) {}

    /**
     * Finds the network: the one that is named, else the file's own description, else the one that the names and shapes
     * of the tensors belong to.
     *
     * @throws MmcrException if the name is unknown, the tensors are those of another network, or no name is given and
     *     the tensors belong to none that is known
     */
    public Network network(NetworkChoice choice) {
        List<String> remarks = new ArrayList<>();
        Optional<EncoderSpec> guess = ArchitectureGuess.of(shapes()).map(this::withActivationBeside);
        if (choice.arch().isPresent()) {
            return new Network(NetworkFit.apply(named(choice.arch().get(), guess), choice, guess), remarks);
        }
        Optional<EncoderSpec> own = spec();
        if (own.isPresent()) {
            return new Network(NetworkFit.apply(own.get(), choice, Optional.empty()), remarks);
        }
        EncoderSpec found = guess.orElseThrow(this::unknown);
        remarks.add(guessed(found));
        return new Network(NetworkFit.apply(found, choice, guess), remarks);
    }

    private EncoderSpec named(String name, Optional<EncoderSpec> guess) {
        EncoderSpec named = Architectures.published(name);
        guess.filter(other -> !Architectures.sameTensors(named, other)).ifPresent(other -> {
            throw new MmcrException("expected the tensors of " + name + " in " + file + ", found those of "
                    + Architectures.nameOf(other) + "; give --arch " + Architectures.nameOf(other)
                    + " or leave it out");
        });
        return named;
    }

    private String guessed(EncoderSpec found) {
        String text = "network: " + Architectures.nameOf(found) + ", by the names and shapes in " + file;
        if (found instanceof VisionTransformerSpec vit && vit.names() == TensorNames.OPEN_CLIP) {
            return text + "; its activation is assumed to be "
                    + vit.activation().name().toLowerCase(Locale.ROOT)
                    + " (weights of OpenAI need --arch ViT-...-quickgelu)";
        }
        return text;
    }

    private MmcrException unknown() {
        return new MmcrException("expected the description of a network in " + file
                + " or the names and shapes of a known one, found neither; give --arch, one of "
                + String.join(", ", Architectures.names()));
    }

    /** Replaces CLIP's activation by that of a {@code config.json} or {@code open_clip_config.json} beside the file. */
    private EncoderSpec withActivationBeside(EncoderSpec guess) {
        if (!(guess instanceof VisionTransformerSpec vit)) {
            return guess;
        }
        return switch (vit.names()) {
            case TRANSFORMERS_CLIP ->
                beside(TRANSFORMERS_CONFIG)
                        .map(tree -> tree.at("/vision_config/hidden_act")
                                .asText(tree.path("hidden_act").asText("quick_gelu")))
                        .map(name -> vit.withActivation(Activation.ofClip(name)))
                        .orElse(vit);
            case OPEN_CLIP ->
                beside(OPEN_CLIP_CONFIG)
                        .map(tree -> vit.withActivation(
                                tree.at("/model_cfg/quick_gelu").asBoolean(false)
                                        ? Activation.QUICK_GELU
                                        : Activation.GELU))
                        .orElse(vit);
            default -> vit;
        };
    }

    /** The JSON file of this name beside the weights, if there is one. */
    Optional<JsonNode> beside(String name) {
        Path config = file.resolveSibling(name);
        try {
            return Files.isRegularFile(config)
                    ? Optional.of(Json.mapper().readTree(config.toFile()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new MmcrException("expected JSON in " + config + ", found " + e.getMessage() + "; remove it", e);
        }
    }

    /** Shape of every tensor by name. */
    Map<String, List<Long>> shapes() {
        Map<String, List<Long>> shapes = new LinkedHashMap<>();
        shards.entries().forEach((name, entry) -> shapes.put(name, entry.shape()));
        return shapes;
    }

    /** What {@link #copyInto} does to names, and the tensors that it leaves aside, one line each. */
    public List<String> remarks(Encoder encoder) {
        WeightMatch match = match(encoder);
        List<String> remarks = new ArrayList<>();
        if (!match.mapped().isEmpty()) {
            remarks.add("names in " + file + ": " + String.join("; ", match.mapped()));
        }
        if (!match.aside().isEmpty()) {
            remarks.add("left aside from " + file + ": " + match.asideText());
        }
        return remarks;
    }

    private WeightMatch match(Encoder encoder) {
        shards.entries().keySet().stream()
                .filter(name -> name.toLowerCase(Locale.ROOT).contains(LowRankAdapter.INFIX))
                .findFirst()
                .ifPresent(name -> {
                    throw new MmcrException("expected weights with their low-rank adapters merged, found the adapter "
                            + name + " in " + file + "; merge them first, as 'mmcr export' does with a run's and"
                            + " merge_and_unload() of Python's peft");
                });
        return WeightMatch.of(shards.entries().keySet(), encoder.state().keySet());
    }

    /**
     * Copies the weights into an encoder.
     *
     * @throws MmcrException if tensors are missing, unexpected or of another shape; then nothing has been changed
     */
    public void copyInto(Encoder encoder) {
        WeightMatch match = match(encoder);
        Map<String, Tensor> targets = new LinkedHashMap<>(encoder.state());
        targets.keySet()
                .removeIf(name ->
                        name.endsWith(WeightMatch.COUNTER) && !match.files().containsKey(name));
        Map<String, String> found = new LinkedHashMap<>();
        match.files()
                .forEach((name, tensor) ->
                        found.put(name, describe(shards.entries().get(tensor))));
        match.unexpected()
                .forEach(name -> found.put(name, describe(shards.entries().get(name))));
        TensorMaps.requireSame(
                found,
                TensorMaps.describe(targets),
                "encoder",
                "in " + file + "; choose the network and stem that it was made for, and name tensors as its library"
                        + " does");
        targets.forEach((name, target) -> {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                target.copy_(shards.view(match.files().get(name)));
            }
        });
    }

    /** The tensor {@code name} as it is in the file; valid until {@link #close}. */
    Tensor view(String name) {
        return shards.view(name);
    }

    private static String describe(StateHeader.Entry entry) {
        String type = entry.type().floating()
                ? ElementType.F32.scalar().name()
                : entry.type().scalar().name();
        return TensorMaps.describe(type, entry.shape());
    }

    @Override
    public void close() {
        shards.close();
    }
}
