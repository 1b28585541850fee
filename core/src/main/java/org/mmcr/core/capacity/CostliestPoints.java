package org.mmcr.core.capacity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.mmcr.core.capacity.CapacityJob.Measured;
import org.mmcr.core.capacity.CapacityJob.Posed;
import org.mmcr.core.capacity.ManifoldCapacity.CostlyPoint;

/**
 * The points that support the anchors most, and the capacity without each of them. Leaving one out takes as long as
 * measuring its class.
 */
final class CostliestPoints {
    private final CapacityJob job;
    private final List<Measured> measured;
    private final List<Candidate> chosen;

    private record Candidate(int manifold, int point, double cost) {}

    /** Chooses the points of all measured manifolds; none of a manifold of one point. */
    CostliestPoints(CapacityJob job, List<Measured> measured) {
        this.job = job;
        this.measured = measured;
        List<Candidate> candidates = new ArrayList<>();
        int wanted = job.options().costliest();
        for (int i = 0; i < measured.size() && wanted > 0; i++) {
            double[] cost = measured.get(i).support().cost();
            for (int point = 0; cost.length > 1 && point < cost.length; point++) {
                if (cost[point] > 0) {
                    candidates.add(new Candidate(i, point, cost[point]));
                }
            }
        }
        // The sort is stable: of equal costs the first point comes first.
        chosen = candidates.stream()
                .sorted(Comparator.comparing(Candidate::cost).reversed())
                .limit(wanted)
                .toList();
    }

    /** Returns the sum of 1 / capacity over manifolds. */
    static double cost(List<Measured> measured) {
        return measured.stream()
                .mapToDouble(one -> 1 / one.geometry().capacity())
                .sum();
    }

    int count() {
        return chosen.size();
    }

    /** Returns the points, with the capacity without each. Each class concerned is read again. */
    List<CostlyPoint> leaveOut(ManifoldSource source, TaskRunner runner) {
        double total = cost(measured);
        return runner.all(0, chosen.size(), i -> leftOut(chosen.get(i), source, total));
    }

    /**
     * The problem of the other points around their own mean, in the same coordinates, with the same directions; empty
     * if that mean is at the origin.
     */
    private Optional<Posed> rest(Candidate candidate, Posed posed, Matrix points) {
        OptionalDouble norm = job.preparation().centreNorm(without(points, candidate.point()));
        if (norm.isEmpty()) {
            return Optional.empty();
        }
        Matrix others = without(posed.manifold().coordinates(), candidate.point());
        others.subtractFromRows(others.meanRow());
        Matrix scaled = others.scale(posed.manifold().centreNorm() / norm.getAsDouble());
        return Optional.of(new Posed(new AnchorProblem(scaled, job.options().kappa()), posed.manifold()));
    }

    private double squaredDistances(Posed posed, int manifold) {
        double sum = 0;
        for (int batch = 0; batch < job.batches(); batch++) {
            for (double one : job.solve(posed, manifold, batch).distances()) {
                sum += one;
            }
        }
        return sum;
    }

    private static Matrix without(Matrix points, int row) {
        Matrix others = Matrix.zeros(points.rows() - 1, points.columns());
        int before = row * points.columns();
        int after = before + points.columns();
        System.arraycopy(points.values(), 0, others.values(), 0, before);
        System.arraycopy(points.values(), after, others.values(), before, others.values().length - before);
        return others;
    }

    private CostlyPoint leftOut(Candidate candidate, ManifoldSource source, double total) {
        int manifold = candidate.manifold();
        Matrix points = source.points(manifold);
        Posed posed = job.pose(manifold, points);
        Optional<Posed> rest = rest(candidate, posed, points);
        int directions = job.options().directions();
        Measured whole = measured.get(manifold);
        double without = rest.isEmpty()
                ? Double.NaN
                : total - 1 / whole.geometry().capacity() + squaredDistances(rest.get(), manifold) / directions;
        return new CostlyPoint(
                source.name(manifold),
                candidate.point(),
                Doubles.length(posed.manifold().coordinates().row(candidate.point())),
                (double) whole.support().active()[candidate.point()] / directions,
                candidate.cost() / directions / total,
                measured.size() / without);
    }
}
