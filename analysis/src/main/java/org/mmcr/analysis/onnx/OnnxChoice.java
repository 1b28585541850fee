package org.mmcr.analysis.onnx;

import java.util.Optional;
import java.util.function.UnaryOperator;
import org.mmcr.data.views.PictureEvaluationView;

/**
 * What a user may say about an ONNX encoder; everything else is found in the graph.
 *
 * @param input name of the graph's input of pictures
 * @param output name of the graph's output
 * @param pool rule that makes features of tokens
 * @param preprocess name of a preparation, or a JSON file (see {@link org.mmcr.analysis.export.Preprocessing#of})
 * @param change applied to the preparation, for another size or normalisation
 */
public record OnnxChoice(
        Optional<String> input,
        Optional<String> output,
        Optional<OutputPool> pool,
        Optional<String> preprocess,
        UnaryOperator<PictureEvaluationView> change) {

    /** Returns the choice of everything as the graph says. */
    public static OnnxChoice none() {
        return new OnnxChoice(
                Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), UnaryOperator.identity());
    }

    /** Returns a copy with a preparation. */
    public OnnxChoice withPreprocess(String name) {
        return new OnnxChoice(input, output, pool, Optional.of(name), change);
    }

    /** Returns a copy with an input, output and pool. */
    public OnnxChoice with(Optional<String> newInput, Optional<String> newOutput, Optional<OutputPool> newPool) {
        return new OnnxChoice(newInput, newOutput, newPool, preprocess, change);
    }
}
