package org.mmcr.analysis.export;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.EncoderSpec;
import org.mmcr.train.encoder.EncoderWeights;
import org.mmcr.train.encoder.NetworkChoice;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.evaluate.EncoderFeatures;

/**
 * An encoder read from a file of weights.
 *
 * @param encoder encoder in evaluation mode
 * @param view preparation of pictures, or of the rows of a table
 * @param precision precision in the file's metadata, else {@code AUTO}
 * @param remarks how the network was recognised and its names were read, and which tensors are no part of it, one line
 *     each
 */
public record SavedEncoder(Encoder encoder, EvaluationView view, Precision precision, List<String> remarks) {
    /** Metadata key of a run's precision. */
    static final String PRECISION = "precision";

    /**
     * Reads a file that {@code mmcr export} wrote, or one with the names of torchvision, timm, transformers or
     * open_clip.
     *
     * @param choice the network; what it leaves out is taken from the file
     * @param change applied to the preparation of pictures in the metadata, or by default ImageNet's 224 of 256 pixels
     * @throws org.mmcr.core.MmcrException if the file is broken, its network is not known, or the tensors do not fit
     *     the network
     */
    public static SavedEncoder load(Path file, NetworkChoice choice, UnaryOperator<PictureEvaluationView> change) {
        try (EncoderWeights weights = EncoderWeights.open(file)) {
            return load(weights, weights.network(choice), change);
        }
    }

    /**
     * Reads the weights of a network that is known exactly.
     *
     * @param change as in the other method
     * @throws org.mmcr.core.MmcrException if the file is broken, or the tensors do not fit the network
     */
    public static SavedEncoder load(Path file, EncoderSpec network, UnaryOperator<PictureEvaluationView> change) {
        try (EncoderWeights weights = EncoderWeights.open(file)) {
            return load(weights, new EncoderWeights.Network(network, List.of()), change);
        }
    }

    private static SavedEncoder load(
            EncoderWeights weights, EncoderWeights.Network network, UnaryOperator<PictureEvaluationView> change) {
        Encoder encoder = network.spec().build(0);
        List<String> remarks = new ArrayList<>(network.remarks());
        remarks.addAll(weights.remarks(encoder));
        weights.copyInto(encoder);
        encoder.eval();
        EvaluationView saved = Preprocessing.of(weights.metadata()).orElse(Preprocessing.IMAGENET);
        EvaluationView view = saved instanceof PictureEvaluationView pictures ? change.apply(pictures) : saved;
        return new SavedEncoder(encoder, view, precision(weights.metadata()), List.copyOf(remarks));
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
