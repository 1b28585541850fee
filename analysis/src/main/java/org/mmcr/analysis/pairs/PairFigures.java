package org.mmcr.analysis.pairs;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.analysis.embeddings.Analysis;
import org.mmcr.objective.information.SphereEntropy;

/**
 * Figures of two modalities on the samples that have both.
 *
 * @param first name of one modality
 * @param second name of the other
 * @param samples samples that have both
 * @param forth retrieval from the first to the second
 * @param back retrieval from the second to the first
 * @param analysis the bound and mutual information, the modalities being the views; empty for too few samples
 */
public record PairFigures(
        String first,
        String second,
        int samples,
        Retrieval forth,
        Retrieval back,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Analysis> analysis) {

    /** a, b: (N, D) embeddings of the same samples. */
    static PairFigures of(String first, String second, Tensor a, Tensor b, long seed) {
        return new PairFigures(
                first,
                second,
                Math.toIntExact(a.size(0)),
                Retrieval.of(first, second, a, b),
                Retrieval.of(second, first, b, a),
                analysis(seed, a, b));
    }

    /** Analyses the embeddings of the same samples, a matrix (N, D) for each modality. */
    static Optional<Analysis> analysis(long seed, Tensor... modalities) {
        long samples = modalities[0].size(0);
        if (samples < SphereEntropy.FEWEST) {
            return Optional.empty();
        }
        Tensor rows = torch.stack(new TensorVector(modalities), 1)
                .reshape(samples * modalities.length, modalities[0].size(1));
        return Optional.of(Analysis.of(rows, modalities.length, Optional.empty(), seed));
    }
}
