package org.mmcr.analysis.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
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
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.Yaml;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.VectorEvaluationView;
import org.mmcr.data.views.ViewShape;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.EncoderWeights;
import org.mmcr.train.encoder.Projector;
import org.mmcr.train.evaluate.LinearHead;
import org.mmcr.train.run.Machine;

/**
 * Writes an encoder as an ONNX graph with a dynamic batch size, with the projector and a classifier if the source has
 * them.
 *
 * <p>Input {@value #PICTURES}: float32 (batch, 3, size, size), RGB, normalised; or {@value #VECTORS}: float32 (batch,
 * columns), standardised. Outputs: {@value #FEATURES} (batch, F), whitened if the source says so; {@value #EMBEDDINGS} (batch, D), not normalised;
 * {@value #LOGITS} and {@value #PROBABILITIES} (batch, classes). {@code metadata_props} hold the metadata of
 * {@link ExportSource} and the preparation of the input.
 *
 * <p>Each export is checked: ONNX Runtime's output must match libtorch's, or the file is not written.
 */
@API(status = API.Status.STABLE)
public final class OnnxExport {
    /** Default operator set: released in 2022, supported by every runtime in use. */
    public static final int OPSET = 17;

    static final String PICTURES = "pictures";
    static final String VECTORS = "vectors";
    /** Name of the output of features. */
    public static final String FEATURES = "features";

    static final String EMBEDDINGS = "embeddings";
    static final String LOGITS = "logits";
    static final String PROBABILITIES = "probabilities";

    private static final String BATCH = "batch";
    private static final String CLASSIFIER = "classifier.";
    /** Largest size of a protobuf message, in bytes. */
    private static final long LARGEST = Integer.MAX_VALUE;

    private OnnxExport() {}

    /** As {@link #write(Path, ExportSource, Optional, int)} with the default operator set. */
    public static OnnxCheck write(Path file, ExportSource source, Optional<DataSource> data) {
        return write(file, source, data, OPSET);
    }

    /**
     * Writes the file if ONNX Runtime and libtorch agree on random inputs and on a few samples of the data.
     *
     * @param data real inputs, not closed; if empty, only random inputs are compared
     * @param opset operator set, {@value OnnxGraph#OLDEST_OPSET} or newer
     * @throws MmcrException if the encoder or the projector is in training mode, the encoder is not on the processor,
     *     the runtime cannot read the graph, or an output differs by more than {@link OnnxCheck#TOLERANCE}
     */
    public static OnnxCheck write(Path file, ExportSource source, Optional<DataSource> data, int opset) {
        requireOpset(opset);
        requireReady(source);
        requireSmallEnough(file, source);
        OnnxCheck[] check = new OnnxCheck[1];
        ExportFile.write(file, beside -> {
            write(beside, model(source, opset));
            check[0] = OnnxCheck.of(beside, source, data, opset);
        });
        return check[0];
    }

    /** Refuses networks in training mode, which the comparison would change, or on another device than its inputs. */
    static void requireReady(ExportSource source) {
        Encoder encoder = source.encoder();
        if (encoder.training() || !encoder.device().isCpu()) {
            throw new MmcrException("expected an encoder in evaluation mode on the processor, found one "
                    + (encoder.training()
                            ? "in training mode; call its eval() first"
                            : "on " + encoder.device() + "; call to(ComputeDevice.CPU) first"));
        }
        if (source.projector().filter(Projector::training).isPresent()) {
            throw new MmcrException("expected a projector in evaluation mode, found one in training mode; call"
                    + " train(false) of its model first");
        }
    }

    /**
     * Checks an operator set and returns it.
     *
     * @throws MmcrException if it is older than {@value OnnxGraph#OLDEST_OPSET}
     */
    public static int requireOpset(int opset) {
        if (opset < OnnxGraph.OLDEST_OPSET) {
            throw new MmcrException("expected an ONNX operator set of " + OnnxGraph.OLDEST_OPSET + " or newer, found "
                    + opset + "; " + OPSET + " is usual");
        }
        return opset;
    }

    private static void write(Path file, ModelProto model) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            model.writeTo(out);
        }
    }

    private static void requireSmallEnough(Path file, ExportSource source) {
        long bytes = bytes(source.encoder().state())
                + source.projector().map(projector -> bytes(projector.state())).orElse(0L)
                + source.whitening()
                        .map(layer -> 4L * layer.features() * layer.width())
                        .orElse(0L)
                + source.head().map(head -> 4L * head.weights().length).orElse(0L);
        if (bytes > LARGEST - (1 << 20)) {
            throw new MmcrException("expected at most 2 GB of weights for one ONNX file, found " + (bytes >> 20)
                    + " MB for " + file + "; use --format safetensors");
        }
    }

    private static long bytes(Map<String, Tensor> tensors) {
        return tensors.values().stream().mapToLong(Tensor::nbytes).sum();
    }

    private static ModelProto model(ExportSource source, int opset) {
        ModelProto.Builder model = ModelProto.newBuilder()
                .setIrVersion(opset <= 18 ? 8 : 10)
                .setProducerName("mmcr")
                .setProducerVersion(Machine.mmcrVersion())
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
                .setGraph(graph(source, opset));
        metadata(source)
                .forEach((key, value) -> model.addMetadataProps(
                        StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
        return model.build();
    }

    private static GraphProto graph(ExportSource source, int opset) {
        GraphProto.Builder proto = GraphProto.newBuilder().setName("mmcr");
        Encoder encoder = source.encoder();
        ViewShape shape = source.view().shape();
        int side = shape instanceof ViewShape.Square square ? square.side() : 0;
        OnnxGraph graph = OnnxGraph.into(proto, new OnnxGraph.Target(opset, side));
        String input = shape instanceof ViewShape.Square ? PICTURES : VECTORS;
        proto.addInput(side > 0 ? value(input, encoder.inputs(), side, side) : value(input, encoder.inputs()));
        String features = encoder.describe(graph.of("", encoder.state()), input);
        output(proto, graph, whitened(graph, features, source), FEATURES, source.features());
        source.projector().ifPresent(projector -> {
            OnnxGraph behind = graph.of(EncoderWeights.PROJECTOR, projector.state());
            output(proto, graph, projector.describe(behind, features), EMBEDDINGS, projector.dimension());
        });
        source.head().ifPresent(head -> classifier(proto, graph, features, head));
        return proto.build();
    }

    private static String whitened(OnnxGraph graph, String features, ExportSource source) {
        try (PointerScope scope = new PointerScope()) {
            return source.whitening()
                    .map(layer -> graph.of(ExportSource.WHITENING + ".", layer.layer())
                            .linear(features, "weight", "bias"))
                    .orElse(features);
        }
    }

    private static void classifier(GraphProto.Builder proto, OnnxGraph graph, String features, LinearHead head) {
        try (PointerScope scope = new PointerScope()) {
            OnnxGraph behind = graph.of(CLASSIFIER, head.tensors());
            int classes = head.classNames().size();
            String logits = behind.linear(features, "weight", "bias");
            output(proto, graph, logits, LOGITS, classes);
            output(proto, graph, behind.softmax(logits), PROBABILITIES, classes);
        }
    }

    private static void output(GraphProto.Builder proto, OnnxGraph graph, String value, String name, int width) {
        graph.output(value, name);
        proto.addOutput(value(name, width));
    }

    /** Describes a float32 value of shape (batch, sizes...). */
    private static ValueInfoProto value(String name, long... sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(BATCH));
        for (long size : sizes) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                .setShape(shape)))
                .build();
    }

    /** Returns the source's metadata, with the settings of its view also under a key each, for readers without JSON. */
    private static Map<String, String> metadata(ExportSource source) {
        Map<String, String> all = new LinkedHashMap<>(source.metadata());
        all.putAll(settings(source.view()));
        source.head().ifPresent(head -> all.putAll(classes(head)));
        return all;
    }

    /** Returns the metadata of a preparation, whole and with its settings under a key each. */
    public static Map<String, String> preparation(EvaluationView view) {
        Map<String, String> all = settings(view);
        all.put(Preprocessing.KEY, Yaml.toTree(view).toString());
        return all;
    }

    /** Returns the metadata of a classifier: its class names. */
    public static Map<String, String> classes(LinearHead head) {
        return Map.of("class_names", Json.line(head.classNames()));
    }

    private static Map<String, String> settings(EvaluationView stated) {
        Map<String, String> all = new LinkedHashMap<>();
        if (stated instanceof PictureEvaluationView view) {
            all.put("resize", String.valueOf(view.resize()));
            all.put("size", String.valueOf(view.size()));
            all.put("mean", Json.line(view.mean()));
            all.put("std", Json.line(view.std()));
            all.put("interpolation", view.interpolation().name().toLowerCase(Locale.ROOT));
        } else if (stated instanceof VectorEvaluationView view) {
            all.put("mean", Json.line(view.columns().mean()));
            all.put("std", Json.line(view.columns().std()));
        }
        return all;
    }
}
