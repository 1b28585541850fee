package org.mmcr.explorer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.analysis.embed.FeatureCache;
import org.mmcr.analysis.export.SavedEncoder;
import org.mmcr.data.SyntheticPictures;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.Yaml;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.EncoderSpec;
import org.mmcr.train.encoder.ModelState;
import org.mmcr.train.encoder.NetworkChoice;
import org.mmcr.train.evaluate.EncoderFeatures;

/**
 * A CLIP of random weights in a file of transformers' names, whose tokens are letters, and drawn pictures.
 *
 * @param weights its file
 * @param pictures the folder of the pictures
 */
record ExploredClip(Path folder, Path weights, Path pictures, EncoderFeatures features) {
    static final int PICTURES = 60;
    static final int WIDTH = 12;
    private static final int SPACE = 8;
    private static final int LONGEST = 20;
    private static final String SPEC = "{\"type\":\"vit-tiny\",\"names\":\"transformers-clip\",\"size\":16,\"patch\":4,"
            + "\"width\":12,\"activation\":\"quick_gelu\",\"epsilon\":1e-5,\"layerScale\":0,\"registers\":0,\"pool\":\"cls\","
            + "\"dropPath\":0}";

    static ExploredClip in(Path folder) throws IOException {
        Path pictures = folder.resolve("pictures");
        SyntheticPictures.write(pictures, PICTURES / 10, 3);
        EncoderSpec spec = Yaml.value(Json.mapper().readTree(SPEC), EncoderSpec.class);
        Path weights = folder.resolve("model.safetensors");
        try (PointerScope scope = new PointerScope()) {
            ModelState.write(weights, tensors(spec.build(4)), Map.of());
        }
        Files.writeString(
                folder.resolve("config.json"), "{\"text_config\":{\"num_attention_heads\":3,\"eos_token_id\":53}}");
        writeTokenizer(folder.resolve("tokenizer.json"));
        EncoderFeatures features =
                SavedEncoder.load(weights, spec, view -> view.withSize(16, 16)).features();
        return new ExploredClip(folder, weights, pictures, features);
    }

    private static Map<String, Tensor> tensors(Encoder vision) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        // Larger weights than a network begins with, so that pictures have different features.
        vision.state().forEach((name, tensor) -> tensors.put("vision_model." + name, tensor.mul(new Scalar(6.0))));
        torch.manual_seed(9);
        tensors.put("visual_projection.weight", torch.randn(SPACE, WIDTH));
        tensors.put("text_projection.weight", torch.randn(SPACE, WIDTH));
        tensors.put("text_model.embeddings.token_embedding.weight", torch.randn(54, WIDTH));
        tensors.put("text_model.embeddings.position_embedding.weight", torch.randn(LONGEST, WIDTH));
        String block = "text_model.encoder.layers.0.";
        for (String layer : List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.out_proj")) {
            tensors.put(block + layer + ".weight", torch.randn(WIDTH, WIDTH));
            tensors.put(block + layer + ".bias", torch.randn(WIDTH));
        }
        tensors.put(block + "mlp.fc1.weight", torch.randn(4 * WIDTH, WIDTH));
        tensors.put(block + "mlp.fc1.bias", torch.randn(4 * WIDTH));
        tensors.put(block + "mlp.fc2.weight", torch.randn(WIDTH, 4 * WIDTH));
        tensors.put(block + "mlp.fc2.bias", torch.randn(WIDTH));
        for (String norm : List.of(block + "layer_norm1", block + "layer_norm2", "text_model.final_layer_norm")) {
            tensors.put(norm + ".weight", torch.ones(WIDTH));
            tensors.put(norm + ".bias", torch.zeros(WIDTH));
        }
        return tensors;
    }

    /** Letters, letters at the end of a word, start and end. */
    private static void writeTokenizer(Path file) throws IOException {
        Map<String, Integer> vocabulary = new LinkedHashMap<>();
        for (String end : List.of("", "</w>")) {
            for (char letter = 'a'; letter <= 'z'; letter++) {
                vocabulary.put(letter + end, vocabulary.size());
            }
        }
        vocabulary.put("<|startoftext|>", vocabulary.size());
        vocabulary.put("<|endoftext|>", vocabulary.size());
        Map<String, Object> model = Map.of("vocab", vocabulary, "merges", List.of(), "end_of_word_suffix", "</w>");
        Files.writeString(file, Json.line(Map.of("model", model)));
    }

    TextSupport texts() {
        return TextSupport.of(weights, features.encoder().spec(), NetworkChoice.fromFile());
    }

    /** Starts an explorer of the pictures. */
    Explorer explore(TextSupport texts) {
        return Explorer.start(new ExploreOptions(
                List.of(),
                Optional.of(ExploreEncoder.of(features, "clip").withTexts(texts)),
                folder.resolve("explored"),
                new FeatureCache(folder.resolve("cache"), FeatureCache.USUAL_BYTES),
                Optional.of(pictures.toString()),
                ExploreOptions.LOOPBACK,
                0,
                Optional.empty(),
                1,
                0));
    }
}
