package org.mmcr.train.encoder;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;

/** Strict copies between maps of named tensors: names, shapes and types must be equal. */
public final class TensorMaps {
    private static final int LISTED = 8;

    private TensorMaps() {}

    /**
     * Copies every tensor of {@code source} into the tensor of the same name in {@code target}; memory layouts may
     * differ.
     *
     * @param what name of the target in errors, e.g. "model"
     * @throws MmcrException if tensors are missing, unexpected or of another shape; then nothing has been copied
     */
    public static void copy(Map<String, Tensor> source, Map<String, Tensor> target, String what) {
        requireSame(describe(source), describe(target), what);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            target.forEach((name, tensor) -> tensor.copy_(source.get(name)));
        }
    }

    /** Fails with a list of the differences unless both maps (name -> type and shape) are equal. */
    static void requireSame(Map<String, String> found, Map<String, String> expected, String what) {
        requireSame(found, expected, what, "use the settings it was saved with");
    }

    /** The same check with another remedy in the message. */
    static void requireSame(Map<String, String> found, Map<String, String> expected, String what, String remedy) {
        List<String> missing = new ArrayList<>();
        List<String> different = new ArrayList<>();
        expected.forEach((name, shape) -> {
            String other = found.get(name);
            if (other == null) {
                missing.add(name);
            } else if (!other.equals(shape)) {
                different.add(name + " is " + other + " instead of " + shape);
            }
        });
        List<String> unexpected = found.keySet().stream()
                .filter(name -> !expected.containsKey(name))
                .toList();
        if (!missing.isEmpty() || !unexpected.isEmpty() || !different.isEmpty()) {
            throw new MmcrException("the saved tensors do not fit this " + what + ": " + list("missing", missing)
                    + list("unexpected", unexpected) + list("different", different)
                    + remedy);
        }
    }

    static Map<String, String> describe(Map<String, Tensor> tensors) {
        Map<String, String> shapes = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> shapes.put(name, describe(tensor)));
        return shapes;
    }

    /** Type and shape for an error message, e.g. {@code float[64, 3, 3, 3]}. */
    static String describe(Tensor tensor) {
        return describe(tensor.scalar_type().intern().name(), shape(tensor));
    }

    static String describe(String type, List<Long> shape) {
        return type.toLowerCase(Locale.ROOT) + shape;
    }

    static List<Long> shape(Tensor tensor) {
        return LongStream.range(0, tensor.dim()).map(tensor::size).boxed().toList();
    }

    private static String list(String title, List<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        String shown = String.join(", ", names.subList(0, Math.min(LISTED, names.size())));
        return title + " " + names.size() + " (" + shown + (names.size() > LISTED ? ", ..." : "") + "); ";
    }
}
