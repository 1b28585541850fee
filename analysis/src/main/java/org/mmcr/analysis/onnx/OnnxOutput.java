package org.mmcr.analysis.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;

/**
 * The output of a graph from which features are made.
 *
 * @param name its name in the graph
 * @param rank number of its dimensions: 2 features, 3 tokens, 4 a map
 * @param half whether its numbers have 16 bits
 * @param pool rule for tokens, if one was given
 */
record OnnxOutput(String name, int rank, boolean half, Optional<OutputPool> pool) {
    /** Names of features, the most specific first. */
    private static final List<String> PREFERRED =
            List.of("embedding", "embeddings", "features", "pooler_output", "image_embeds", "last_hidden_state");
    /** Names of class scores, which are taken only if there is nothing else. */
    private static final Pattern SCORES =
            Pattern.compile(".*(logit|prob|score|softmax|class).*", Pattern.CASE_INSENSITIVE);

    private static final Set<OnnxJavaType> TYPES =
            Set.of(OnnxJavaType.FLOAT, OnnxJavaType.FLOAT16, OnnxJavaType.BFLOAT16);

    /**
     * Chooses an output: the wanted one; else the first name of {@link #PREFERRED} that the graph has; else its first
     * output that is not called class scores; else its first output.
     *
     * @param wanted name of the output
     * @param pool rule for tokens; only outputs of tokens are chosen then
     * @throws MmcrException if there is none that features can be made of
     */
    static OnnxOutput of(Path file, Map<String, NodeInfo> outputs, Optional<String> wanted, Optional<OutputPool> pool) {
        if (wanted.isPresent() && !outputs.containsKey(wanted.get())) {
            throw new MmcrException("expected an output of " + file + " for --output, found '" + wanted.get()
                    + "'; it has " + OnnxInput.listed(outputs));
        }
        List<String> usable = outputs.keySet().stream()
                .filter(name -> wanted.map(name::equals).orElse(true))
                .filter(name -> isUsable(outputs.get(name), pool.isPresent()))
                .toList();
        if (usable.isEmpty()) {
            String expected =
                    pool.isPresent() ? "tokens (batch, tokens, D) for --pool" : "features (batch, D), tokens or a map";
            throw new MmcrException("expected an output of " + expected + ", of float32 or float16, in " + file
                    + ", found " + OnnxInput.listed(outputs)
                    + (pool.isPresent() ? "; leave --pool out" : "; export the graph with its features as output"));
        }
        String name = PREFERRED.stream()
                .flatMap(preferred -> usable.stream().filter(preferred::equalsIgnoreCase))
                .findFirst()
                .or(() -> usable.stream()
                        .filter(candidate -> !SCORES.matcher(candidate).matches())
                        .findFirst())
                .orElse(usable.get(0));
        TensorInfo info = (TensorInfo) outputs.get(name).getInfo();
        return new OnnxOutput(name, info.getShape().length, info.type != OnnxJavaType.FLOAT, pool);
    }

    private static boolean isUsable(NodeInfo node, boolean tokens) {
        if (!(node.getInfo() instanceof TensorInfo info) || !TYPES.contains(info.type)) {
            return false;
        }
        int rank = info.getShape().length;
        return tokens ? rank == 3 : rank >= 2 && rank <= 4;
    }

    /** Whether the name is one of class scores. */
    boolean scores() {
        return SCORES.matcher(name).matches() && !PREFERRED.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Says how features are made of a value of this shape, for a message. */
    String rule(long[] shape) {
        return switch (shape.length) {
            case 2 -> "as it is";
            case 3 ->
                "pooled over " + shape[1] + " tokens by '"
                        + used(shape[1]).name().toLowerCase(Locale.ROOT) + "'";
            default -> "averaged over positions";
        };
    }

    OutputPool used(long tokens) {
        return pool.orElseGet(() -> OutputPool.usual(tokens));
    }

    /** Makes features (B, D) of a computed value, in the caller's scope. */
    Tensor features(OnnxTensor computed) {
        long[] shape = computed.getInfo().getShape();
        FloatBuffer values = computed.getFloatBuffer();
        float[] copy = new float[values.remaining()];
        values.get(copy);
        Tensor value = torch.empty(shape);
        value.data_ptr_float().put(copy);
        return switch (shape.length) {
            case 2 -> value;
            case 3 -> used(shape[1]).apply(value);
            default -> value.mean(channelsLast(shape) ? new long[] {1, 2} : new long[] {2, 3});
        };
    }

    /** A map is square, so that the channels are the dimension that differs; equal ones are taken for the first. */
    static boolean channelsLast(long[] shape) {
        return shape[1] == shape[2] && shape[2] != shape[3];
    }

    /**
     * Checks the shape that a graph computed.
     *
     * @param rows number of samples that it was given
     */
    void require(Path file, long[] shape, int rows) {
        if (shape.length != rank || shape[0] != rows || Arrays.stream(shape).anyMatch(size -> size < 1)) {
            throw new MmcrException("expected one row of '" + name + "' for each of " + rows + " pictures from " + file
                    + ", found the shape " + Arrays.toString(shape)
                    + "; choose another --output, or export a graph whose output has a fixed size");
        }
        if (shape.length == 3) {
            used(shape[1]).requireFor(shape[1]);
        }
    }
}
