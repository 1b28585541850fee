package org.mmcr.train.encoder;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.Yaml;

/**
 * A safetensors file with the weights of an encoder under torchvision's names: a public checkpoint, or a file of
 * {@code mmcr export}. A classifier ({@code fc.*}) and a projector ({@code projector.*}) in it are ignored. Counters
 * that old checkpoints lack stay at zero, and other floating-point types are converted; any other difference is an
 * error.
 */
public final class EncoderWeights implements AutoCloseable {
    /** Key of {@link #spec()} in {@code __metadata__}, as JSON. */
    public static final String SPEC = "encoder";
    /** Prefix of the names of a classifier's tensors, as in torchvision. */
    public static final String CLASSIFIER = "fc.";
    /** Prefix of the names of a projector's tensors. */
    public static final String PROJECTOR = "projector.";

    private static final String COUNTER = ".num_batches_tracked";

    private final Path file;
    private final ModelState state;

    private EncoderWeights(Path file, ModelState state) {
        this.file = file;
        this.state = state;
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws MmcrException if there is no such file, or it is truncated or of another format
     */
    public static EncoderWeights open(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new MmcrException(
                    "expected a safetensors file of weights, found no file " + file + "; check the path");
        }
        try {
            return new EncoderWeights(file, ModelState.open(file));
        } catch (IOException e) {
            throw new MmcrException("expected to read " + file + ", found " + e + "; check its permissions", e);
        }
    }

    /** Free text stored with the weights. */
    public Map<String, String> metadata() {
        return state.metadata();
    }

    /** Architecture of the encoder, if the file names it, as files of {@code mmcr export} do. */
    public Optional<EncoderSpec> spec() {
        String text = metadata().get(SPEC);
        try {
            return text == null
                    ? Optional.empty()
                    : Optional.of(Yaml.value(Json.mapper().readTree(text), EncoderSpec.class));
        } catch (JsonProcessingException e) {
            throw new MmcrException(
                    "expected the description of an encoder under '" + SPEC + "' in the metadata of " + file
                            + ", found " + text + "; export it again",
                    e);
        }
    }

    /** An architecture as JSON, for {@link #SPEC}. */
    public static String text(EncoderSpec spec) {
        return Yaml.toTree(spec).toString();
    }

    /** Names of the tensors that {@link #copyInto} ignores. */
    public List<String> ignored() {
        return state.names().stream().filter(EncoderWeights::isIgnored).toList();
    }

    /**
     * Copies the weights into an encoder.
     *
     * @throws MmcrException if tensors are missing, unexpected or of another shape; then nothing has been changed
     */
    public void copyInto(Encoder encoder) {
        Map<String, Tensor> targets = new LinkedHashMap<>(encoder.state());
        targets.keySet()
                .removeIf(name -> name.endsWith(COUNTER) && !state.names().contains(name));
        Map<String, String> found = new LinkedHashMap<>();
        state.entries().forEach((name, entry) -> {
            if (!isIgnored(name)) {
                found.put(name, describe(entry));
            }
        });
        TensorMaps.requireSame(
                found,
                TensorMaps.describe(targets),
                "encoder",
                "in " + file
                        + "; choose the network and stem that it was made for, and name tensors as torchvision does");
        state.copy(targets);
    }

    private static String describe(StateHeader.Entry entry) {
        String type = entry.type().floating()
                ? ElementType.F32.scalar().name()
                : entry.type().scalar().name();
        return TensorMaps.describe(type, entry.shape());
    }

    private static boolean isIgnored(String name) {
        return name.startsWith(CLASSIFIER) || name.startsWith(PROJECTOR);
    }

    @Override
    public void close() {
        state.close();
    }
}
