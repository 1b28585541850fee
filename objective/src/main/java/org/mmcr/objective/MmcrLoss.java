package org.mmcr.objective;

import java.util.Optional;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.core.theory.MmcrBounds;
import org.mmcr.objective.linalg.PolarFactor;
import org.mmcr.objective.linalg.ReturningScope;

/**
 * The MMCR objective: spread the samples' centroids, keep the views of a sample together.
 *
 * <p>z (N*K, D), sample-major (row n*K+k is view k of sample n), any scale, not modified -> scalar and its gradient with
 * respect to z; O(N D min(N, D)) plus O(N K D). Yerxa, Kuang, Simoncelli and Chung 2023 (arXiv 2303.03307); Isik et al. 2023.
 *
 * <pre>
 * r[n,k] = z[n,k] / |z[n,k]|      centroid[n] = mean_k r[n,k]
 * loss   = -||centroids||_*  +  localWeight * mean_n ||r[n,:]||_*
 * </pre>
 *
 * <p>With momentum embeddings the centroid is half the mean of the online views and half the mean of the momentum views; the
 * gradient flows through the online half only, and the local term looks at the online views only.
 *
 * <p>The gradient is written out rather than left to autograd: the nuclear norm's is the polar factor, the mean hands each
 * view 1/K of it, and the normalisation removes the part along r and divides by |z|. Nothing is ever differentiated through
 * a decomposition, so repeated, zero or tiny singular values are ordinary inputs; rank-deficient directions get no gradient,
 * the subgradient of least norm. A row of z that is zero has zero gradient.
 *
 * <p>float32 and float64 are computed as they come (Gram matrices always in float64), bfloat16 and float16 as float32. The
 * object is immutable and safe to share between threads.
 */
@API(status = API.Status.STABLE)
public final class MmcrLoss {
    /**
     * Near a stationary point the gradient is the small difference of large terms. Float32 knows those to 1e-7, so below
     * this share of them the difference has lost the accuracy that is promised, and float64 takes over.
     */
    private static final double ALMOST_STATIONARY = 1e-2;

    private final double localWeight;

    /** The objective as published, without the local term. */
    public MmcrLoss() {
        this(0);
    }

    /**
     * The objective with the local term.
     *
     * @param localWeight weight of the local term (published runs: 0), finite
     * @throws MmcrException if the weight is NaN or infinite
     */
    public MmcrLoss(double localWeight) {
        if (!Double.isFinite(localWeight)) {
            throw new MmcrException("expected a finite local weight, found " + localWeight + "; published runs use 0");
        }
        this.localWeight = localWeight;
    }

    /**
     * The outcome of one evaluation.
     *
     * @param loss scalar in the type of the computation; {@code loss.backward()} reaches the embeddings when they take part in
     *     a graph. It belongs to the caller's {@code PointerScope}.
     * @param stats the figures of this evaluation
     */
    public record Result(Tensor loss, MmcrStats stats) {}

    /**
     * Evaluates the objective on one batch.
     *
     * @param z (N*K, D) raw embeddings, sample-major
     * @param views K, at least 1
     * @throws NonFiniteEmbeddingException when an entry is NaN or infinite
     * @throws MmcrException when the shapes or types do not fit
     */
    public Result compute(Tensor z, int views) {
        return compute(z, views, Optional.empty());
    }

    /**
     * Evaluates the momentum variant on one batch.
     *
     * @param momentum (N*K, D) raw embeddings of the same views by the slow encoder; no gradient flows into them
     * @see #compute(Tensor, int)
     */
    public Result compute(Tensor z, int views, Tensor momentum) {
        return compute(z, views, Optional.of(momentum));
    }

    /**
     * Starts a batch that comes in parts, one after the other, in several processes, or both; its loss and gradient are those
     * of the whole batch.
     *
     * @param samples N of the whole batch, over all parts and processes, a multiple of the number of processes
     * @param views K
     * @param dimensions D
     * @param peers the processes that share the batch, or {@link Communicator#NONE}
     */
    public PartedBatch parted(long samples, int views, long dimensions, Communicator peers) {
        return new PartedBatch(localWeight, samples, views, dimensions, peers);
    }

    private Result compute(Tensor raw, int views, Optional<Tensor> momentum) {
        EmbeddingShape shape = EmbeddingShape.of(raw, views);
        momentum.ifPresent(shape::requireSame);
        try (ReturningScope scope = new ReturningScope()) {
            Tensor z = raw.to(computeType(raw));
            Evaluation evaluation = evaluate(z, shape, momentum);
            Tensor loss = evaluation
                    .gradient()
                    .map(gradient ->
                            withGradient(z, gradient, evaluation.stats().loss()))
                    .orElseGet(() -> constant(evaluation.stats().loss(), z));
            return new Result(scope.keep(loss), evaluation.stats());
        }
    }

    /** gradient: (N*K, D) with respect to z in the type of z; absent when nobody asks. */
    private record Evaluation(MmcrStats stats, Optional<Tensor> gradient) {}

    private Evaluation evaluate(Tensor z, EmbeddingShape shape, Optional<Tensor> momentum) {
        boolean differentiate = GradMode.is_enabled() && z.requires_grad();
        try (NoGradGuard guard = new NoGradGuard()) {
            Evaluation direct = evaluate(z.detach(), shape, momentum, differentiate, ALMOST_STATIONARY);
            if (direct.gradient().isPresent() || !differentiate) {
                return direct;
            }
            Evaluation careful = evaluate(z.detach().to(ScalarType.Double), shape, momentum, true, 0);
            return new Evaluation(careful.stats(), careful.gradient().map(gradient -> gradient.to(z.scalar_type())));
        }
    }

    /** Leaves the gradient out where, in float32, it is below {@code floor} of the terms that cancel in it. */
    private Evaluation evaluate(
            Tensor z, EmbeddingShape shape, Optional<Tensor> momentum, boolean differentiate, double floor) {
        boolean rounded = floor == 0 || z.scalar_type().intern() == ScalarType.Float;
        UnitRows online = UnitRows.of(z, "embeddings", shape.views());
        PolarFactor global = polar(centroids(online, shape, momentum), rounded);
        Optional<PolarFactor> local =
                localWeight == 0 ? Optional.empty() : Optional.of(polar(perSample(online, shape), rounded));
        MmcrStats stats = stats(global, local, shape);
        if (!differentiate) {
            return new Evaluation(stats, Optional.empty());
        }
        double share = -1.0 / shape.views() / (momentum.isPresent() ? 2 : 1);
        Tensor pull = pull(global, local, localWeight / shape.samples() / share);
        UnitRows.Tangent tangent = online.across(pull, share);
        boolean known = !rounded || tangent.largest() >= floor;
        return new Evaluation(stats, known ? Optional.of(tangent.gradient()) : Optional.empty());
    }

    private static PolarFactor polar(Tensor matrix, boolean rounded) {
        return rounded ? PolarFactor.ofRounded(matrix) : PolarFactor.of(matrix);
    }

    /** (N, 1 or K, D): the gradient with respect to the unit rows before they are held on the sphere, over each view's share. */
    private static Tensor pull(PolarFactor global, Optional<PolarFactor> local, double localShare) {
        Tensor pull = global.polar().unsqueeze(1);
        return local.map(each -> pull.add(each.polar(), new Scalar(localShare))).orElse(pull);
    }

    /** (N, K, D): the unit rows of each sample. */
    static Tensor perSample(UnitRows online, EmbeddingShape shape) {
        return online.rows().view(shape.samples(), shape.views(), shape.dimensions());
    }

    static Tensor centroids(UnitRows online, EmbeddingShape shape, Optional<Tensor> momentum) {
        Tensor means = online.means(shape.views());
        if (momentum.isEmpty()) {
            return means;
        }
        Tensor slow = momentum.get().detach().to(means.scalar_type());
        Tensor slowMeans =
                UnitRows.of(slow, "momentum embeddings", shape.views()).means(shape.views());
        return means.add(slowMeans).mul(new Scalar(0.5));
    }

    private MmcrStats stats(PolarFactor global, Optional<PolarFactor> local, EmbeddingShape shape) {
        double nuclear = global.nuclearNorm();
        double localNuclear = local.map(PolarFactor::nuclearNorm).orElse(0.0) / shape.samples();
        return new MmcrStats(
                -nuclear + localWeight * localNuclear,
                nuclear,
                localNuclear,
                MmcrBounds.upperBound(shape.samples(), shape.dimensions()),
                MmcrBounds.percentError(nuclear, shape.samples(), shape.dimensions()),
                global.squaredNorm() / shape.samples(),
                global.effectiveRank());
    }

    /** A node with the given value and gradient: {@code <z, gradient>} has the gradient, and its value is written over. */
    static Tensor withGradient(Tensor z, Tensor gradient, double value) {
        Tensor product = z.flatten().dot(gradient.flatten());
        product.detach().fill_(new Scalar(value));
        return product;
    }

    private static Tensor constant(double value, Tensor like) {
        return torch.zeros(new long[0]).to(like.device(), like.scalar_type()).add(new Scalar(value));
    }

    private static ScalarType computeType(Tensor raw) {
        return raw.scalar_type().intern() == ScalarType.Double ? ScalarType.Double : ScalarType.Float;
    }
}
