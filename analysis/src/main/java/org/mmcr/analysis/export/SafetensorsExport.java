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
 * Writes weights as safetensors. A ResNet has torchvision's names and shapes; a projector is under
 * {@code projector.*}, whitening under {@code whitening.weight} and {@code whitening.bias}, a classifier under torchvision's {@code fc.weight} and {@code fc.bias}. {@code __metadata__}
 * holds the metadata of {@link ExportSource}.
 */
public final class SafetensorsExport {
    private SafetensorsExport() {}

    /** Writes the file atomically. */
    public static void write(Path file, ExportSource source) {
        Map<String, String> metadata = new LinkedHashMap<>();
        // Marks PyTorch's tensor layout; some readers require it.
        metadata.put("format", "pt");
        metadata.putAll(source.metadata());
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>(source.encoder().state());
            source.projector()
                    .ifPresent(projector -> projector
                            .state()
                            .forEach((name, tensor) -> tensors.put(EncoderWeights.PROJECTOR + name, tensor)));
            source.whitening()
                    .ifPresent(layer -> layer.layer()
                            .forEach((name, tensor) -> tensors.put(ExportSource.WHITENING + "." + name, tensor)));
            source.head().ifPresent(head -> {
                head.tensors().forEach((name, tensor) -> tensors.put(EncoderWeights.CLASSIFIER + name, tensor));
                metadata.put("class_names", Json.line(head.classNames()));
            });
            ExportFile.write(file, beside -> ModelState.write(beside, tensors, metadata));
        }
    }
}
