package org.mmcr.analysis.export;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.data.io.Json;
import org.mmcr.train.encoder.EncoderWeights;
import org.mmcr.train.encoder.ModelState;

/**
 * Weights as safetensors. A ResNet's names and shapes are torchvision's; a projector follows under
 * {@code projector.*}, a classifier as torchvision's {@code fc.weight} and {@code fc.bias}. Everything else about the
 * encoder is in {@code __metadata__}.
 */
public final class SafetensorsExport {
    private SafetensorsExport() {}

    /** Writes the file whole, or not at all. */
    public static void write(Path file, ExportSource source) {
        Map<String, String> metadata = new LinkedHashMap<>();
        // The ecosystem's mark for tensors in PyTorch's layout; some readers refuse a file without it.
        metadata.put("format", "pt");
        metadata.putAll(source.metadata());
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>(source.encoder().state());
            source.projector()
                    .ifPresent(projector -> projector
                            .state()
                            .forEach((name, tensor) -> tensors.put(EncoderWeights.PROJECTOR + name, tensor)));
            source.head().ifPresent(head -> {
                head.tensors().forEach((name, tensor) -> tensors.put(EncoderWeights.CLASSIFIER + name, tensor));
                metadata.put("class_names", Json.line(head.classNames()));
            });
            ExportFile.write(file, beside -> ModelState.write(beside, tensors, metadata));
        }
    }
}
