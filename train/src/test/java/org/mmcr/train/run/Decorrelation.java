package org.mmcr.train.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.objective.Diagnostic;
import org.mmcr.objective.FigureReference;
import org.mmcr.objective.Objective;
import org.mmcr.objective.ObjectiveFigure;
import org.mmcr.objective.ObjectiveFigure.Better;

/**
 * An objective without exact parts: the squared distance of the second moments of all embeddings from the identity,
 * plus the squared distance from the momentum embeddings. Its gradient is left to autograd.
 */
final class Decorrelation implements Objective {
    @Override
    public String name() {
        return "decorrelation";
    }

    @Override
    public List<ObjectiveFigure> figures() {
        return List.of(
                new ObjectiveFigure("redundancy", "Redundancy", "what dimensions share", true, Better.LOWER),
                new ObjectiveFigure("mean_square", "Mean square", "of all numbers", false, Better.NEITHER));
    }

    @Override
    public List<FigureReference> references(long samples, long dimensions) {
        return List.of(new FigureReference("mean_square", "unit variance", 1, Optional.empty()));
    }

    @Override
    public List<Diagnostic> cautions(long samples, long dimensions) {
        return samples < dimensions
                ? List.of(new Diagnostic("there are fewer samples than dimensions", "raise the batch"))
                : List.of();
    }

    @Override
    public Result compute(Tensor embeddings, int views, Optional<Tensor> momentum) {
        Tensor moments = embeddings.t().matmul(embeddings).div(new Scalar(embeddings.size(0)));
        Tensor off = moments.sub(torch.diag(torch.diag(moments)));
        Tensor loss = moments.sub(torch.eye(embeddings.size(1))).square().sum();
        if (momentum.isPresent()) {
            loss = loss.add(embeddings.sub(momentum.get()).square().mean());
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("redundancy", off.square().sum().div(moments.square().sum()).item_double());
        figures.put("mean_square", embeddings.square().mean().item_double());
        return new Result(loss, loss.item_double(), figures);
    }
}
