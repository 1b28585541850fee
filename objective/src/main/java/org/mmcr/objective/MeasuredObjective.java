package org.mmcr.objective;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Another objective whose figures are followed by those of MMCR for the same embeddings: percent error of the bound,
 * squared centroid norm, effective rank. Loss and gradient are the other objective's own.
 *
 * <p>So runs of different objectives can be compared in the same figures, and the caution about collapsed centroids
 * applies to all. It costs one evaluation of MMCR without gradient per step, and its exchange for a batch in parts.
 */
@API(status = API.Status.STABLE)
public final class MeasuredObjective implements Objective {
    private final Objective objective;
    private final MmcrLoss measure;
    private final boolean ofTargets;

    /** Measures an objective whose figures have other names than those of {@link MmcrLoss}. */
    public MeasuredObjective(Objective objective) {
        this(objective, new MmcrLoss(), false);
    }

    private MeasuredObjective(Objective objective, MmcrLoss measure, boolean ofTargets) {
        this.objective = objective;
        this.measure = measure;
        this.ofTargets = ofTargets;
    }

    /**
     * Measures the momentum embeddings of an objective that needs them, because its embeddings are predictions of
     * them.
     */
    public static MeasuredObjective ofTargets(Objective objective) {
        return new MeasuredObjective(objective, new MmcrLoss(), true);
    }

    @Override
    public Objective withMissingViews() {
        return new MeasuredObjective(objective.withMissingViews(), measure.withMissingViews(), ofTargets);
    }

    @Override
    public String name() {
        return objective.name();
    }

    @Override
    public List<ObjectiveFigure> figures() {
        return Stream.concat(objective.figures().stream(), measure.figures().stream())
                .toList();
    }

    @Override
    public Objective at(long step) {
        Objective other = objective.at(step);
        return other == objective ? this : new MeasuredObjective(other, measure, ofTargets);
    }

    @Override
    public Result compute(Tensor embeddings, int views, Optional<Tensor> momentum) {
        Result result = objective.compute(embeddings, views, momentum);
        try (NoGradGuard guard = new NoGradGuard()) {
            Result measured = measure.compute(ofTargets ? momentum.orElseThrow() : embeddings, views);
            return new Result(result.loss(), result.value(), joined(result.figures(), measured.figures()));
        }
    }

    private static Map<String, Double> joined(Map<String, Double> own, Map<String, Double> measured) {
        Map<String, Double> all = new LinkedHashMap<>(own);
        all.putAll(measured);
        return all;
    }

    @Override
    public PartedBatch parted(long samples, int views, long dimensions, Communicator communicator) {
        return new MeasuredBatch(
                objective.parted(samples, views, dimensions, communicator),
                measure.parted(samples, views, dimensions, communicator),
                ofTargets);
    }

    /** The objective's batch beside one of MMCR, which gives its figures alone. */
    private record MeasuredBatch(PartedBatch batch, PartedBatch measure, boolean ofTargets) implements PartedBatch {
        @Override
        public Part observe(Tensor embeddings, Optional<Tensor> momentum) {
            Part part = batch.observe(embeddings, momentum);
            measure.observe(ofTargets ? momentum.orElseThrow() : embeddings);
            return part;
        }

        @Override
        public Settled settle() {
            Settled settled = batch.settle();
            return new Settled(
                    settled.loss(), joined(settled.figures(), measure.settle().figures()));
        }

        @Override
        public Tensor loss(Part part, Tensor embeddings, Optional<Tensor> momentum) {
            return batch.loss(part, embeddings, momentum);
        }
    }

    @Override
    public String exchange(long samples, int views, long dimensions) {
        return objective.exchange(samples, views, dimensions) + " and, for the figures of MMCR, "
                + measure.exchange(samples, views, dimensions);
    }

    @Override
    public List<FigureReference> references(long samples, long dimensions) {
        return Stream.concat(
                        objective.references(samples, dimensions).stream(),
                        measure.references(samples, dimensions).stream())
                .toList();
    }

    @Override
    public List<Diagnostic> cautions(long samples, long dimensions) {
        return objective.cautions(samples, dimensions);
    }
}
