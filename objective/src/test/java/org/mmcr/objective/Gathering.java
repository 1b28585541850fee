package org.mmcr.objective;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** Another objective without its own way of taking a batch in parts, so that the default gathers all embeddings. */
record Gathering(Objective whole) implements Objective {
    @Override
    public String name() {
        return whole.name();
    }

    @Override
    public List<ObjectiveFigure> figures() {
        return whole.figures();
    }

    @Override
    public Result compute(Tensor embeddings, int views, Optional<Tensor> momentum) {
        return whole.compute(embeddings, views, momentum);
    }
}
