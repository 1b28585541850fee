package org.mmcr.train.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;

/**
 * Reads the text tower of a CLIP from a file that holds its vision tower too: that of transformers' {@code CLIPModel},
 * or of open_clip.
 *
 * @param prefix of the tower's names in the file
 * @param root prefix of the whole model's names
 */
record TextTowerFile(EncoderWeights weights, Layout layout, String prefix, String root) {
    /** Width of an attention head in every published tower, where no configuration says the number of heads. */
    private static final int HEAD = 64;
    /** Number of heads that both libraries leave out of their configurations. */
    private static final int USUAL_HEADS = 8;
    /** Number of the end token in transformers, where its configuration says none. */
    private static final int USUAL_END = 49_407;

    /** Number of the end token in old configurations, which is not the one that the weights were trained with. */
    private static final int OLD_END = 2;

    /**
     * The names of a library.
     *
     * @param inside what the tower's prefix has after the root's
     * @param textProjection name after the tower's prefix or the root's, see {@code projectionInside}
     * @param transposed whether projections are stored (inputs, outputs)
     */
    private record Layout(
            TensorNames names,
            String inside,
            String tokens,
            String positions,
            String norm,
            boolean projectionInside,
            String textProjection,
            String pictureProjection,
            boolean transposed) {}

    private static final List<Layout> LAYOUTS = List.of(
            new Layout(
                    TensorNames.TRANSFORMERS_CLIP,
                    "text_model.",
                    "embeddings.token_embedding.weight",
                    "embeddings.position_embedding.weight",
                    "final_layer_norm",
                    false,
                    "text_projection.weight",
                    "visual_projection.weight",
                    false),
            new Layout(
                    TensorNames.OPEN_CLIP,
                    "text.",
                    "token_embedding.weight",
                    "positional_embedding",
                    "ln_final",
                    true,
                    "text_projection",
                    "visual.proj",
                    true));

    /**
     * Reads the tower; empty if the file has none.
     *
     * @param vision the vision tower of the file
     * @param ofVision whether the activation of the vision tower was chosen and holds for both
     * @throws MmcrException if a part of it is missing or of another shape, or it is of a kind that is not known
     */
    static Optional<TextTower> read(EncoderWeights weights, VisionTransformerSpec vision, boolean ofVision) {
        return LAYOUTS.stream()
                .filter(layout -> layout.names() == vision.names())
                .flatMap(layout -> weights.shapes().keySet().stream()
                        .filter(name -> name.equals(layout.tokens()) || name.endsWith("." + layout.tokens()))
                        .map(name -> name.substring(
                                0, name.length() - layout.tokens().length()))
                        .filter(prefix -> weights.shapes().containsKey(prefix + layout.norm() + ".weight"))
                        .map(prefix -> new TextTowerFile(
                                weights,
                                layout,
                                prefix,
                                prefix.endsWith(layout.inside())
                                        ? prefix.substring(
                                                0,
                                                prefix.length()
                                                        - layout.inside().length())
                                        : prefix)))
                .findFirst()
                .map(file -> file.read(vision, ofVision));
    }

    private TextTower read(VisionTransformerSpec vision, boolean ofVision) {
        String textProjection = (layout.projectionInside() ? prefix : root) + layout.textProjection();
        String pictureProjection = root + layout.pictureProjection();
        List<Long> tokens = sides(prefix + layout.tokens());
        int width = tokens.get(1).intValue();
        requireWidth(prefix + layout.positions(), width, 1);
        requireWidth(textProjection, width, layout.transposed() ? 0 : 1);
        requireWidth(pictureProjection, vision.width(), layout.transposed() ? 0 : 1);
        int space = sides(textProjection).get(layout.transposed() ? 1 : 0).intValue();
        requireWidth(pictureProjection, space, layout.transposed() ? 1 : 0);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            TextTower.Tables tables = new TextTower.Tables(
                    tensor(prefix + layout.tokens()),
                    tensor(prefix + layout.positions()),
                    projection(textProjection),
                    projection(pictureProjection));
            ParameterTable table = new ParameterTable(0);
            TextTower tower = TextTower.build(shape(width, vision, ofVision), tables, table, layout.norm());
            fill(table);
            return tower;
        }
    }

    private TextTower.Shape shape(int width, VisionTransformerSpec vision, boolean ofVision) {
        String block = prefix + TransformerNames.of(layout.names()).block();
        String norm = TransformerNames.of(layout.names()).norm1();
        int depth = 0;
        while (weights.shapes().containsKey(block + depth + "." + norm + ".weight")) {
            depth++;
        }
        Optional<JsonNode> config = configuration();
        int heads = config.map(
                        text -> text.path(layout.names() == TensorNames.OPEN_CLIP ? "heads" : "num_attention_heads")
                                .asInt(USUAL_HEADS))
                .orElse(Math.max(1, width / HEAD));
        Activation activation = vision.activation();
        int end = TextTower.Shape.LARGEST_TOKEN;
        if (layout.names() == TensorNames.TRANSFORMERS_CLIP && config.isPresent()) {
            int given = config.get().path("eos_token_id").asInt(USUAL_END);
            end = given == OLD_END ? end : given;
            String name = config.get().path("hidden_act").asText("quick_gelu");
            activation = ofVision ? activation : Activation.ofClip(name);
        }
        return new TextTower.Shape(layout.names(), width, depth, heads, activation, end);
    }

    /** The part about texts in the configuration beside the file. */
    private Optional<JsonNode> configuration() {
        if (layout.names() == TensorNames.TRANSFORMERS_CLIP) {
            return weights.beside(EncoderWeights.TRANSFORMERS_CONFIG)
                    .map(tree -> tree.path("text_config"))
                    .filter(JsonNode::isObject);
        }
        Optional<JsonNode> text = weights.beside(EncoderWeights.OPEN_CLIP_CONFIG)
                .map(tree -> tree.at("/model_cfg/text_cfg"))
                .filter(JsonNode::isObject);
        text.ifPresent(TextTowerFile::requireKnown);
        return text;
    }

    /** Refuses towers of open_clip that compute something else with the same tensors. */
    private static void requireKnown(JsonNode text) {
        String pool = text.path("pool_type").asText("argmax");
        for (String other : List.of("no_causal_mask", "embed_cls", "final_ln_after_pool")) {
            if (text.path(other).asBoolean(false)) {
                throw new MmcrException("expected a text tower as CLIP's, found " + other + " in "
                        + EncoderWeights.OPEN_CLIP_CONFIG + "; texts cannot be searched with this network");
            }
        }
        if (!pool.equals("argmax")) {
            throw new MmcrException("expected a text tower that reads the end token (pool_type argmax), found " + pool
                    + " in " + EncoderWeights.OPEN_CLIP_CONFIG + "; texts cannot be searched with this network");
        }
    }

    private void fill(ParameterTable table) {
        Map<String, String> found = new LinkedHashMap<>();
        table.state()
                .keySet()
                .forEach(name -> Optional.ofNullable(weights.shapes().get(prefix + name))
                        .ifPresent(shape -> found.put(name, shape.toString())));
        Map<String, String> expected = new LinkedHashMap<>();
        table.state()
                .forEach((name, tensor) ->
                        expected.put(name, TensorMaps.shape(tensor).toString()));
        TensorMaps.requireSame(found, expected, "text tower", "use the file of the whole model");
        table.state().forEach((name, tensor) -> {
            try (PointerScope scope = new PointerScope()) {
                tensor.copy_(weights.view(prefix + name));
            }
        });
    }

    private List<Long> sides(String name) {
        List<Long> sides = weights.shapes().get(name);
        if (sides == null || sides.size() != 2) {
            throw new MmcrException("expected the matrix " + name + " of CLIP beside its text tower, found "
                    + (sides == null ? "none" : "one of shape " + sides) + "; use the file of the whole model");
        }
        return sides;
    }

    private void requireWidth(String name, int width, int side) {
        long found = sides(name).get(side);
        if (found != width) {
            throw new MmcrException("expected " + width + " numbers along side " + (side + 1) + " of " + name
                    + ", found " + found + "; use the file of the whole model");
        }
    }

    private Tensor projection(String name) {
        Tensor stored = tensor(name);
        return layout.transposed() ? stored.t().contiguous() : stored;
    }

    /** A copy in float32. */
    private Tensor tensor(String name) {
        return weights.view(name).to(ScalarType.Float).clone();
    }
}
