package org.mmcr.train.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.FileFailure;
import org.mmcr.data.io.Json;
import org.mmcr.train.encoder.ModelState;

/**
 * A linear classifier of the encoder's features: logits = weights x + biases. It is a {@link LinearModel} with the
 * standardisation folded into the weights and without classes that had no training data.
 *
 * @param classNames C names in the order of the logits
 * @param weights (C, F) row-major
 * @param biases C
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; boxed lists of weights would be wasteful
@API(status = API.Status.STABLE)
public record LinearHead(List<String> classNames, float[] weights, float[] biases) {
    private static final String CLASSES = "class_names";
    private static final String WEIGHT = "weight";
    private static final String BIAS = "bias";
    private static final ObjectMapper JSON = Json.mapper();

    public LinearHead {
        classNames = List.copyOf(classNames);
        if (classNames.isEmpty() || biases.length != classNames.size() || weights.length % biases.length != 0) {
            throw new MmcrException("expected a bias and a row of weights for each class, found " + classNames.size()
                    + " classes, " + biases.length + " biases and " + weights.length + " weights");
        }
    }

    /** The number of features F. */
    public int features() {
        return weights.length / biases.length;
    }

    /**
     * Returns a head of live weights (C, F) and biases (C), copied.
     *
     * @throws MmcrException if they have other shapes
     */
    public static LinearHead of(List<String> classNames, Tensor weights, Tensor biases) {
        requireShapes(classNames.size(), weights, biases);
        try (PointerScope scope = new PointerScope()) {
            return new LinearHead(classNames, floats(onProcessor(weights)), floats(onProcessor(biases)));
        }
    }

    /** Refuses weights (F, C), which have as many numbers. */
    private static void requireShapes(int classes, Tensor weights, Tensor biases) {
        if (weights.dim() != 2 || weights.size(0) != classes || biases.dim() != 1) {
            throw new MmcrException("expected weights (classes, features) and biases (classes) of " + classes
                    + " classes, found shapes " + shape(weights) + " and " + shape(biases)
                    + "; transpose weights (features, classes)");
        }
    }

    private static String shape(Tensor tensor) {
        return Arrays.toString(
                LongStream.range(0, tensor.dim()).map(tensor::size).toArray());
    }

    private static Tensor onProcessor(Tensor values) {
        return values.detach().cpu().to(ScalarType.Float).contiguous();
    }

    /** float32 (C, F), in the caller's scope. */
    public Tensor weightTensor() {
        return torch.tensor(weights).reshape(biases.length, features());
    }

    /** float32 (C), in the caller's scope. */
    public Tensor biasTensor() {
        return torch.tensor(biases);
    }

    /**
     * Returns the weights (C, F) and biases (C), float32, as {@code weight} and {@code bias}, in the caller's scope.
     */
    public Map<String, Tensor> tensors() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put(WEIGHT, weightTensor());
        tensors.put(BIAS, biasTensor());
        return tensors;
    }

    /**
     * Writes the head as a safetensors file, not atomically.
     *
     * @param facts metadata as text, for example the encoder of the head
     */
    public void write(Path file, Map<String, String> facts) throws IOException {
        Map<String, String> metadata = new HashMap<>(facts);
        metadata.put(CLASSES, JSON.writeValueAsString(classNames));
        try (PointerScope scope = new PointerScope()) {
            ModelState.write(file, tensors(), metadata);
        }
    }

    /**
     * A head and its metadata.
     *
     * @param head the classifier
     * @param facts as given to {@link LinearHead#write}
     */
    public record Saved(LinearHead head, Map<String, String> facts) {}

    /**
     * Reads a file of {@link #write}.
     *
     * @throws MmcrException if the file is missing or has another format
     */
    public static Saved read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new MmcrException("expected a linear probe in " + file
                    + ", found none; 'mmcr evaluate RUN --train DATA --test DATA' fits and keeps one");
        }
        try (PointerScope scope = new PointerScope();
                ModelState state = ModelState.open(file)) {
            String classes = state.metadata().getOrDefault(CLASSES, "[]");
            List<String> names = new ArrayList<>(Arrays.asList(JSON.readValue(classes, String[].class)));
            LinearHead head = new LinearHead(names, floats(state.read(WEIGHT)), floats(state.read(BIAS)));
            return new Saved(head, state.metadata());
        } catch (JsonProcessingException e) {
            throw new MmcrException(
                    "expected class names in the metadata of " + file + ", found none; evaluate again", e);
        } catch (IOException e) {
            throw FileFailure.exception("to read " + file, e, "check its permissions");
        }
    }

    private static float[] floats(Tensor tensor) {
        FloatBuffer values = NativeFloats.of(tensor);
        float[] copy = new float[values.remaining()];
        values.get(copy);
        return copy;
    }
}
