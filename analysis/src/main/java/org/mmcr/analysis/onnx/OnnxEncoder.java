package org.mmcr.analysis.onnx;

import ai.onnxruntime.OnnxModelMetadata;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.analysis.export.FileFingerprint;
import org.mmcr.analysis.export.OnnxExport;
import org.mmcr.analysis.export.OnnxRuntime;
import org.mmcr.analysis.export.Preprocessing;
import org.mmcr.core.MmcrException;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.evaluate.FeatureModel;

/**
 * An encoder in an ONNX file of any program, computed by ONNX Runtime.
 *
 * <p>Input: pictures as (B, 3, S, S) or (B, S, S, 3), float32, float16 or uint8, of a fixed or any size and number; or
 * the rows of a table if mmcr exported the graph. Output: features (B, D), tokens (B, T, D), or a map (B, C, H, W) that
 * is averaged over positions. Weights may lie in a file beside the graph.
 *
 * <p>Thread-safe; each call computes on its own thread alone.
 */
public final class OnnxEncoder implements FeatureModel, AutoCloseable {
    private static final String OUR_NAME = "mmcr";

    private final Path file;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final OnnxInput input;
    private final OnnxOutput output;
    private final OnnxPreparation preparation;
    private final long[] shape;
    private final int width;

    private OnnxEncoder(Path file, OrtSession session, OnnxChoice choice) throws OrtException {
        this.file = file;
        this.environment = OnnxRuntime.environment();
        this.session = session;
        OnnxModelMetadata metadata = session.getMetadata();
        boolean ours = OUR_NAME.equals(metadata.getProducerName())
                && metadata.getCustomMetadata().containsKey(Preprocessing.KEY);
        input = OnnxInput.of(file, session.getInputInfo(), choice.input(), ours);
        // Our graphs may have a projector's embeddings, which are not what the encoder is used for.
        Optional<String> wanted = choice.output()
                .or(() -> ours && choice.pool().isEmpty() ? Optional.of(OnnxExport.FEATURES) : Optional.empty());
        output = OnnxOutput.of(file, session.getOutputInfo(), wanted, choice.pool());
        preparation = OnnxPreparation.of(file, input, metadata, choice);
        shape = probe();
        width = Math.toIntExact(
                shape.length == 4 && !OnnxOutput.channelsLast(shape) ? shape[1] : shape[shape.length - 1]);
    }

    /**
     * Opens a graph and computes one batch with it, so that whatever is wrong is found at once.
     *
     * @throws MmcrException if the runtime cannot compute the graph, its input takes no pictures, its output has no
     *     fixed size, or nothing says how pictures are prepared
     */
    public static OnnxEncoder open(Path file, OnnxChoice choice) {
        OrtSession session;
        try {
            session = OnnxRuntime.open(file);
        } catch (OrtException e) {
            throw OnnxRuntime.refusal(file, e);
        }
        boolean opened = false;
        try {
            OnnxEncoder encoder = new OnnxEncoder(file, session, choice);
            opened = true;
            return encoder;
        } catch (OrtException e) {
            throw OnnxRuntime.refusal(file, e);
        } finally {
            if (!opened) {
                close(session);
            }
        }
    }

    /** Whether a file's name says that it holds an ONNX graph. */
    public static boolean isOnnx(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
    }

    /** Computes batches of one and of two samples, and returns the shape of the first output. */
    private long[] probe() throws OrtException {
        int length = preparation.view().shape().length();
        try (PointerScope scope = new PointerScope()) {
            Tensor rows = torch.stack(new TensorVector(torch.zeros(length), torch.ones(length)), 0);
            Tensor x = preparation.view().shape().arrange(rows);
            long[] first = shape(x.narrow(0, 0, 1));
            long[] second = shape(input.batch().isPresent() ? x.narrow(0, 1, 1) : x);
            for (int i = 1; i < first.length; i++) {
                if (first[i] != second[i]) {
                    throw new MmcrException("expected an output of a fixed size from " + file + ", found that '"
                            + output.name() + "' has " + first[i] + " and " + second[i]
                            + " numbers for different pictures; choose another --output");
                }
            }
            return first;
        }
    }

    private long[] shape(Tensor x) throws OrtException {
        int rows = Math.toIntExact(x.size(0));
        int batch = input.batch().orElse(rows);
        try (OnnxInput.Given given = input.of(environment, padded(x, batch));
                OrtSession.Result computed = session.run(Map.of(input.name(), given.tensor()), Set.of(output.name()))) {
            long[] shape = computed(computed).getInfo().getShape();
            output.require(file, shape, batch);
            return shape;
        }
    }

    private static OnnxTensor computed(OrtSession.Result result) {
        return (OnnxTensor) result.get(0);
    }

    private static Tensor padded(Tensor x, int batch) {
        long missing = batch - x.size(0);
        if (missing == 0) {
            return x;
        }
        long[] shape = new long[Math.toIntExact(x.dim())];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = i == 0 ? missing : x.size(i);
        }
        return torch.cat(new TensorVector(x, torch.zeros(shape)), 0);
    }

    @Override
    public EvaluationView view() {
        return preparation.view();
    }

    @Override
    public int width() {
        return width;
    }

    /** The graph's own types hold; features are float32. */
    @Override
    public Precision precision() {
        return Precision.FP32;
    }

    @Override
    public boolean usesCallingThreadOnly() {
        return true;
    }

    @Override
    public Tensor apply(Tensor x) {
        int rows = Math.toIntExact(x.size(0));
        int batch = input.batch().orElse(rows);
        if (rows <= batch) {
            return compute(x, batch);
        }
        List<Tensor> parts = new ArrayList<>();
        for (int first = 0; first < rows; first += batch) {
            parts.add(compute(x.narrow(0, first, Math.min(batch, rows - first)), batch));
        }
        return torch.cat(new TensorVector(parts.toArray(Tensor[]::new)), 0);
    }

    private Tensor compute(Tensor x, int batch) {
        try (OnnxInput.Given given = input.of(environment, padded(x, batch));
                OrtSession.Result computed = session.run(Map.of(input.name(), given.tensor()), Set.of(output.name()))) {
            return output.features(computed(computed)).narrow(0, 0, x.size(0));
        } catch (OrtException e) {
            throw OnnxRuntime.refusal(file, e);
        }
    }

    /** Returns the file of the graph. */
    public Path file() {
        return file;
    }

    OnnxOutput output() {
        return output;
    }

    /** Returns the shape of the output for one sample, or for the fixed batch. */
    long[] shape() {
        return shape.clone();
    }

    /** Whether the output is of a type of 16 bits. */
    boolean half() {
        return output.half();
    }

    /** Returns a batch of random inputs, owned by the caller's scope: levels for a graph of bytes, else normal. */
    Tensor random(int rows) {
        GeneratorOptional generator = new GeneratorOptional(torch.make_generator_cpu(1));
        Tensor normal = torch.randn(new long[] {rows, view().shape().length()}, generator);
        Tensor samples = input.bytes() ? normal.abs().mul(new Scalar(50.0)) : normal;
        return view().shape().arrange(samples);
    }

    /** Returns a fingerprint of the weights, and of everything else that determines the features. */
    public String fingerprint() {
        return FileFingerprint.of(
                GraphFile.files(file), List.of(input.name(), output.name(), output.rule(shape), view().toString()));
    }

    /** Returns a sentence on the chosen input, output and preparation. */
    public String description() {
        return file + ": input '" + input.name() + "' of " + view().shape().describe() + ", prepared by "
                + preparation.source() + "; output '" + output.name() + "' " + output.rule(shape) + ", " + width
                + " features"
                + (output.scores() ? " (by its name, class scores)" : "");
    }

    @Override
    public void close() {
        close(session);
    }

    private static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new MmcrException("ONNX Runtime could not release a graph: " + e.getMessage(), e);
        }
    }
}
