package org.mmcr.objective;

import java.util.Optional;
import org.apiguardian.api.API;
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
 * One batch whose samples come in parts: the exact loss and gradient of {@link MmcrLoss} on all of them together, while only one
 * part at a time is in memory.
 *
 * <pre>
 * for each part:  part[i] = batch.observe(embeddings)        no graph is needed
 * stats = batch.settle()                                     processes exchange one small matrix
 * for each part:  batch.loss(part[i], embeddings).backward() the same embeddings again, with a graph
 * </pre>
 *
 * <p>It works because the nuclear norm's gradient needs one global quantity. Where N is at least D that is the D x D Gram
 * matrix, a sum over rows, so over parts and over processes; where N is smaller it is the N x D matrix of centroids itself. In
 * both cases at most D (D + 1) / 2 or N D numbers are kept and exchanged, whatever the number of views.
 *
 * <p>Everything is computed in float64 from the embeddings on, and judged as data that are good to float32
 * ({@link org.mmcr.objective.linalg.GramRoot}). The losses of all parts sum to the loss of the batch; with the gradients summed over
 * parts and processes, nothing has to be averaged. Tensors belong to the {@code PointerScope} in which the batch was made.
 * Used by one thread.
 */
@API(status = API.Status.STABLE)
public final class PartedBatch {
    private final double localWeight;
    private final long samples;
    private final int views;
    private final long dimensions;
    private final Communicator peers;
    private final PartedCentroids centroids;
    private final Tensor localNuclear = torch.zeros(1).to(ScalarType.Double);
    private long observed;
    private boolean settled;

    PartedBatch(double localWeight, long samples, int views, long dimensions, Communicator peers) {
        if (samples < 1 || samples % peers.size() != 0) {
            throw new MmcrException("expected a batch that " + peers.size() + " processes share evenly, found "
                    + samples + " samples; make it a multiple of " + peers.size());
        }
        this.localWeight = localWeight;
        this.samples = samples;
        this.views = views;
        this.dimensions = dimensions;
        this.peers = peers;
        centroids = sumsGram(samples, dimensions)
                ? new PartedCentroids.Summed(dimensions)
                : new PartedCentroids.Gathered(samples / peers.size(), dimensions);
    }

    /** Whether a batch of this size is held as a Gram matrix, which is then smaller than the centroids. */
    public static boolean sumsGram(long samples, long dimensions) {
        return samples >= dimensions;
    }

    /**
     * Some samples of this process, as {@link #observe} met them.
     *
     * @param first number of the first one within this process's share
     * @param count how many
     */
    public record Part(long first, long count) {}

    /** Takes in a part: z (n*K, D) raw embeddings, sample-major; no gradient flows. */
    public Part observe(Tensor z) {
        return observe(z, Optional.empty());
    }

    /**
     * Takes in a part with the momentum embeddings of the same views.
     *
     * @param momentum (n*K, D) too
     * @throws IllegalStateException when there are more samples than the batch has
     */
    public Part observe(Tensor z, Optional<Tensor> momentum) {
        EmbeddingShape shape = shape(z, momentum);
        Part part = new Part(observed, shape.samples());
        observed += part.count();
        if (settled || observed > samples / peers.size()) {
            throw new IllegalStateException("a batch of " + samples + " samples over " + peers.size()
                    + " process(es) was given more: " + observed + " in one of them");
        }
        try (ReturningScope scope = new ReturningScope();
                NoGradGuard guard = new NoGradGuard()) {
            UnitRows online = unitRows(z, shape);
            centroids.add(part.first(), MmcrLoss.centroids(online, shape, momentum));
            if (localWeight != 0) {
                PolarFactor local = PolarFactor.ofRounded(MmcrLoss.perSample(online, shape));
                localNuclear.add_(new Scalar(local.nuclearNorm()));
            }
        }
        return part;
    }

    /**
     * After the last part: exchanges what the processes need of one another, and says what the whole batch comes to.
     *
     * @throws IllegalStateException when not all samples have been observed, or it is settled already
     */
    public MmcrStats settle() {
        if (settled || observed != samples / peers.size()) {
            throw new IllegalStateException("a batch of " + samples + " samples over " + peers.size()
                    + " process(es) is settled once, with all of them observed; " + observed + " are");
        }
        settled = true;
        try (ReturningScope scope = new ReturningScope();
                NoGradGuard guard = new NoGradGuard()) {
            PartedCentroids.Spectrum spectrum = centroids.settle(peers);
            double local = 0;
            if (localWeight != 0) {
                peers.sum(localNuclear);
                local = localNuclear.item_double() / samples;
            }
            return new MmcrStats(
                    -spectrum.nuclearNorm() + localWeight * local,
                    spectrum.nuclearNorm(),
                    local,
                    MmcrBounds.upperBound(samples, dimensions),
                    MmcrBounds.percentError(spectrum.nuclearNorm(), samples, dimensions),
                    spectrum.squaredNorm() / samples,
                    spectrum.effectiveRank());
        }
    }

    /**
     * What a part contributes to the loss of the batch: a scalar whose gradient with respect to z is that of the whole batch.
     *
     * @param part what {@link #observe} returned for the same embeddings
     * @param z (n*K, D), the same numbers, with a graph
     * @param momentum as observed
     * @throws IllegalStateException before the batch is settled, or when the part is another
     */
    public Tensor loss(Part part, Tensor z, Optional<Tensor> momentum) {
        EmbeddingShape shape = shape(z, momentum);
        if (!settled || shape.samples() != part.count()) {
            throw new IllegalStateException("expected the " + part.count() + " samples of a settled batch, found "
                    + shape.samples() + (settled ? "" : " of one that is not settled"));
        }
        try (ReturningScope scope = new ReturningScope()) {
            Tensor gradient;
            double value;
            try (NoGradGuard guard = new NoGradGuard()) {
                UnitRows online = unitRows(z, shape);
                Tensor own = MmcrLoss.centroids(online, shape, momentum);
                Tensor polar = centroids.polar(part.first(), own);
                double share = -1.0 / views / (momentum.isPresent() ? 2 : 1);
                Tensor pull = polar.unsqueeze(1);
                value = -own.mul(polar).sum().item_double();
                if (localWeight != 0) {
                    PolarFactor local = PolarFactor.ofRounded(MmcrLoss.perSample(online, shape));
                    pull = pull.add(local.polar(), new Scalar(localWeight / samples / share));
                    value += localWeight * local.nuclearNorm() / samples;
                }
                gradient = online.across(pull, share).gradient().to(z.scalar_type());
            }
            return scope.keep(MmcrLoss.withGradient(z, gradient, value));
        }
    }

    private static UnitRows unitRows(Tensor z, EmbeddingShape shape) {
        return UnitRows.of(z.detach().to(ScalarType.Double), "embeddings", shape.views());
    }

    private EmbeddingShape shape(Tensor z, Optional<Tensor> momentum) {
        EmbeddingShape shape = EmbeddingShape.of(z, views);
        momentum.ifPresent(shape::requireSame);
        if (shape.dimensions() != dimensions) {
            throw new MmcrException("expected embeddings of " + dimensions + " dimensions, found " + shape.dimensions()
                    + "; every part of a batch has the same");
        }
        return shape;
    }
}
