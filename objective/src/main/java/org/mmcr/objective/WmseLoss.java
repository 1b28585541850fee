package org.mmcr.objective;

import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.ObjectiveFigure.Better;

/**
 * The W-MSE objective: each view of the batch is whitened, and the whitened views of a sample come together on the
 * sphere. Whitening forbids the collapse.
 *
 * <p>z (N*K, D), sample-major, any scale, not modified -> scalar and its gradient with respect to z; O(K N D^2 + K
 * D^3). Ermolov, Siarohin, Sangineto and Sebe 2021 (arXiv 2007.06346), eqs. 3 to 6.
 *
 * <pre>
 * L L^T = covariance of the view over the batch      v = L^-1 (z - mean)
 * loss  = mean over pairs of views and samples of 2 - 2 cos(v[n,i], v[n,j])
 * </pre>
 *
 * <p>The covariance gets {@code ridge} times the mean squared embedding on its diagonal, so that a batch of fewer
 * samples than dimensions and a collapsed one have a finite loss; the published code whitens sub-batches and has no
 * such term. Batches in parts gather all embeddings. Computed in float64, the gradient through the Cholesky factor by
 * autograd.
 */
@API(status = API.Status.STABLE)
public final class WmseLoss extends AutogradObjective {
    /** Mean cosine of two whitened views of a sample. */
    public static final String WHITENED_COSINE = "whitened_cosine";

    /** Added to the mean squared embedding and to squared lengths, so that zeros divide to zero. */
    private static final double TINY = 1e-30;

    private static final double SHORT = 1e-8;

    private final double ridge;

    /**
     * Creates the objective.
     *
     * @param ridge above 0 and below 1, for instance 1e-6
     * @throws MmcrException if the ridge is out of its range
     */
    public WmseLoss(double ridge) {
        super(Preparation.DOUBLE);
        if (!(ridge > 0 && ridge < 1)) {
            throw new MmcrException(
                    "expected a ridge above 0 and below 1 for wmse, found " + ridge + "; 1e-6 is usual");
        }
        this.ridge = ridge;
    }

    @Override
    public String name() {
        return "wmse";
    }

    @Override
    public List<ObjectiveFigure> figures() {
        return List.of(new ObjectiveFigure(
                WHITENED_COSINE,
                "Cosine of whitened views",
                "the mean cosine of two views of a sample after whitening",
                false,
                Better.HIGHER));
    }

    @Override
    public List<Diagnostic> cautions(long samples, long dimensions) {
        return samples > dimensions
                ? List.of()
                : List.of(new Diagnostic(
                        "batch N = " + samples + " does not exceed the embedding dimension D = " + dimensions
                                + ", so whitening leaves nothing to learn from",
                        "choose N of at least " + 2 * dimensions + " or a last projector width of at most "
                                + Math.max(1, samples / 2)));
    }

    @Override
    Terms terms(Tensor rows) {
        double pairs = new ViewPairs(Math.toIntExact(rows.size(1))).count();
        Tensor white = whitened(rows.transpose(0, 1));
        Tensor unit = white.mul(
                white.square().sum(-1).unsqueeze(-1).add(new Scalar(SHORT)).rsqrt());
        // sum over pairs of cosines = (|sum of views|^2 - sum of |view|^2) / 2
        Tensor cosine = unit.sum(0).square().sum().sub(unit.square().sum()).div(new Scalar(2 * pairs * rows.size(0)));
        Tensor loss = cosine.mul(new Scalar(-2)).add(new Scalar(2));
        return new Terms(loss, Map.of(WHITENED_COSINE, cosine.item_double()));
    }

    /** points (K, N, D) -> (K, N, D) with zero mean and, but for the ridge, the identity as covariance. */
    private Tensor whitened(Tensor points) {
        long samples = points.size(1);
        Tensor centred = points.sub(points.mean(new long[] {1}, true, new ScalarTypeOptional()));
        Tensor level = points.square()
                .mean(new long[] {1, 2}, true, new ScalarTypeOptional())
                .add(new Scalar(TINY))
                .mul(new Scalar(ridge));
        Tensor covariance = torch.bmm(centred.transpose(1, 2), centred)
                .div(new Scalar((double) Math.max(1, samples - 1)))
                .add(level.mul(torch.eye(points.size(2)).to(points.device(), points.scalar_type())));
        return torch.linalg_solve_triangular(factor(covariance), centred.transpose(1, 2), false)
                .transpose(1, 2);
    }

    /** Returns the lower Cholesky factors of covariances (K, D, D). */
    private Tensor factor(Tensor covariance) {
        if (!torch.isfinite(covariance).all().item_bool()) {
            throw new NonFiniteLossException(name(), Double.NaN);
        }
        try {
            return torch.linalg_cholesky(covariance);
        } catch (RuntimeException notPositive) {
            throw new MmcrException(
                    "expected a covariance that can be factorised for wmse, found one that is singular with the ridge "
                            + ridge + "; raise the ridge, 1e-6 is usual",
                    notPositive);
        }
    }
}
