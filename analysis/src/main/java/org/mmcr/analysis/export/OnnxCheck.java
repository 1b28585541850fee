package org.mmcr.analysis.export;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.JitteredSample;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.ViewShape;

/**
 * A comparison of ONNX Runtime with libtorch on the same inputs.
 *
 * @param randomInputs number of normal random inputs, compared as a batch and the first one also alone
 * @param realInputs number of pictures or rows of a table
 * @param differences largest relative difference of each output: over its largest value
 */
@API(status = API.Status.STABLE)
public record OnnxCheck(int randomInputs, int realInputs, Map<String, Double> differences) {
    /** Largest accepted relative difference. */
    public static final double TOLERANCE = 1e-4;

    private static final int RANDOM = 8;
    private static final int REAL = 16;
    private static final long SEED = 1;

    /** Returns the largest relative difference of any output. */
    public double largest() {
        return differences.values().stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
    }

    static OnnxCheck of(Path file, ExportSource source, Optional<DataSource> data, int opset) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard();
                OrtSession session = open(file, opset)) {
            Map<String, Double> differences = new LinkedHashMap<>();
            Tensor random = random(source);
            compare(session, source, random, differences);
            compare(session, source, random.narrow(0, 0, 1).contiguous(), differences);
            int[] samples =
                    data.map(known -> JitteredSample.of(known.size(), REAL)).orElse(new int[0]);
            if (samples.length > 0) {
                compare(session, source, prepared(source, data.orElseThrow(), samples), differences);
            }
            OnnxCheck check = new OnnxCheck(RANDOM, samples.length, Map.copyOf(differences));
            check.require();
            return check;
        } catch (OrtException e) {
            throw new MmcrException(
                    "expected ONNX Runtime to compute the exported network, found: " + e.getMessage(), e);
        }
    }

    private static OrtSession open(Path file, int opset) {
        try {
            return OnnxRuntime.open(file);
        } catch (OrtException e) {
            String runtime = "ONNX Runtime " + OnnxRuntime.environment().getVersion();
            throw opset > OnnxExport.OPSET
                    ? new MmcrException(
                            "expected an operator set that " + runtime + " reads, found " + opset + "; use --opset "
                                    + OnnxExport.OPSET,
                            e)
                    : new MmcrException(
                            "expected " + runtime + " to read the exported network, found: " + e.getMessage(), e);
        }
    }

    private void require() {
        differences.forEach((output, difference) -> {
            if (!(difference <= TOLERANCE)) {
                throw new MmcrException(String.format(
                        "expected ONNX Runtime and libtorch to agree within %.0e, found a relative difference of %.1e"
                                + " in %s; the file was not written; check for weights that are infinite or NaN, or"
                                + " close to overflow",
                        TOLERANCE, difference, output));
            }
        });
    }

    /** Returns a batch of normal random inputs, owned by the caller's scope. */
    static Tensor random(ExportSource source) {
        ViewShape shape = source.view().shape();
        GeneratorOptional generator = new GeneratorOptional(torch.make_generator_cpu(SEED));
        return shape.arrange(torch.randn(new long[] {RANDOM, shape.length()}, generator))
                .contiguous();
    }

    /** Returns samples of the data, prepared for the encoder. */
    private static Tensor prepared(ExportSource source, DataSource data, int[] samples) {
        ViewShape shape = source.view().shape();
        EvaluationView.Writer writer = source.view().of(data);
        float[] rows = new float[samples.length * shape.length()];
        for (int i = 0; i < samples.length; i++) {
            writer.write(samples[i], FloatBuffer.wrap(rows), (long) i * shape.length());
        }
        return shape.arrange(torch.tensor(rows).reshape(samples.length, shape.length()))
                .contiguous();
    }

    private static void compare(OrtSession session, ExportSource source, Tensor x, Map<String, Double> differences)
            throws OrtException {
        long[] shape = new long[Math.toIntExact(x.dim())];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = x.size(i);
        }
        String input = session.getInputNames().iterator().next();
        FloatBuffer values = new FloatPointer(x.data_ptr()).capacity(x.numel()).asBuffer();
        try (OnnxTensor given = OnnxTensor.createTensor(OnnxRuntime.environment(), values, shape);
                OrtSession.Result found = session.run(Map.of(input, given))) {
            for (Map.Entry<String, Tensor> expected : expected(source, x).entrySet()) {
                OnnxTensor output = (OnnxTensor) found.get(expected.getKey()).orElseThrow();
                FloatBuffer buffer = output.getFloatBuffer();
                float[] copy = new float[buffer.remaining()];
                buffer.get(copy);
                Tensor computed = torch.tensor(copy).reshape_as(expected.getValue());
                double difference = difference(computed, expected.getValue());
                differences.merge(expected.getKey(), difference, Math::max);
            }
        }
    }

    /** Computes all outputs with libtorch in float32. */
    static Map<String, Tensor> expected(ExportSource source, Tensor x) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        Tensor features = source.encoder().forward(x);
        outputs.put(
                OnnxExport.FEATURES,
                source.whitening().map(layer -> layer.apply(features)).orElse(features));
        source.projector().ifPresent(projector -> outputs.put(OnnxExport.EMBEDDINGS, projector.forward(features)));
        source.head().ifPresent(head -> {
            Tensor logits = torch.linear(features, head.weightTensor()).add(head.biasTensor());
            outputs.put(OnnxExport.LOGITS, logits);
            outputs.put(OnnxExport.PROBABILITIES, logits.softmax(1));
        });
        return outputs;
    }

    /** Returns the largest difference over the largest expected value; NaN if any value is NaN. */
    static double difference(Tensor found, Tensor expected) {
        double scale = expected.abs().max().item_double();
        double largest = found.sub(expected).abs().max().item_double();
        return largest == 0 ? 0 : largest / scale;
    }
}
