package org.mmcr.objective;

import java.util.List;
import java.util.Map;
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
 * The MMCR objective. It maximises the nuclear norm of the samples' centroids, which spreads the samples and brings
 * the views of a sample together.
 *
 * <p>z (N*K, D), sample-major (row n*K+k is view k of sample n), any scale, not modified -> scalar and its gradient
 * with respect to z; O(N D min(N, D)) plus O(N K D). Yerxa, Kuang, Simoncelli and Chung 2023 (arXiv 2303.03307); Isik
 * et al. 2023.
 *
 * <pre>
 * r[n,k] = z[n,k] / |z[n,k]|      centroid[n] = mean_k r[n,k]
 * loss   = -||centroids||_*  +  localWeight * mean_n ||r[n,:]||_*
 * </pre>
 *
 * <p>With momentum embeddings the centroid is half the mean of the online views and half the mean of the momentum
 * views; the gradient flows through the online half only, and the local term uses the online views only.
 *
 * <p>{@linkplain #withMissingViews() With missing views} the centroid is the mean over the views that are there, so its
 * length is at most 1 and the bound of the nuclear norm stays the same.
 *
 * <p>The gradient is computed explicitly, not by autograd. The gradient of the nuclear norm is the polar factor. Each
 * view receives 1/K of it. The normalisation removes the component along r and divides by |z|. No decomposition is
 * differentiated, so repeated, zero or tiny singular values need no special treatment. Rank-deficient directions get
 * no gradient (the subgradient of least norm), and a zero row of z has a zero gradient.
 *
 * <p>float32 and float64 embeddings are processed in their own type (Gram matrices always in float64), bfloat16 and
 * float16 ones in float32. Instances are immutable and thread-safe.
 */
@API(status = API.Status.STABLE)
public final class MmcrLoss implements Objective {
    /** The fraction of the upper bound that the nuclear norm misses, {@link MmcrBounds#percentError}. */
    public static final String PERCENT_ERROR = "percent_error";

    /** Mean over samples of |centroid|^2, in 0..1; 1 when all views of each sample coincide. */
    public static final String MEAN_SQUARED_CENTROID_NORM = "mean_squared_centroid_norm";

    /**
     * exp of the Shannon entropy of the centroids' singular values divided by their sum (Roy and Vetterli 2007), in
     * 1..min(N, D); 0 when every centroid is zero.
     */
    public static final String EFFECTIVE_RANK = "effective_rank";

    /**
     * Sum of the singular values of the (N, D) centroids; a figure only with the local term, otherwise it is minus the
     * loss.
     */
    public static final String NUCLEAR_NORM = "nuclear_norm";

    /**
     * Mean over samples of the nuclear norm of the (K, D) unit views of a sample; a figure only with the local term.
     */
    public static final String LOCAL_NUCLEAR_NORM = "local_nuclear_norm";

    /**
     * Near a stationary point the gradient is the small difference of large terms, which float32 holds to 1e-7. If the
     * difference is below this fraction of the terms, the gradient is computed in float64.
     */
    private static final double ALMOST_STATIONARY = 1e-2;

    private final double localWeight;
    private final boolean missing;

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
        this(localWeight, false);
    }

    private MmcrLoss(double localWeight, boolean missing) {
        if (!Double.isFinite(localWeight)) {
            throw new MmcrException("expected a finite local weight, found " + localWeight + "; published runs use 0");
        }
        this.localWeight = localWeight;
        this.missing = missing;
    }

    @Override
    public MmcrLoss withMissingViews() {
        return new MmcrLoss(localWeight, true);
    }

    @Override
    public String name() {
        return "mmcr";
    }

    @Override
    public List<ObjectiveFigure> figures() {
        return MmcrFigures.descriptions(localWeight);
    }

    @Override
    public PartedBatch parted(long samples, int views, long dimensions, Communicator communicator) {
        return new MmcrPartedBatch(localWeight, missing, samples, views, dimensions, communicator);
    }

    @Override
    public String exchange(long samples, int views, long dimensions) {
        return MmcrPartedBatch.sumsGram(samples, dimensions)
                ? "sum the " + dimensions + " x " + dimensions + " Gram matrix of the centroids ("
                        + dimensions * (dimensions + 1) / 2 + " numbers)"
                : "gather the " + samples + " x " + dimensions + " centroids (" + samples * dimensions + " numbers)";
    }

    @Override
    public List<FigureReference> references(long samples, long dimensions) {
        return MmcrFigures.references(samples, dimensions);
    }

    @Override
    public List<Diagnostic> cautions(long samples, long dimensions) {
        return MmcrFigures.cautions(samples, dimensions);
    }

    @Override
    public Result compute(Tensor raw, int views, Optional<Tensor> momentum) {
        EmbeddingShape shape = EmbeddingShape.of(raw, views);
        momentum.ifPresent(shape::requireSame);
        try (ReturningScope scope = new ReturningScope()) {
            Tensor z = raw.to(EmbeddingShape.computeType(raw));
            Evaluation evaluation = evaluate(z, shape, momentum);
            Tensor loss = evaluation
                    .gradient()
                    .map(gradient -> GivenGradient.scalar(z, gradient, evaluation.value()))
                    .orElseGet(() -> GivenGradient.constant(z, evaluation.value()));
            return new Result(scope.keep(loss), evaluation.value(), evaluation.figures());
        }
    }

    /** gradient: (N*K, D) with respect to z in the type of z; absent if it is not needed. */
    private record Evaluation(double value, Map<String, Double> figures, Optional<Tensor> gradient) {
        Evaluation with(Optional<Tensor> gradient) {
            return new Evaluation(value, figures, gradient);
        }
    }

    private Evaluation evaluate(Tensor z, EmbeddingShape shape, Optional<Tensor> momentum) {
        boolean differentiate = GradMode.is_enabled() && z.requires_grad();
        try (NoGradGuard guard = new NoGradGuard()) {
            Evaluation direct = evaluate(z.detach(), shape, momentum, differentiate, ALMOST_STATIONARY);
            if (direct.gradient().isPresent() || !differentiate) {
                return direct;
            }
            Evaluation careful = evaluate(z.detach().to(ScalarType.Double), shape, momentum, true, 0);
            return careful.with(careful.gradient().map(gradient -> gradient.to(z.scalar_type())));
        }
    }

    /** Omits the gradient if, in float32, it is below the fraction {@code floor} of the terms that cancel in it. */
    private Evaluation evaluate(
            Tensor z, EmbeddingShape shape, Optional<Tensor> momentum, boolean differentiate, double floor) {
        boolean rounded = floor == 0 || z.scalar_type().intern() == ScalarType.Float;
        UnitRows online = UnitRows.of(z, "embeddings", shape.views());
        Optional<Tensor> presence = missing ? Optional.of(presence(online, shape)) : Optional.empty();
        PolarFactor global = polar(weighted(centroids(online, shape, momentum), presence), rounded);
        Optional<PolarFactor> local =
                localWeight == 0 ? Optional.empty() : Optional.of(polar(perSample(online, shape), rounded));
        Evaluation value = value(global, local, shape);
        if (!differentiate) {
            return value;
        }
        double viewWeight = -1.0 / shape.views() / (momentum.isPresent() ? 2 : 1);
        Tensor polar = weighted(global.polar(), presence);
        Tensor upstream = upstream(polar, local, localWeight / shape.samples() / viewWeight);
        UnitRows.RowGradient backward = online.backward(upstream, viewWeight);
        boolean accurate = !rounded || backward.largestTangential() >= floor;
        return accurate ? value.with(Optional.of(backward.gradient())) : value;
    }

    private static PolarFactor polar(Tensor matrix, boolean rounded) {
        return rounded ? PolarFactor.ofRounded(matrix) : PolarFactor.of(matrix);
    }

    /** Returns the gradient with respect to the unit rows, divided by the weight of a view: (N, 1 or K, D). */
    private static Tensor upstream(Tensor polar, Optional<PolarFactor> local, double relativeWeight) {
        Tensor upstream = polar.unsqueeze(1);
        return local.map(each -> upstream.add(each.polar(), new Scalar(relativeWeight)))
                .orElse(upstream);
    }

    /** Returns the unit rows of each sample, (N, K, D). */
    static Tensor perSample(UnitRows online, EmbeddingShape shape) {
        return online.rows().view(shape.samples(), shape.views(), shape.dimensions());
    }

    /**
     * Returns what turns the mean over K views into the mean over those that are there, (N, 1): K divided by their
     * number, 0 if there is none.
     */
    static Tensor presence(UnitRows online, EmbeddingShape shape) {
        Tensor present = online.inverseLengths()
                .gt(new Scalar(0))
                .to(online.inverseLengths().scalar_type());
        Tensor count = present.view(shape.samples(), shape.views()).sum(1).unsqueeze(1);
        return torch.where(count.gt(new Scalar(0)), count.reciprocal().mul(new Scalar(shape.views())), count);
    }

    /** Returns rows (N, D) times the factors of {@link #presence}, if views may be missing. */
    static Tensor weighted(Tensor rows, Optional<Tensor> presence) {
        return presence.map(rows::mul).orElse(rows);
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

    private Evaluation value(PolarFactor global, Optional<PolarFactor> local, EmbeddingShape shape) {
        MmcrFigures figures = new MmcrFigures(localWeight, shape.samples(), shape.dimensions());
        double nuclear = global.nuclearNorm();
        double localNuclear = local.map(PolarFactor::nuclearNorm).orElse(0.0) / shape.samples();
        return new Evaluation(
                figures.loss(nuclear, localNuclear),
                figures.values(nuclear, localNuclear, global.squaredNorm(), global.effectiveRank()),
                Optional.empty());
    }
}
