package org.mmcr.analysis.export;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.EncoderSpec;
import org.mmcr.train.encoder.EncoderWeights;
import org.mmcr.train.encoder.NetworkChoice;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.encoder.TensorNames;
import org.mmcr.train.encoder.VisionTransformerSpec;
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
     * @param preprocess preparation of pictures, as {@link Preprocessing#of(String)} reads it; if empty, the one in the
     *     metadata or in a file beside the weights, or else the usual one of the network
     * @param change applied to that preparation
     * @throws org.mmcr.core.MmcrException if the file is broken, its network is not known, or the tensors do not fit
     *     the network
     */
    public static SavedEncoder load(
            Path file, NetworkChoice choice, Optional<String> preprocess, UnaryOperator<PictureEvaluationView> change) {
        try (EncoderWeights weights = EncoderWeights.open(file)) {
            return load(file, weights, weights.network(choice), preprocess, change);
        }
    }

    /**
     * Reads the weights of a network that is known exactly.
     *
     * @param change applied to the preparation that the metadata or a file beside the weights state, or else the usual
     *     one of the network
     * @throws org.mmcr.core.MmcrException if the file is broken, or the tensors do not fit the network
     */
    public static SavedEncoder load(Path file, EncoderSpec network, UnaryOperator<PictureEvaluationView> change) {
        try (EncoderWeights weights = EncoderWeights.open(file)) {
            return load(file, weights, new EncoderWeights.Network(network, List.of()), Optional.empty(), change);
        }
    }

    private static SavedEncoder load(
            Path file,
            EncoderWeights weights,
            EncoderWeights.Network network,
            Optional<String> preprocess,
            UnaryOperator<PictureEvaluationView> change) {
        Encoder encoder = network.spec().build(0);
        List<String> remarks = new ArrayList<>(network.remarks());
        remarks.addAll(weights.remarks(encoder));
        weights.copyInto(encoder);
        encoder.eval();
        EvaluationView saved = preprocess
                .<EvaluationView>map(Preprocessing::of)
                .or(() -> Preprocessing.of(weights.metadata()))
                .orElseGet(() -> usual(file, network, remarks));
        EvaluationView view = saved instanceof PictureEvaluationView pictures ? change.apply(pictures) : saved;
        return new SavedEncoder(encoder, view, precision(weights.metadata()), List.copyOf(remarks));
    }

    /** Returns the preparation that a file beside the weights states, or else the usual one of the network. */
    private static PictureEvaluationView usual(Path file, EncoderWeights.Network network, List<String> remarks) {
        Optional<PreprocessorFile.Found> beside = PreprocessorFile.beside(file);
        if (beside.isPresent()) {
            remarks.add("pictures are prepared as " + beside.get().file() + " says");
            return beside.get().view();
        }
        String name = usual(network.spec());
        remarks.add("pictures are prepared as usual for this network: --preprocess " + name);
        return Preprocessing.of(name);
    }

    private static String usual(EncoderSpec spec) {
        if (!(spec instanceof VisionTransformerSpec vit) || vit.names() == TensorNames.TORCHVISION) {
            return "imagenet";
        }
        return switch (vit.names()) {
            case OPEN_CLIP, TRANSFORMERS_CLIP -> "clip";
            case TRANSFORMERS_DINOV2 -> "dinov2";
            case TIMM_DISTILLED -> "imagenet"; // DeiT alone has such weights
            default -> vit.layerScale() > 0 ? "dinov2" : "half";
        };
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
