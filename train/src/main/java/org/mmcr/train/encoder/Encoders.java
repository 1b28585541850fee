package org.mmcr.train.encoder;

import org.bytedeco.javacpp.PointerScope;

/** Makes encoders. */
public final class Encoders {
    private Encoders() {}

    /** A new encoder in training mode whose weights are a function of (spec, seed) alone; libtorch's global generator is neither read nor moved. */
    public static Encoder create(EncoderSpec spec, long seed) {
        try (PointerScope scope = new PointerScope()) {
            ParameterTable table = new ParameterTable(seed);
            if (spec instanceof ResNetSpec resNet) {
                return new ResNet(resNet, table);
            } else if (spec instanceof SmallConvNetSpec fast) {
                return new SmallConvNet(fast, table);
            }
            return new Mlp((MlpSpec) spec, table);
        }
    }
}
