package org.mmcr.analysis.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.train.encoder.Activation;
import org.mmcr.train.encoder.Graph;

/**
 * Writes networks as nodes of one ONNX graph; values are names of edges. It uses only operators that are the same in
 * every operator set from {@value #OLDEST_OPSET} on, but for layer norms, which need {@value #LAYER_NORM_OPSET}. A
 * weight's name is the prefix of {@link #of} and its name in the network.
 */
final class OnnxGraph implements Graph<String> {
    static final int OLDEST_OPSET = 13;
    /** First operator set with LayerNormalization. */
    static final int LAYER_NORM_OPSET = 17;

    private final GraphProto.Builder graph;
    private final Map<String, Integer> counts;
    private final Set<String> written;
    private final String prefix;
    private final Map<String, Tensor> state;
    private final Target target;

    /**
     * What a graph is written for.
     *
     * @param pictureSide side of the pictures, in pixels; 0 for vectors
     */
    record Target(int opset, int pictureSide) {}

    private OnnxGraph(
            GraphProto.Builder graph,
            Map<String, Integer> counts,
            Set<String> written,
            String prefix,
            Map<String, Tensor> state,
            Target target) {
        this.graph = graph;
        this.counts = counts;
        this.written = written;
        this.prefix = prefix;
        this.state = state;
        this.target = target;
    }

    /** Starts an empty graph. */
    static OnnxGraph into(GraphProto.Builder graph, Target target) {
        return new OnnxGraph(graph, new HashMap<>(), new HashSet<>(), "", Map.of(), target);
    }

    /** Returns a view of this graph that adds the nodes of a network with the given tensors. */
    OnnxGraph of(String prefix, Map<String, Tensor> tensors) {
        return new OnnxGraph(graph, counts, written, prefix, tensors, target);
    }

    @Override
    public String convolution(String x, String weight, Optional<String> bias, int stride, int padding, int groups) {
        NodeProto.Builder node = node("Conv", x, tensor(weight));
        bias.ifPresent(name -> node.addInput(tensor(name)));
        return add(node.addAttribute(integer("group", groups))
                .addAttribute(square("kernel_shape", state.get(weight).size(2)))
                .addAttribute(square("strides", stride))
                .addAttribute(integers("pads", padding, padding, padding, padding)));
    }

    @Override
    public String linear(String x, String weight) {
        return add(node("Gemm", x, tensor(weight)).addAttribute(integer("transB", 1)));
    }

    /** Adds a linear layer with a bias. */
    String linear(String x, String weight, String bias) {
        return add(node("Gemm", x, tensor(weight), tensor(bias)).addAttribute(integer("transB", 1)));
    }

    @Override
    public String positionwiseLinear(String x, String weight, String bias) {
        String transposed = add(node("Transpose", tensor(weight)).addAttribute(integers("perm", 1, 0)));
        return add(node("Add", add(node("MatMul", x, transposed)), tensor(bias)));
    }

    @Override
    public String batchNorm(String x, String name, double epsilon) {
        return add(node(
                        "BatchNormalization",
                        x,
                        tensor(name + ".weight"),
                        tensor(name + ".bias"),
                        tensor(name + ".running_mean"),
                        tensor(name + ".running_var"))
                .addAttribute(real("epsilon", epsilon)));
    }

    @Override
    public String activation(String x, Activation function) {
        return switch (function) {
            case RELU -> add(node("Relu", x));
            case SILU -> add(node("Mul", x, add(node("Sigmoid", x))));
            // Gelu is an operator only from set 20 on: x / 2 * (1 + erf(x / sqrt 2)).
            case GELU -> {
                String erf = add(node("Erf", add(node("Mul", x, constant("sqrt_half", Math.sqrt(0.5))))));
                String half = add(node("Mul", x, constant("half", 0.5)));
                yield add(node("Mul", half, add(node("Add", erf, constant("one", 1)))));
            }
            case QUICK_GELU -> {
                String factor = constant("quick_gelu_factor", Activation.QUICK_GELU_FACTOR);
                yield add(node("Mul", x, add(node("Sigmoid", add(node("Mul", x, factor))))));
            }
        };
    }

    @Override
    public String maxPool(String x, int side, int stride, int padding) {
        return add(node("MaxPool", x)
                .addAttribute(square("kernel_shape", side))
                .addAttribute(square("strides", stride))
                .addAttribute(integers("pads", padding, padding, padding, padding)));
    }

    @Override
    public String averagePool(String x, int side) {
        return add(node("AveragePool", x)
                .addAttribute(square("kernel_shape", side))
                .addAttribute(square("strides", side))
                .addAttribute(integer("ceil_mode", 1)));
    }

    @Override
    public String add(String x, String y) {
        return add(node("Add", x, y));
    }

    @Override
    public String concatenated(String x, String y) {
        return add(node("Concat", x, y).addAttribute(integer("axis", 1)));
    }

    @Override
    public String globalAverage(String x) {
        return add(node("Flatten", add(node("GlobalAveragePool", x))));
    }

    @Override
    public String halfAverages(String x) {
        String height = sliced(add(node("Shape", x)), "height", 2, 3, 0);
        String lower = add(node("Div", height, longs("two", 2)));
        String upper = add(node("Sub", height, lower));
        return concatenated(
                globalAverage(add(node("Slice", x, longs("first_row", 0), upper, longs("axis_2", 2)))),
                globalAverage(add(node("Slice", x, lower, height, longs("axis_2", 2)))));
    }

    @Override
    public String layerNorm(String x, String name, double epsilon) {
        if (target.opset() < LAYER_NORM_OPSET) {
            throw new MmcrException("expected an operator set of " + LAYER_NORM_OPSET
                    + " or newer for a network with layer norms, found " + target.opset() + "; leave --opset out");
        }
        return add(node("LayerNormalization", x, tensor(name + ".weight"), tensor(name + ".bias"))
                .addAttribute(real("epsilon", epsilon)));
    }

    @Override
    public String scale(String x, String name) {
        return add(node("Mul", x, tensor(name, state.get(name).view(-1))));
    }

    @Override
    public String channelsLast(String x) {
        return permuted(x, 0, 2, 3, 1);
    }

    @Override
    public String channelsFirst(String x) {
        return permuted(x, 0, 3, 1, 2);
    }

    @Override
    public String tokens(String x) {
        return permuted(reshaped(x, "flat_positions", 0, 0, -1), 0, 2, 1);
    }

    @Override
    public String prepend(String x, String name) {
        Tensor tokens = state.get(name);
        Tensor rows = tokens.view(1, -1, tokens.size(tokens.dim() - 1));
        String batch = sliced(add(node("Shape", x)), "batch", 0, 1, 0);
        String shape = add(node("Concat", batch, longs("tokens_" + prefix + name, rows.size(1), rows.size(2)))
                .addAttribute(integer("axis", 0)));
        String repeated = add(node("Expand", tensor(name, rows), shape));
        return add(node("Concat", repeated, x).addAttribute(integer("axis", 1)));
    }

    @Override
    public String addConstant(String x, String name, Tensor values) {
        return add(node("Add", x, tensor(name, values)));
    }

    @Override
    public String columns(String x, int from, int to) {
        return sliced(x, "columns_" + from + "_" + to, from, to, -1);
    }

    @Override
    public String attention(String q, String k, String v, int heads, int headWidth) {
        String shape = "heads_" + heads + "_" + headWidth;
        String queries = permuted(reshaped(q, shape, 0, 0, heads, headWidth), 0, 2, 1, 3);
        String keys = permuted(reshaped(k, shape, 0, 0, heads, headWidth), 0, 2, 3, 1);
        String values = permuted(reshaped(v, shape, 0, 0, heads, headWidth), 0, 2, 1, 3);
        String products = add(node("MatMul", queries, keys));
        String scaled = add(node("Mul", products, constant("attention_" + headWidth, 1 / Math.sqrt(headWidth))));
        String mixed = add(node("MatMul", add(node("Softmax", scaled).addAttribute(integer("axis", -1))), values));
        return reshaped(permuted(mixed, 0, 2, 1, 3), "joined_" + heads * headWidth, 0, 0, (long) heads * headWidth);
    }

    @Override
    public String firstToken(String x) {
        return add(node("Flatten", sliced(x, "first_token", 0, 1, 1)));
    }

    @Override
    public String meanToken(String x, int from, int end) {
        String rest = sliced(x, end == Integer.MAX_VALUE ? "after_token_" + from : "first_tokens", from, end, 1);
        return globalAverage(permuted(rest, 0, 2, 1));
    }

    @Override
    public int pictureSide() {
        return target.pictureSide();
    }

    private String permuted(String x, long... order) {
        return add(node("Transpose", x).addAttribute(integers("perm", order)));
    }

    /** Reshapes; 0 keeps a dimension. */
    private String reshaped(String x, String shapeName, long... shape) {
        return add(node("Reshape", x, longs(shapeName, shape)));
    }

    private String sliced(String x, String name, long from, long to, long axis) {
        return add(node("Slice", x, longs(name + "_from", from), longs(name + "_to", to), longs("axis_" + axis, axis)));
    }

    String softmax(String x) {
        return add(node("Softmax", x).addAttribute(integer("axis", 1)));
    }

    /** Makes a value an output of the graph under a name. */
    void output(String x, String name) {
        graph.addNode(node("Identity", x).setName(name).addOutput(name));
    }

    private static NodeProto.Builder node(String operator, String... inputs) {
        NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator);
        for (String input : inputs) {
            node.addInput(input);
        }
        return node;
    }

    /** Adds the node and returns the name of its output. */
    private String add(NodeProto.Builder node) {
        String name = prefix + node.getOpType() + "_" + counts.merge(prefix + node.getOpType(), 1, Integer::sum);
        graph.addNode(node.setName(name).addOutput(name));
        return name;
    }

    private String tensor(String name) {
        return tensor(name, state.get(name));
    }

    /** Writes a tensor once under a name of the network. */
    private String tensor(String name, Tensor tensor) {
        if (written.add(prefix + name)) {
            TensorProto.Builder proto = TensorProto.newBuilder()
                    .setName(prefix + name)
                    .setDataType(TensorProto.DataType.FLOAT_VALUE)
                    .setRawData(bytes(tensor));
            for (int i = 0; i < tensor.dim(); i++) {
                proto.addDims(tensor.size(i));
            }
            graph.addInitializer(proto);
        }
        return prefix + name;
    }

    private String constant(String name, double value) {
        if (written.add(name)) {
            graph.addInitializer(TensorProto.newBuilder()
                    .setName(name)
                    .setDataType(TensorProto.DataType.FLOAT_VALUE)
                    .addFloatData((float) value));
        }
        return name;
    }

    private String longs(String name, long... values) {
        if (written.add(name)) {
            TensorProto.Builder proto = TensorProto.newBuilder()
                    .setName(name)
                    .setDataType(TensorProto.DataType.INT64_VALUE)
                    .addDims(values.length);
            for (long value : values) {
                proto.addInt64Data(value);
            }
            graph.addInitializer(proto);
        }
        return name;
    }

    private static ByteString bytes(Tensor tensor) {
        try (PointerScope scope = new PointerScope()) {
            Tensor dense = tensor.detach().contiguous();
            return ByteString.copyFrom(
                    new BytePointer(dense.data_ptr()).capacity(dense.nbytes()).asByteBuffer());
        }
    }

    private static AttributeProto.Builder square(String name, long side) {
        return integers(name, side, side);
    }

    private static AttributeProto.Builder integers(String name, long... values) {
        AttributeProto.Builder attribute = attribute(name, AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute;
    }

    private static AttributeProto.Builder integer(String name, long value) {
        return attribute(name, AttributeProto.AttributeType.INT).setI(value);
    }

    private static AttributeProto.Builder real(String name, double value) {
        return attribute(name, AttributeProto.AttributeType.FLOAT).setF((float) value);
    }

    private static AttributeProto.Builder attribute(String name, AttributeProto.AttributeType type) {
        return AttributeProto.newBuilder().setName(name).setType(type);
    }
}
