package org.mmcr.train.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Files of the small CLIPs that {@code references/make_text.py} compares, with weights by a formula. */
final class ClipFiles {
    /** Folder of the small tokenizer. */
    static final Path TOKENIZER = file("tokenizer");

    private ClipFiles() {}

    static Path file(String name) {
        try {
            return Path.of(Objects.requireNonNull(ClipFiles.class.getResource("references/" + name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The networks by name. */
    static Map<String, JsonNode> networks() throws IOException {
        Map<String, JsonNode> networks = new LinkedHashMap<>();
        new ObjectMapper()
                .readTree(file("text.json").toFile())
                .get("networks")
                .properties()
                .forEach(network -> networks.put(network.getKey(), network.getValue()));
        return networks;
    }

    /** Every tensor of a network under its library's name; the caller's scope holds them. */
    static Map<String, Tensor> tensors(JsonNode network) throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        ReferenceWeights.shapes(file(network.get("tensors").asText())).forEach((name, shape) -> {
            Tensor tensor =
                    torch.empty(shape.stream().mapToLong(Long::longValue).toArray());
            ReferenceWeights.fill(tensor, name, shape);
            tensors.put(name, tensor);
        });
        return tensors;
    }

    /** Writes weights, configuration and tokenizer of a network; returns the file of weights. */
    static Path write(Path folder, JsonNode network, Map<String, Tensor> tensors) throws IOException {
        boolean openClip = network.get("config").has("model_cfg");
        Files.writeString(
                folder.resolve(openClip ? "open_clip_config.json" : "config.json"),
                network.get("config").toString());
        for (String part : List.of("vocab.json", "merges.txt")) {
            Files.copy(TOKENIZER.resolve(part), folder.resolve(part));
        }
        Path file = folder.resolve("model.safetensors");
        ModelState.write(file, tensors, Map.of());
        return file;
    }

    /** The same with the tensors of the formula. */
    static Path write(Path folder, JsonNode network) throws IOException {
        try (PointerScope scope = new PointerScope()) {
            return write(folder, network, tensors(network));
        }
    }
}
