package org.mmcr.analysis.onnx;

import ai.onnxruntime.OnnxModelMetadata;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mmcr.analysis.export.Preprocessing;
import org.mmcr.analysis.export.PreprocessorFile;
import org.mmcr.core.MmcrException;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.Interpolation;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.ViewShape;

/**
 * The preparation of an ONNX encoder's input. The first of these that says something holds: the user's choice; for a
 * graph that takes bytes, the resize alone; the metadata of our own exports; a file beside the graph. The graph's fixed
 * size is kept.
 *
 * @param view preparation of a sample
 * @param source where it was found, for a message
 */
record OnnxPreparation(EvaluationView view, String source) {
    /** A normalisation to the levels 0 to 255. */
    private static final List<Double> ZERO = List.of(0.0, 0.0, 0.0);

    private static final List<Double> LEVEL = List.of(1 / 255.0, 1 / 255.0, 1 / 255.0);
    private static final int USUAL_SIDE = 224;

    static OnnxPreparation of(Path file, OnnxInput input, OnnxModelMetadata metadata, OnnxChoice choice) {
        OnnxPreparation found = found(file, input, metadata, choice);
        if (!(found.view() instanceof PictureEvaluationView stated)) {
            return rows(file, input, found);
        }
        PictureEvaluationView fitting =
                input.side().isPresent() ? stated.withSize(input.side().getAsInt()) : stated;
        PictureEvaluationView view = choice.change().apply(fitting);
        if (input.side().isPresent() && view.size() != input.side().getAsInt()) {
            throw new MmcrException("expected pictures of the size that " + file + " takes, "
                    + input.side().getAsInt() + " x " + input.side().getAsInt() + " pixels, found --size "
                    + view.size() + "; leave --size out");
        }
        if (input.bytes() && !(view.mean().equals(ZERO) && view.std().equals(LEVEL))) {
            throw new MmcrException("expected no normalisation for " + file
                    + ", which takes bytes and prepares them itself, found one; leave --mean, --std and --preprocess"
                    + " out");
        }
        return new OnnxPreparation(view, found.source());
    }

    private static OnnxPreparation found(Path file, OnnxInput input, OnnxModelMetadata metadata, OnnxChoice choice) {
        if (choice.preprocess().isPresent()) {
            return new OnnxPreparation(
                    Preprocessing.of(choice.preprocess().get()),
                    choice.preprocess().get());
        }
        if (input.bytes()) {
            PictureEvaluationView resize =
                    new PictureEvaluationView(USUAL_SIDE, USUAL_SIDE, Interpolation.BILINEAR, ZERO, LEVEL);
            return new OnnxPreparation(resize, "none, the graph takes bytes");
        }
        Optional<EvaluationView> ours = Preprocessing.of(metadata.getCustomMetadata());
        if (ours.isPresent()) {
            return new OnnxPreparation(ours.get(), "the graph's metadata");
        }
        return PreprocessorFile.beside(file)
                .map(beside -> new OnnxPreparation(beside.view(), beside.file().toString()))
                .orElseThrow(() -> new MmcrException("expected the preparation of pictures for " + file
                        + " in its metadata, or in preprocessor_config.json or config.json beside it, found none; give"
                        + " --preprocess " + Preprocessing.choices()));
    }

    private static OnnxPreparation rows(Path file, OnnxInput input, OnnxPreparation found) {
        int columns = found.view().shape().length();
        boolean fits = found.view().shape() instanceof ViewShape.Row
                && input.layout() == OnnxInput.Layout.ROWS
                && input.side().orElse(columns) == columns;
        if (!fits) {
            throw new MmcrException("expected an input of " + columns + " columns in " + file
                    + ", as its metadata says, found another; export the encoder again");
        }
        return found;
    }
}
