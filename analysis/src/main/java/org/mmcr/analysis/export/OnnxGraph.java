package org.mmcr.analysis.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.train.encoder.Activation;
import org.mmcr.train.encoder.Graph;

/**
 * Writes networks as nodes of one ONNX graph; values are names of edges. It uses only operators that are the same in
 * every operator set from {@value #OLDEST_OPSET} on. A weight's name is the prefix of {@link #of} and its name in the
 * network.
 */
final class OnnxGraph implements Graph<String> {
    static final int OLDEST_OPSET = 13;

    private final GraphProto.Builder graph;
    private final Map<String, Integer> counts;
    private final Set<String> written;
    private final String prefix;
    private final Map<String, Tensor> state;

    private OnnxGraph(
            GraphProto.Builder graph,
            Map<String, Integer> counts,
            Set<String> written,
            String prefix,
            Map<String, Tensor> state) {
        this.graph = graph;
        this.counts = counts;
        this.written = written;
        this.prefix = prefix;
        this.state = state;
    }

    /** Starts an empty graph. */
    static OnnxGraph into(GraphProto.Builder graph) {
        return new OnnxGraph(graph, new HashMap<>(), new HashSet<>(), "", Map.of());
    }

    /** Returns a view of this graph that adds the nodes of a network with the given tensors. */
    OnnxGraph of(String prefix, Map<String, Tensor> tensors) {
        return new OnnxGraph(graph, counts, written, prefix, tensors);
    }

    @Override
    public String convolution(String x, String weight, int stride, int padding) {
        return add(node("Conv", x, tensor(weight))
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
    public String globalAverage(String x) {
        return add(node("Flatten", add(node("GlobalAveragePool", x))));
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
        if (written.add(prefix + name)) {
            Tensor tensor = state.get(name);
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
