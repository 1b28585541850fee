package org.mmcr.objective;

import java.util.Optional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.objective.linalg.PolarFactor;
import org.mmcr.objective.linalg.ReturningScope;

/**
 * A batch in parts for {@link MmcrLoss} that keeps and exchanges little data.
 *
 * <p>The gradient of the nuclear norm needs one global quantity. If N >= D, it is the D x D Gram matrix, a sum over
 * rows and so over parts and processes; otherwise it is the N x D matrix of centroids itself. So at most D (D + 1) / 2
 * or N D numbers are kept and exchanged, whatever the number of views.
 *
 * <p>Everything is computed in float64, with the cut-off for data that are accurate to float32
 * ({@link org.mmcr.objective.linalg.GramRoot}).
 */
final class MmcrPartedBatch implements PartedBatch {
    private final double localWeight;
    private final boolean missing;
    private final MmcrFigures figures;
    private final long samples;
    private final int views;
    private final Communicator communicator;
    private final ObservedSamples observed;
    private final PartedCentroids centroids;
    private final Tensor localNuclear = torch.zeros(1).to(ScalarType.Double);

    /** missing: whether a row of zeros stands for a missing view. */
    MmcrPartedBatch(
            double localWeight, boolean missing, long samples, int views, long dimensions, Communicator communicator) {
        this.localWeight = localWeight;
        this.missing = missing;
        this.figures = new MmcrFigures(localWeight, samples, dimensions);
        this.samples = samples;
        this.views = views;
        this.communicator = communicator;
        observed = new ObservedSamples(samples, views, dimensions, communicator.size());
        centroids = sumsGram(samples, dimensions)
                ? new PartedCentroids.Summed(dimensions)
                : new PartedCentroids.Gathered(observed.own(), dimensions);
    }

    /** Whether a batch of this size is kept as the Gram matrix (D, D) of its centroids: from N = D on. */
    static boolean sumsGram(long samples, long dimensions) {
        return samples >= dimensions;
    }

    @Override
    public Part observe(Tensor z, Optional<Tensor> momentum) {
        EmbeddingShape shape = observed.shape(z, momentum);
        Part part = observed.add(shape);
        try (ReturningScope scope = new ReturningScope();
                NoGradGuard guard = new NoGradGuard()) {
            UnitRows online = unitRows(z, shape);
            Tensor means = MmcrLoss.centroids(online, shape, momentum);
            centroids.add(part.first(), MmcrLoss.weighted(means, presence(online, shape)));
            if (localWeight != 0) {
                PolarFactor local = PolarFactor.ofRounded(MmcrLoss.perSample(online, shape));
                localNuclear.add_(new Scalar(local.nuclearNorm()));
            }
        }
        return part;
    }

    @Override
    public Settled settle() {
        observed.settle();
        try (ReturningScope scope = new ReturningScope();
                NoGradGuard guard = new NoGradGuard()) {
            PartedCentroids.Spectrum spectrum = centroids.settle(communicator);
            double local = 0;
            if (localWeight != 0) {
                communicator.sum(localNuclear);
                local = localNuclear.item_double() / samples;
            }
            return new Settled(
                    figures.loss(spectrum.nuclearNorm(), local),
                    figures.values(spectrum.nuclearNorm(), local, spectrum.squaredNorm(), spectrum.effectiveRank()));
        }
    }

    @Override
    public Tensor loss(Part part, Tensor z, Optional<Tensor> momentum) {
        EmbeddingShape shape = observed.shape(z, momentum);
        observed.requireSettled(part, shape);
        try (ReturningScope scope = new ReturningScope()) {
            Tensor gradient;
            double value;
            try (NoGradGuard guard = new NoGradGuard()) {
                UnitRows online = unitRows(z, shape);
                Optional<Tensor> presence = presence(online, shape);
                Tensor own = MmcrLoss.weighted(MmcrLoss.centroids(online, shape, momentum), presence);
                Tensor polar = centroids.polar(part.first(), own);
                double viewWeight = -1.0 / views / (momentum.isPresent() ? 2 : 1);
                Tensor upstream = MmcrLoss.weighted(polar, presence).unsqueeze(1);
                value = -own.mul(polar).sum().item_double();
                if (localWeight != 0) {
                    PolarFactor local = PolarFactor.ofRounded(MmcrLoss.perSample(online, shape));
                    upstream = upstream.add(local.polar(), new Scalar(localWeight / samples / viewWeight));
                    value += localWeight * local.nuclearNorm() / samples;
                }
                gradient = online.backward(upstream, viewWeight).gradient().to(z.scalar_type());
            }
            return scope.keep(GivenGradient.scalar(z, gradient, value));
        }
    }

    private Optional<Tensor> presence(UnitRows online, EmbeddingShape shape) {
        return missing ? Optional.of(MmcrLoss.presence(online, shape)) : Optional.empty();
    }

    private static UnitRows unitRows(Tensor z, EmbeddingShape shape) {
        return UnitRows.of(z.detach().to(ScalarType.Double), "embeddings", shape.views());
    }
}
