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
 * A safetensors file with the weights of one encoder under the names that torchvision gives them: public checkpoints, and what {@code mmcr export} writes.
 * A classifier ({@code fc.*}) and a projector ({@code projector.*}) in it are left aside. Counters that old checkpoints lack stay at zero, and numbers of
 * another floating type are converted; any other difference is an error.
 */
public final class EncoderWeights implements AutoCloseable {
    /** Key of {@code __metadata__} under which {@link #spec()} is kept, as JSON. */
    public static final String SPEC = "encoder";
    /** What the names of a classifier's tensors begin with, as torchvision has it. */
    public static final String CLASSIFIER = "fc.";
    /** What the names of a projector's tensors begin with. */
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
     * @throws MmcrException when there is none, it is cut short or something else
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

    /** Which network the weights are of, where the file says so: only files of {@code mmcr export} do. */
    public Optional<EncoderSpec> spec() {
        String text = metadata().get(SPEC);
        try {
            return text == null ? Optional.empty() : Optional.of(Yaml.value(Json.mapper().readTree(text), EncoderSpec.class));
        } catch (JsonProcessingException e) {
            throw new MmcrException(
                    "expected the description of an encoder under '" + SPEC + "' in the metadata of " + file
                            + ", found " + text + "; export it again",
                    e);
        }
    }

    /** A network as JSON, for {@link #SPEC}. */
    public static String text(EncoderSpec spec) {
        return Yaml.toTree(spec).toString();
    }

    /** Names of the tensors that {@link #copyInto} leaves aside. */
    public List<String> ignored() {
        return state.names().stream().filter(EncoderWeights::leftAside).toList();
    }

    /**
     * Fills an encoder.
     *
     * @throws MmcrException that lists missing, unexpected and mis-shaped tensors; then nothing has been changed
     */
    public void copyInto(Encoder encoder) {
        Map<String, Tensor> targets = new LinkedHashMap<>(encoder.state());
        targets.keySet()
                .removeIf(name -> name.endsWith(COUNTER) && !state.names().contains(name));
        Map<String, String> found = new LinkedHashMap<>();
        state.entries().forEach((name, entry) -> {
            if (!leftAside(name)) {
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

    private static boolean leftAside(String name) {
        return name.startsWith(CLASSIFIER) || name.startsWith(PROJECTOR);
    }

    @Override
    public void close() {
        state.close();
    }
}
