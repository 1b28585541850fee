package org.mmcr.train.optim;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Gradient clipping by the joint norm of all gradients. */
public final class GradientClipping {
    private GradientClipping() {}

    /**
     * Scales all gradients by one factor so that their joint Euclidean norm is at most {@code maxNorm}.
     *
     * @return the joint norm before scaling; if it is not finite, nothing has been scaled
     */
    public static double clipNorm(Map<String, Tensor> parameters, double maxNorm) {
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
