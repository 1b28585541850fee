package org.mmcr.analysis.export;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.mmcr.core.MmcrException;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.EncoderSpec;
import org.mmcr.train.encoder.EncoderWeights;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.evaluate.EncoderFeatures;

/**
 * An encoder read from a file of weights.
 *
 * @param encoder encoder in evaluation mode
 * @param view preparation of pictures, or of the rows of a table
 * @param precision precision in the file's metadata, else {@code AUTO}
 * @param ignored names of tensors that are not part of an encoder
 */
public record SavedEncoder(Encoder encoder, EvaluationView view, Precision precision, List<String> ignored) {
    /** Metadata key of a run's precision. */
    static final String PRECISION = "precision";

    /**
     * Reads a file that {@code mmcr export} wrote, or any other with torchvision's names.
     *
     * @param spec the network; if empty, taken from the file's metadata
     * @param change applied to the preparation of pictures in the metadata, or by default ImageNet's 224 of 256 pixels
     * @throws MmcrException if the file is broken, neither {@code spec} nor the file describes the network, or the
     *     tensors do not fit the network
     */
    public static SavedEncoder load(
            Path file, Optional<EncoderSpec> spec, UnaryOperator<PictureEvaluationView> change) {
        try (EncoderWeights weights = EncoderWeights.open(file)) {
            EncoderSpec network = spec.or(weights::spec)
                    .orElseThrow(() -> new MmcrException("expected the description of a network in " + file
                            + ", found none; give --arch resnet18, resnet34 or resnet50"));
            Encoder encoder = network.build(0);
            weights.copyInto(encoder);
            encoder.eval();
            EvaluationView saved = Preprocessing.of(weights.metadata()).orElse(Preprocessing.IMAGENET);
            EvaluationView view = saved instanceof PictureEvaluationView pictures ? change.apply(pictures) : saved;
            return new SavedEncoder(encoder, view, precision(weights.metadata()), weights.ignored());
        }
    }

    /** Returns the feature model of the encoder. */
    public EncoderFeatures features() {
        return new EncoderFeatures(encoder, view, precision);
    }

    /** Returns the precision in the metadata; an unknown name was written by another program and counts as none. */
    private static Precision precision(Map<String, String> metadata) {
        return Arrays.stream(Precision.values())
                .filter(known -> name(known).equals(metadata.get(PRECISION)))
                .findFirst()
                .orElse(Precision.AUTO);
    }

    /** Returns the metadata value of a precision. */
    static String name(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }
}
