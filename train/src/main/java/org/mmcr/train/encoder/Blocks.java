package org.mmcr.train.encoder;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * The blocks of a model, from the input to the output, which can be frozen or have learning rates of their own:
 * {@code stem}, {@code stage1.block1}, ... of a ResNet or ConvNeXt, {@code stem}, {@code block1}, ... of a vision
 * transformer, {@code stem}, {@code stage1}, ..., {@code head} of the small network, {@code layer1}, ... of an MLP,
 * {@code modality0.layer1}, ... of each network for paired data, then {@code norm} where a norm follows the last block,
 * and {@code projector}.
 *
 * @param of the block of each parameter by name, in the order of the layers
 */
@API(status = API.Status.STABLE)
public record Blocks(Map<String, String> of) {
    /** Name of the projector, or of a classifier in its place. */
    public static final String PROJECTOR = "projector";
    /** Name that stands for all blocks of the encoder in a pattern. */
    public static final String ENCODER = "encoder";

    public Blocks {
        of = Collections.unmodifiableMap(new LinkedHashMap<>(of));
    }

    /** Names of the blocks in the order of the layers. */
    public List<String> names() {
        return List.copyOf(new LinkedHashSet<>(of.values()));
    }

    /**
     * Returns the blocks that patterns match.
     *
     * @param patterns with {@code *}, {@code ?} and {@code [..]}, each matched against a block's whole name
     *     ({@code stage3.block2}), its stage ({@code stage3}), and {@code encoder}
     * @throws MmcrException if a pattern matches nothing
     */
    public List<String> matching(List<String> patterns) {
        List<String> names = names();
        Set<String> found = new LinkedHashSet<>();
        for (String pattern : patterns) {
            PathMatcher matcher = matcher(pattern, names);
            List<String> some = names.stream()
                    .filter(name -> spellings(name).anyMatch(text -> matcher.matches(Path.of(text))))
                    .toList();
            if (some.isEmpty()) {
                throw unknown(pattern, names);
            }
            found.addAll(some);
        }
        return names.stream().filter(found::contains).toList();
    }

    private static PathMatcher matcher(String pattern, List<String> names) {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        } catch (PatternSyntaxException e) {
            throw new MmcrException(unknown(pattern, names).getMessage(), e);
        }
    }

    private static Stream<String> spellings(String name) {
        return name.equals(PROJECTOR)
                ? Stream.of(name)
                : Stream.of(name, name.substring(0, (name + ".").indexOf('.')), ENCODER);
    }

    private static MmcrException unknown(String pattern, List<String> names) {
        return new MmcrException("expected a pattern of blocks to freeze, found '" + pattern
                + "', which matches none; the blocks are " + String.join(", ", names) + ", and all but the projector "
                + ENCODER);
    }

    /**
     * Returns factors of the learning rate by parameter: {@code decay} to the power of the block's depth from the top.
     * The depth of projector and last norm is 0, that of the last block 1, of the block before it 2 (Bao et al. 2022,
     * arXiv 2106.08254). The network of each modality of paired data has its own last block.
     */
    public ToDoubleFunction<String> decayed(double decay) {
        List<String> top = List.of(PROJECTOR, Encoder.LAST_NORM);
        Map<String, List<String>> towers =
                names().stream().filter(block -> !top.contains(block)).collect(Collectors.groupingBy(Towers::modality));
        return parameter -> {
            String block = of.getOrDefault(parameter, PROJECTOR);
            List<String> tower = towers.getOrDefault(Towers.modality(block), List.of());
            int place = tower.indexOf(block);
            return place < 0 ? 1 : Math.pow(decay, tower.size() - place);
        };
    }
}
