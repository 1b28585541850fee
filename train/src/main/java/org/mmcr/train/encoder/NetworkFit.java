package org.mmcr.train.encoder;

import java.util.Optional;
import org.mmcr.core.MmcrException;

/** Adapts a named network to a file: its stem, the size of its position embeddings, and how its tokens are read. */
final class NetworkFit {
    private NetworkFit() {}

    /**
     * @param found the network as it is published or described
     * @param guess the network that the tensors of the file belong to, if it is known
     */
    static EncoderSpec apply(EncoderSpec found, NetworkChoice choice, Optional<EncoderSpec> guess) {
        if (choice.stem().isPresent() && !(found instanceof ResNetSpec)) {
            throw new MmcrException("expected --stem with a ResNet, found it with " + Architectures.nameOf(found)
                    + "; leave it out");
        }
        if (choice.pool().isPresent() && !(found instanceof VisionTransformerSpec)) {
            throw new MmcrException("expected --pool with a network of tokens, found it with "
                    + Architectures.nameOf(found) + "; leave it out");
        }
        if (found instanceof ResNetSpec net) {
            ResNetSpec.Stem stem = choice.stem()
                    .orElse(guess.map(other -> ((ResNetSpec) other).stem()).orElse(net.stem()));
            return new ResNetSpec(net.type(), stem, net.width(), net.zeroInitResidual());
        }
        if (found instanceof ConvNextSpec net && guess.orElse(found) instanceof ConvNextSpec other) {
            return new ConvNextSpec(
                    net.type(), other.names(), net.patch(), net.width(), net.layerScale(), net.dropPath());
        }
        if (found instanceof VisionTransformerSpec net) {
            int size = guess.map(other -> ((VisionTransformerSpec) other).size()).orElse(net.size());
            return net.withSize(size).withPool(choice.pool().orElse(net.pool()));
        }
        return found;
    }
}
