package org.mmcr.train.encoder;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.train.encoder.VisionTransformerSpec.Scale;

/** The public networks by the names that torchvision, timm, transformers and open_clip give them. */
public final class Architectures {
    /** Initial layer scale of DINOv2. */
    static final double DINOV2_SCALE = 1e-5;

    private static final int PUBLISHED_SIZE = 224;
    private static final int DINOV2_SIZE = 518;
    private static final int DINOV2_PATCH = 14;
    private static final int REGISTERS = 4;
    private static final Map<String, EncoderSpec> KNOWN = known();

    private Architectures() {}

    /** Names that {@link #named} knows. */
    public static List<String> names() {
        return List.copyOf(KNOWN.keySet());
    }

    /**
     * Returns a network as it is published.
     *
     * @param name as in {@link #named}
     * @throws MmcrException if the name is unknown
     */
    public static EncoderSpec published(String name) {
        return named(name)
                .orElseThrow(() -> new MmcrException(
                        "expected a network that torchvision, timm, transformers or open_clip publishes, found " + name
                                + "; use one of " + String.join(", ", names())));
    }

    /**
     * Returns a network by name. A path before the name and a tag after it are ignored, as in
     * {@code timm/vit_small_patch14_dinov2.lvd142m}.
     */
    static Optional<EncoderSpec> named(String name) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        return Optional.ofNullable(KNOWN.get(last)).or(() -> Optional.ofNullable(KNOWN.get(last.split("\\.", 2)[0])));
    }

    /** Returns the public name of a network with the tensors of {@code spec}, or else its type. */
    static String nameOf(EncoderSpec spec) {
        return KNOWN.entrySet().stream()
                .filter(known -> sameTensors(known.getValue(), spec) && sameFunction(known.getValue(), spec))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseGet(() -> label(spec));
    }

    /** Whether two networks have the same tensors but for positions, and a ResNet's stem and width. */
    static boolean sameTensors(EncoderSpec first, EncoderSpec second) {
        if (first instanceof VisionTransformerSpec one && second instanceof VisionTransformerSpec other) {
            return one.type() == other.type()
                    && one.names() == other.names()
                    && one.patch() == other.patch()
                    && one.width() == other.width()
                    && one.layerScale() > 0 == other.layerScale() > 0
                    && one.registers() == other.registers();
        }
        if (first instanceof ConvNextSpec one && second instanceof ConvNextSpec other) {
            return one.type() == other.type() && one.patch() == other.patch() && one.width() == other.width();
        }
        return first instanceof ResNetSpec one && second instanceof ResNetSpec other && one.type() == other.type();
    }

    private static boolean sameFunction(EncoderSpec first, EncoderSpec second) {
        return !(first instanceof VisionTransformerSpec one)
                || (second instanceof VisionTransformerSpec other && one.activation() == other.activation());
    }

    private static String label(EncoderSpec spec) {
        if (spec instanceof ResNetSpec net) {
            return net.type().label();
        }
        if (spec instanceof ConvNextSpec net) {
            return net.type().label();
        }
        return spec instanceof VisionTransformerSpec net
                ? net.type().label()
                : spec.getClass().getSimpleName().replace("Spec", "").toLowerCase(Locale.ROOT);
    }

    private static Map<String, EncoderSpec> known() {
        Map<String, EncoderSpec> all = new LinkedHashMap<>();
        for (ResNetSpec.Depth depth : ResNetSpec.Depth.values()) {
            all.put(depth.label(), ResNetSpec.imagenet(depth));
        }
        for (ConvNextSpec.Scale scale : ConvNextSpec.Scale.values()) {
            all.put(scale.label().replace('-', '_'), ConvNextSpec.of(scale, TensorNames.TIMM));
        }
        all.put("vit_b_16", vit(Scale.VIT_BASE, TensorNames.TORCHVISION, 16));
        all.put("vit_b_32", vit(Scale.VIT_BASE, TensorNames.TORCHVISION, 32));
        all.put("vit_l_16", vit(Scale.VIT_LARGE, TensorNames.TORCHVISION, 16));
        all.put("vit_l_32", vit(Scale.VIT_LARGE, TensorNames.TORCHVISION, 32));
        for (Scale scale : Scale.values()) {
            String size = scale.label().substring("vit-".length());
            all.put("vit_" + size + "_patch16_224", vit(scale, TensorNames.TIMM, 16));
            if (scale != Scale.VIT_LARGE) {
                all.put("deit_" + size + "_patch16_224", vit(scale, TensorNames.TIMM, 16));
                all.put("deit_" + size + "_distilled_patch16_224", vit(scale, TensorNames.TIMM_DISTILLED, 16));
            }
            if (scale != Scale.VIT_TINY) {
                all.put("vit_" + size + "_patch14_dinov2", dinov2(scale, TensorNames.TIMM, 0));
                all.put("vit_" + size + "_patch14_reg4_dinov2", dinov2(scale, TensorNames.TIMM, REGISTERS));
                all.put("dinov2-" + size, dinov2(scale, TensorNames.TRANSFORMERS_DINOV2, 0));
                all.put("dinov2-with-registers-" + size, dinov2(scale, TensorNames.TRANSFORMERS_DINOV2, REGISTERS));
            }
        }
        clip(all, Scale.VIT_BASE, "B-32", 32);
        clip(all, Scale.VIT_BASE, "B-16", 16);
        clip(all, Scale.VIT_LARGE, "L-14", 14);
        return all;
    }

    /** The tower with exact GELU, and with the approximation that OpenAI's weights need. */
    private static void clip(Map<String, EncoderSpec> all, Scale scale, String name, int patch) {
        VisionTransformerSpec tower = vit(scale, TensorNames.OPEN_CLIP, patch);
        all.put("ViT-" + name, tower);
        all.put("ViT-" + name + "-quickgelu", tower.withActivation(Activation.QUICK_GELU));
        String size = scale.label().substring("vit-".length());
        all.put(
                "clip-vit-" + size + "-patch" + patch,
                vit(scale, TensorNames.TRANSFORMERS_CLIP, patch).withActivation(Activation.QUICK_GELU));
    }

    private static VisionTransformerSpec vit(Scale scale, TensorNames names, int patch) {
        return VisionTransformerSpec.of(scale, names, PUBLISHED_SIZE, patch);
    }

    private static VisionTransformerSpec dinov2(Scale scale, TensorNames names, int registers) {
        return VisionTransformerSpec.of(scale, names, DINOV2_SIZE, DINOV2_PATCH)
                .withLayerScale(DINOV2_SCALE, registers);
    }
}
