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
 * An encoder read from a file of weights, ready to be measured.
 *
 * @param encoder in evaluation mode
 * @param view how pictures, or the rows of a table, are prepared for it
 * @param precision of its arithmetic, as the file says, else {@code AUTO}
 * @param ignored tensors of the file that are not part of an encoder
 */
public record SavedEncoder(Encoder encoder, EvaluationView view, Precision precision, List<String> ignored) {
    /** Key of the metadata under which a run's precision is kept, as its configuration has it. */
    static final String PRECISION = "precision";

    /**
     * Reads a file that {@code mmcr export} wrote, or any other with torchvision's names.
     *
     * @param spec which network it is; empty: as the file says
     * @param shown changes the preparation of pictures that the file asks for, or, where it says nothing, ImageNet's
     * 224 of 256 pixels
     * @throws MmcrException if the file is broken, does not say which network it is and neither does {@code spec}, or
     * has other tensors
     */
    public static SavedEncoder load(Path file, Optional<EncoderSpec> spec, UnaryOperator<PictureEvaluationView> shown) {
        try (EncoderWeights weights = EncoderWeights.open(file)) {
            EncoderSpec network = spec.or(weights::spec)
                    .orElseThrow(() -> new MmcrException("expected to know which network " + file
                            + " is of, but it does not say; give --arch resnet18, resnet34 or resnet50"));
            Encoder encoder = network.build(0);
            weights.copyInto(encoder);
            encoder.eval();
            EvaluationView asked = Preprocessing.of(weights.metadata()).orElse(Preprocessing.IMAGENET);
            EvaluationView view = asked instanceof PictureEvaluationView pictures ? shown.apply(pictures) : asked;
            return new SavedEncoder(encoder, view, precision(weights.metadata()), weights.ignored());
        }
    }

    /** The features of the encoder. */
    public EncoderFeatures features() {
        return new EncoderFeatures(encoder, view, precision);
    }

    /** A word that is none of ours is another program's. */
    private static Precision precision(Map<String, String> metadata) {
        return Arrays.stream(Precision.values())
                .filter(known -> name(known).equals(metadata.get(PRECISION)))
                .findFirst()
                .orElse(Precision.AUTO);
    }

    /** What stands for a precision under {@link #PRECISION}. */
    static String name(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }
}
