package org.mmcr.train.encoder;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;

/** Element type of a tensor in a safetensors file: its name in the file, libtorch's type, and bytes per element. */
enum ElementType {
    F32("F32", ScalarType.Float, 4),
    F64("F64", ScalarType.Double, 8),
    BF16("BF16", ScalarType.BFloat16, 2),
    F16("F16", ScalarType.Half, 2),
    I64("I64", ScalarType.Long, 8),
    I32("I32", ScalarType.Int, 4),
    I16("I16", ScalarType.Short, 2),
    I8("I8", ScalarType.Char, 1),
    U8("U8", ScalarType.Byte, 1),
    BOOL("BOOL", ScalarType.Bool, 1);

    private final String label;
    private final ScalarType scalar;
    private final int bytes;

    ElementType(String label, ScalarType scalar, int bytes) {
        this.label = label;
        this.scalar = scalar;
        this.bytes = bytes;
    }

    String label() {
        return label;
    }

    ScalarType scalar() {
        return scalar;
    }

    int bytes() {
        return bytes;
    }

    /** Whether it is a floating-point type. */
    boolean floating() {
        return this == F32 || this == F64 || this == BF16 || this == F16;
    }

    static ElementType of(ScalarType scalar) {
        ScalarType wanted = scalar.intern();
        return Arrays.stream(values())
                .filter(type -> type.scalar == wanted)
                .findFirst()
                .orElseThrow(() ->
                        new MmcrException("expected a tensor of floating-point numbers, integers or booleans, found "
                                + wanted + "; convert it first"));
    }

    static Optional<ElementType> named(String label) {
        return Arrays.stream(values()).filter(type -> type.label.equals(label)).findFirst();
    }
}
