package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Collection;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.train.encoder.AdapterSpec;
import org.mmcr.train.encoder.EmbeddingModel;

/**
 * The low-rank adapters that a run trains, as {@code run.json} describes them.
 *
 * @param rank of the update of a weight
 * @param alpha {@code alpha / rank} scales the update
 * @param targets adapted layers of each block
 * @param norms whether layer norms are trained as well
 * @param layers adapted weights
 * @param parameters numbers in everything that is trained: adapters, projector, and layer norms if they are; the
 *     optimiser has a state for these alone
 * @param allParameters numbers in the network without adapters, with the projector
 */
@API(status = API.Status.STABLE)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Adaptation(
        int rank,
        double alpha,
        AdapterSpec.Targets targets,
        boolean norms,
        int layers,
        long parameters,
        long allParameters) {
    /** Describes the adapters of a model. */
    static Adaptation of(EmbeddingModel model) {
        AdapterSpec spec = model.adapters();
        return new Adaptation(
                spec.rank(),
                spec.effectiveAlpha(),
                spec.targets(),
                spec.norms(),
                model.adapterParameters().size() / 2,
                count(model.trained().values()),
                count(model.parameters().values())
                        - count(model.adapterParameters().values()));
    }

    private static long count(Collection<Tensor> tensors) {
        return tensors.stream().mapToLong(Tensor::numel).sum();
    }
}
