package org.mmcr.explorer;

import java.nio.file.Path;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.train.encoder.EncoderSpec;
import org.mmcr.train.encoder.NetworkChoice;
import org.mmcr.train.encoder.TextEncoder;

/**
 * The search by text of an encoder: its text tower, or the reason why that cannot be used. Encoders without a text
 * tower have neither.
 *
 * @param problem expected, found and remedy in one line
 */
public record TextSupport(Optional<TextEncoder> encoder, Optional<String> problem) {
    /** An encoder without a text tower. */
    static final TextSupport NONE = new TextSupport(Optional.empty(), Optional.empty());

    /**
     * Reads the text tower in a file of weights, if there is one.
     *
     * @param vision the network of pictures that was read from the file
     * @param choice with which it was read
     */
    public static TextSupport of(Path file, EncoderSpec vision, NetworkChoice choice) {
        try {
            return new TextSupport(TextEncoder.open(file, vision, choice), Optional.empty());
        } catch (MmcrException e) {
            return new TextSupport(Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    /**
     * What a page shows of it.
     *
     * @param available whether pictures can be found by text
     * @param problem why the encoder's text tower cannot be used; empty without a problem
     */
    record Summary(boolean available, String problem) {}

    Summary summary() {
        return new Summary(encoder.isPresent(), problem.orElse(""));
    }
}
