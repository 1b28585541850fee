package org.mmcr.train.encoder;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mmcr.train.encoder.VisionTransformerSpec.Scale;

/** Recognises a public network by the names and shapes of its tensors, under any prefix. */
final class ArchitectureGuess {
    private final Map<String, List<Long>> shapes;

    private ArchitectureGuess(Map<String, List<Long>> shapes) {
        this.shapes = shapes;
    }

    /**
     * Returns the network that the tensors belong to, if it is a known one. The shapes do not tell the activation of
     * CLIP; it is GELU for open_clip's names and its approximation for those of transformers.
     *
     * @param shapes shape of each tensor by name
     */
    static Optional<EncoderSpec> of(Map<String, List<Long>> shapes) {
        ArchitectureGuess guess = new ArchitectureGuess(shapes);
        List<Function<ArchitectureGuess, Optional<? extends EncoderSpec>>> kinds = List.of(
                g -> g.transformer(TensorNames.TIMM_DISTILLED, "dist_token"),
                g -> g.transformer(TensorNames.TIMM, "blocks.0.attn.qkv.weight"),
                g -> g.transformer(TensorNames.TORCHVISION, "encoder.layers.encoder_layer_0.ln_1.weight"),
                g -> g.transformer(TensorNames.TRANSFORMERS_DINOV2, "encoder.layer.0.norm1.weight"),
                g -> g.transformer(TensorNames.TRANSFORMERS_CLIP, "pre_layrnorm.weight"),
                g -> g.transformer(TensorNames.OPEN_CLIP, "transformer.resblocks.0.ln_1.weight"),
                g -> g.convNext(TensorNames.TIMM, "stem.0.weight", "stages.%d.blocks.%d.conv_dw.weight", i -> i),
                g -> g.convNext(
                        TensorNames.TORCHVISION,
                        "features.0.0.weight",
                        "features.%d.%d.block.0.weight",
                        i -> 2 * i + 1),
                g -> g.resNet(WeightMatch.Spelling.AS_IT_IS),
                g -> g.resNet(WeightMatch.Spelling.SEQUENTIAL),
                g -> g.resNet(WeightMatch.Spelling.SEQUENTIAL_WITHOUT_POOL));
        return kinds.stream()
                .flatMap(kind -> kind.apply(guess).stream())
                .findFirst()
                .map(spec -> (EncoderSpec) spec);
    }

    private Optional<VisionTransformerSpec> transformer(TensorNames library, String companion) {
        TransformerNames names = TransformerNames.of(library);
        return prefixes(names.patches() + ".weight", companion)
                .flatMap(prefix -> transformer(prefix, library, names).stream())
                .findFirst();
    }

    private Optional<VisionTransformerSpec> transformer(String prefix, TensorNames library, TransformerNames names) {
        List<Long> patches = shape(prefix + names.patches() + ".weight");
        List<Long> positions = shape(prefix + names.positions());
        if (patches.size() != 4 || positions.size() < 2) {
            return Optional.empty();
        }
        String block = prefix + names.block();
        int depth = count(i -> block + i + "." + names.norm1() + ".weight");
        List<Long> tokens = names.registers().isEmpty() ? List.of() : shape(prefix + names.registers());
        int registers = tokens.size() == 3 ? tokens.get(1).intValue() : 0;
        if (library == TensorNames.TIMM_DISTILLED && registers != 1) {
            return Optional.empty();
        }
        boolean scaled = !shape(block + "0." + names.scale1()).isEmpty();
        int patch = patches.get(2).intValue();
        return Stream.of(Scale.values())
                .filter(scale -> scale.depth() == depth && scale.width() == patches.get(0))
                .map(scale -> VisionTransformerSpec.of(scale, library, patch, patch)
                        .withLayerScale(scaled ? Architectures.DINOV2_SCALE : 0, registers)
                        .withActivation(
                                library == TensorNames.TRANSFORMERS_CLIP ? Activation.QUICK_GELU : Activation.GELU))
                .flatMap(spec -> {
                    long count = positions.get(positions.size() - 2) - spec.placed();
                    int grid = (int) Math.round(Math.sqrt((double) count));
                    return (long) grid * grid == count && grid > 0
                            ? Stream.of(spec.withSize(grid * patch))
                            : Stream.empty();
                })
                .findFirst();
    }

    private Optional<ConvNextSpec> convNext(
            TensorNames library, String stem, String block, Function<Integer, Integer> stageNumber) {
        return prefixes(stem, String.format(block, stageNumber.apply(0), 0))
                .flatMap(prefix -> {
                    List<Long> first = shape(prefix + stem);
                    List<Integer> blocks = IntStream.range(0, 4)
                            .mapToObj(stage -> count(i -> prefix + String.format(block, stageNumber.apply(stage), i)))
                            .toList();
                    return Stream.of(ConvNextSpec.Scale.values())
                            .filter(scale -> scale.blocks().equals(blocks)
                                    && first.equals(
                                            List.of((long) scale.width(), 3L, (long) ConvNextSpec.STANDARD_PATCH, (long)
                                                    ConvNextSpec.STANDARD_PATCH)))
                            .map(scale -> ConvNextSpec.of(scale, library));
                })
                .findFirst();
    }

    private Optional<ResNetSpec> resNet(WeightMatch.Spelling spelling) {
        return prefixes(spelling.of("conv1.weight"), spelling.of("layer1.0.conv1.weight"))
                .flatMap(prefix -> Stream.of(ResNetSpec.Depth.values())
                        .filter(depth -> isResNet(prefix, spelling, depth))
                        .map(depth -> new ResNetSpec(
                                depth,
                                shape(prefix + spelling.of("conv1.weight")).get(2) == 3
                                        ? ResNetSpec.Stem.CIFAR
                                        : ResNetSpec.Stem.IMAGENET,
                                shape(prefix + spelling.of("conv1.weight"))
                                        .get(0)
                                        .intValue(),
                                false)))
                .findFirst();
    }

    private boolean isResNet(String prefix, WeightMatch.Spelling spelling, ResNetSpec.Depth depth) {
        List<Long> stem = shape(prefix + spelling.of("conv1.weight"));
        List<Integer> blocks = IntStream.rangeClosed(1, 4)
                .mapToObj(group -> count(i -> prefix + spelling.of("layer" + group + "." + i + ".conv1.weight")))
                .toList();
        boolean bottleneck = shapes.containsKey(prefix + spelling.of("layer1.0.conv3.weight"));
        if (stem.size() != 4 || bottleneck != depth.bottleneck() || !blocks.equals(depth.blocks())) {
            return false;
        }
        List<Long> inner = shape(prefix + spelling.of("layer1.0.conv2.weight"));
        long channels = depth.inner(stem.get(0).intValue());
        return !bottleneck || inner.equals(List.of(channels, channels / depth.groups(), 3L, 3L));
    }

    /** The prefixes under which both tensors are, in the order of the file. */
    private Stream<String> prefixes(String tensor, String companion) {
        return shapes.keySet().stream()
                .filter(name -> name.endsWith(tensor))
                .map(name -> name.substring(0, name.length() - tensor.length()))
                .filter(prefix -> prefix.isEmpty() || prefix.endsWith("."))
                .filter(prefix -> shapes.containsKey(prefix + companion));
    }

    private List<Long> shape(String name) {
        return shapes.getOrDefault(name, List.of());
    }

    private int count(Function<Integer, String> name) {
        int count = 0;
        while (shapes.containsKey(name.apply(count))) {
            count++;
        }
        return count;
    }
}
