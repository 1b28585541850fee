package org.mmcr.objective;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.objective.ObjectiveFigure.Better;

/**
 * A small objective that couples all rows of a batch and leaves its gradient to autograd: squared distance of the
 * second moments from the identity, plus the squared distance from the momentum embeddings. Raw embeddings, any K.
 */
final class Redundancy implements Objective {
    @Override
    public String name() {
        return "redundancy";
    }

    @Override
    public List<ObjectiveFigure> figures() {
        return List.of(new ObjectiveFigure("trace", "Trace", "the mean squared length", false, Better.NEITHER));
    }

    @Override
    public Result compute(Tensor embeddings, int views, Optional<Tensor> momentum) {
        Tensor moments = embeddings.t().matmul(embeddings).div(new Scalar(embeddings.size(0)));
        Tensor loss = moments.sub(torch.eye(embeddings.size(1))).square().sum();
        if (momentum.isPresent()) {
            loss = loss.add(embeddings.sub(momentum.get()).square().mean());
        }
        return new Result(
                loss, loss.item_double(), Map.of("trace", moments.trace().item_double()));
    }
}
