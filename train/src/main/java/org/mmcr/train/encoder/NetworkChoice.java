package org.mmcr.train.encoder;

import java.util.Optional;

/**
 * What is said about the network in a file of weights. What is left out is taken from the file.
 *
 * @param arch public name of the network, one of {@link Architectures#names}
 * @param stem first layers of a ResNet
 * @param pool how the tokens of a vision transformer become a feature vector
 */
public record NetworkChoice(Optional<String> arch, Optional<ResNetSpec.Stem> stem, Optional<TokenPool> pool) {
    /** Everything is taken from the file. */
    public static NetworkChoice fromFile() {
        return new NetworkChoice(Optional.empty(), Optional.empty(), Optional.empty());
    }
}
