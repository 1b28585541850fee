package org.mmcr.train.optim;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Makes optimisers, and bounds gradients. */
public final class Optimizers {
    private Optimizers() {}

    /** An optimiser with fresh state over live parameters, whose layout in memory must not change afterwards. */
    public static Optimizer create(OptimizerSpec spec, Map<String, Tensor> parameters) {
        try (PointerScope scope = new PointerScope()) {
            if (spec instanceof AdamSpec adam) {
                return new AdamOptimizer(adam, parameters);
            } else if (spec instanceof AdamWSpec adamW) {
                return new AdamOptimizer(adamW, parameters);
            } else if (spec instanceof SgdSpec sgd) {
                return new SgdOptimizer(sgd, parameters);
            } else if (spec instanceof LarsSpec lars) {
                return new LarsOptimizer(lars, parameters);
            }
            return new MuonOptimizer((MuonSpec) spec, parameters);
        }
    }

    /**
     * Scales all gradients by one factor so that their joint Euclidean norm is at most {@code maxNorm}.
     *
     * @return the joint norm before scaling; not finite when a gradient is not, and then nothing has been scaled
     */
    public static double clipGradients(Map<String, Tensor> parameters, double maxNorm) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            TensorVector norms = new TensorVector();
            for (Tensor parameter : parameters.values()) {
                Tensor gradient = parameter.grad();
                if (gradient.defined()) {
                    norms.push_back(gradient.norm());
                }
            }
            if (norms.empty()) {
                return 0;
            }
            double norm = torch.stack(norms).norm().item_double();
            if (norm > maxNorm && Double.isFinite(norm)) {
                scale(parameters, maxNorm / norm);
            }
            return norm;
        }
    }

    private static void scale(Map<String, Tensor> parameters, double factor) {
        Scalar by = new Scalar(factor);
        for (Tensor parameter : parameters.values()) {
            Tensor gradient = parameter.grad();
            if (gradient.defined()) {
                gradient.mul_(by);
            }
        }
    }
}
