package org.mmcr.analysis.export;

import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.ExtraFilesMap;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;
import org.mmcr.data.views.ViewShape;
import org.mmcr.objective.linalg.OneDnn;
import org.mmcr.train.encoder.EncoderWeights;

/**
 * Writes an encoder as a TorchScript module for {@code torch.jit.load}. The module takes normalised pictures (B, 3, H,
 * W), or vectors, and returns the features (B, F); with a projector or a classifier, a dictionary with
 * {@code features}, {@code embeddings}, {@code logits} and {@code probabilities}. The metadata are in the extra file
 * {@code mmcr.json}.
 */
public final class TorchScriptExport {
    private static final String INPUT = "x";

    private TorchScriptExport() {}

    /**
     * Writes the file if the module, loaded again, has the same outputs as libtorch on random inputs.
     *
     * @return the largest relative difference of an output
     * @throws MmcrException if the encoder or the projector is in training mode, the encoder is not on the processor,
     *     or an output differs by more than {@link OnnxCheck#TOLERANCE}
     */
    public static double write(Path file, ExportSource source) {
        OnnxExport.requireReady(source);
        double[] difference = new double[1];
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            JitModule module = module(source);
            ExtraFilesMap extra = new ExtraFilesMap();
            extra.put(new BytePointer("mmcr.json"), new BytePointer(Json.line(source.metadata())));
            ExportFile.write(file, beside -> {
                module.save(beside.toString(), extra);
                difference[0] = difference(torch.load(beside.toString()), source);
            });
        }
        return difference[0];
    }

    private static JitModule module(ExportSource source) {
        int side = source.view().shape() instanceof ViewShape.Square square ? square.side() : 0;
        TorchScriptGraph graph = TorchScriptGraph.empty(side);
        String features =
                source.encoder().describe(graph.of("", source.encoder().state()), INPUT);
        String shown = source.whitening()
                .map(layer ->
                        graph.of(ExportSource.WHITENING + ".", layer.layer()).linear(features, "weight", "bias"))
                .orElse(features);
        StringBuilder outputs = new StringBuilder("{\"features\": " + shown);
        source.projector()
                .ifPresent(projector -> outputs.append(", \"embeddings\": ")
                        .append(projector.describe(graph.of(EncoderWeights.PROJECTOR, projector.state()), features)));
        source.head().ifPresent(head -> {
            TorchScriptGraph behind = graph.of(EncoderWeights.CLASSIFIER, head.tensors());
            String logits = behind.linear(features, "weight", "bias");
            outputs.append(", \"logits\": ").append(logits);
            outputs.append(", \"probabilities\": ").append(behind.softmax(logits));
        });
        boolean alone = source.projector().isEmpty() && source.head().isEmpty();
        JitModule module = new JitModule(new QualifiedName("MmcrEncoder"));
        graph.attributes().forEach((name, tensor) -> module.register_parameter(name, tensor.detach(), true));
        module.define(graph.method(INPUT, alone ? shown : outputs + "}"));
        module.eval();
        return module;
    }

    /** Computes without oneDNN where that cannot compute 1x1 convolutions. */
    private static IValue forward(JitModule module, Tensor x) {
        boolean usual = torch.globalContext().userEnabledMkldnn();
        torch.globalContext().setUserEnabledMkldnn(usual && OneDnn.knowsCaches());
        try {
            return module.forward(new IValueVector(new IValue(x)));
        } finally {
            torch.globalContext().setUserEnabledMkldnn(usual);
        }
    }

    private static double difference(JitModule module, ExportSource source) {
        Tensor x = OnnxCheck.random(source);
        IValue found = forward(module, x);
        double largest = 0;
        for (Map.Entry<String, Tensor> expected : OnnxCheck.expected(source, x).entrySet()) {
            Tensor output = found.isTensor()
                    ? found.toTensor()
                    : found.toGenericDict().at(new IValue(expected.getKey())).toTensor();
            largest = Math.max(largest, OnnxCheck.difference(output, expected.getValue()));
        }
        if (!(largest <= OnnxCheck.TOLERANCE)) {
            throw new MmcrException("expected the TorchScript module to compute the encoder's outputs, found a relative"
                    + " difference of " + largest
                    + "; the file was not written; check for weights that are infinite or NaN");
        }
        return largest;
    }
}
