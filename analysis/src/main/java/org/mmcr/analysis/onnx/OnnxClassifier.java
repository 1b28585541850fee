package org.mmcr.analysis.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.analysis.export.OnnxExport;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.FileFailure;
import org.mmcr.train.evaluate.LinearHead;

/**
 * Writes an ONNX graph that holds an ONNX encoder and a linear classifier of its features. Outputs: {@code logits} and
 * {@code probabilities} (batch, classes). The metadata state the preparation of pictures and the class names. The
 * written graph is computed on random inputs and must agree with the encoder followed by the classifier.
 */
public final class OnnxClassifier {
    private static final double TOLERANCE = 1e-4;
    /** With a cast behind them, numbers of 16 bits are rounded at other places. */
    private static final double TOLERANCE_OF_HALF = 5e-3;

    private static final int RANDOM = 4;
    /** From this operator set on, the axes of a mean are an input. */
    private static final long AXES_AS_INPUT = 18;

    private static final String PREFIX = "mmcr_classifier/";

    private final OnnxEncoder encoder;
    private final ModelProto.Builder model;
    private final GraphProto.Builder graph;
    private final Set<String> names = new HashSet<>();

    private OnnxClassifier(OnnxEncoder encoder) {
        this.encoder = encoder;
        this.model = GraphFile.whole(encoder.file()).toBuilder();
        this.graph = model.getGraphBuilder();
        graph.getNodeList().forEach(node -> names.addAll(node.getOutputList()));
        graph.getInputList().forEach(input -> names.add(input.getName()));
    }

    /**
     * Writes the graph.
     *
     * @throws MmcrException if the written graph does not compute what encoder and classifier do, or is larger than 2
     *     GB
     */
    public static void write(Path file, OnnxEncoder encoder, LinearHead head) {
        OnnxClassifier classifier = new OnnxClassifier(encoder);
        String logits = classifier.append(head);
        ModelProto made = classifier.model.build();
        try {
            AtomicFiles.write(file, beside -> {
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(beside))) {
                    made.writeTo(out);
                }
                check(beside, logits, encoder, head);
            });
        } catch (IOException e) {
            throw FileFailure.exception("to write " + file, e, "check the folder and the space left");
        }
    }

    /** Adds the classifier and returns the name of its logits. */
    private String append(LinearHead head) {
        String features = features();
        long[] shape = {head.classNames().size(), head.features()};
        floats("weight", head.weights(), shape);
        floats("bias", head.biases(), shape[0]);
        String logits = unique("logits");
        String probabilities = unique("probabilities");
        node("Gemm", List.of(features, PREFIX + "weight", PREFIX + "bias"), logits, integer("transB", 1));
        node("Softmax", List.of(logits), probabilities, integer("axis", 1));
        graph.clearOutput();
        graph.addOutput(output(logits, shape[0]));
        graph.addOutput(output(probabilities, shape[0]));
        Map<String, String> metadata = new LinkedHashMap<>();
        model.getMetadataPropsList().forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
        metadata.putAll(OnnxExport.preparation(encoder.view()));
        metadata.putAll(OnnxExport.classes(head));
        model.clearMetadataProps();
        metadata.forEach((key, value) -> model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return logits;
    }

    /** Adds what makes features of the encoder's output, as {@link OnnxOutput} does, and returns their name. */
    private String features() {
        String value = encoder.output().name();
        if (encoder.half()) {
            value = node("Cast", List.of(value), PREFIX + "float", integer("to", TensorProto.DataType.FLOAT_VALUE));
        }
        long[] shape = encoder.shape();
        if (shape.length == 2) {
            return value;
        }
        if (shape.length == 4) {
            return mean(value, OnnxOutput.channelsLast(shape) ? new long[] {1, 2} : new long[] {2, 3});
        }
        return switch (encoder.output().used(shape[1])) {
            case CLS -> {
                integers("first", new long[] {0}, 0);
                yield node("Gather", List.of(value, PREFIX + "first"), PREFIX + "token", integer("axis", 1));
            }
            case MEAN -> mean(value, 1);
            case PATCHES -> {
                integers("from", new long[] {OutputPool.others(shape[1])}, 1);
                integers("to", new long[] {shape[1]}, 1);
                integers("axis", new long[] {1}, 1);
                List<String> inputs = List.of(value, PREFIX + "from", PREFIX + "to", PREFIX + "axis");
                yield mean(node("Slice", inputs, PREFIX + "patches"), 1);
            }
        };
    }

    private String mean(String value, long... axes) {
        long opset = model.getOpsetImportList().stream()
                .filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx"))
                .mapToLong(OperatorSetIdProto::getVersion)
                .max()
                .orElse(0);
        if (opset < AXES_AS_INPUT) {
            AttributeProto.Builder all =
                    AttributeProto.newBuilder().setName("axes").setType(AttributeProto.AttributeType.INTS);
            Arrays.stream(axes).forEach(all::addInts);
            return node("ReduceMean", List.of(value), PREFIX + "mean", all.build(), integer("keepdims", 0));
        }
        integers("axes", axes, 1);
        return node("ReduceMean", List.of(value, PREFIX + "axes"), PREFIX + "mean", integer("keepdims", 0));
    }

    private String node(String operator, List<String> inputs, String output, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(PREFIX + operator)
                .addAllInput(inputs)
                .addOutput(output)
                .addAllAttribute(Arrays.asList(attributes)));
        return output;
    }

    private static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private void floats(String name, float[] values, long... shape) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(PREFIX + name).setDataType(TensorProto.DataType.FLOAT_VALUE);
        Arrays.stream(shape).forEach(tensor::addDims);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        graph.addInitializer(tensor);
    }

    /** Adds whole numbers as a vector, or a single one as a scalar of rank 0. */
    private void integers(String name, long[] values, int rank) {
        TensorProto.Builder tensor =
                TensorProto.newBuilder().setName(PREFIX + name).setDataType(TensorProto.DataType.INT64_VALUE);
        if (rank == 1) {
            tensor.addDims(values.length);
        }
        Arrays.stream(values).forEach(tensor::addInt64Data);
        graph.addInitializer(tensor);
    }

    private String unique(String name) {
        String free = name;
        while (!names.add(free)) {
            free = free + "_of_labels";
        }
        return free;
    }

    private static ValueInfoProto output(String name, long classes) {
        TensorShapeProto shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("labelled_batch"))
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(classes))
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                .setShape(shape)))
                .build();
    }

    private static void check(Path file, String logits, OnnxEncoder encoder, LinearHead head) {
        OnnxChoice choice = OnnxChoice.none().with(Optional.empty(), Optional.of(logits), Optional.empty());
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                OnnxEncoder written = OnnxEncoder.open(file, choice)) {
            Tensor x = encoder.random(RANDOM);
            Tensor expected =
                    torch.linear(encoder.apply(x), head.weightTensor()).add(head.biasTensor());
            double scale = expected.abs().max().item_double();
            double largest = written.apply(x).sub(expected).abs().max().item_double();
            double tolerance = encoder.half() ? TOLERANCE_OF_HALF : TOLERANCE;
            if (!(largest <= tolerance * scale)) {
                throw new MmcrException(String.format(
                        "expected the graph with its classifier to agree within %.0e, found a difference of %.1e of"
                                + " %.1e; the file was not written",
                        tolerance, largest, scale));
            }
        }
    }
}
