package org.mmcr.objective.information;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Fits mixtures of von Mises-Fisher distributions by expectation maximisation (Banerjee et al. 2005), with k-means++
 * starts. The concentration is corrected for the expected length of the mean of a few random points.
 */
final class MixtureFit {
    private static final int STARTS = 6;
    private static final int FIRST_ROUNDS = 4;
    private static final int ROUNDS = 25;
    /** Components with less weight than this many points are dropped. */
    private static final double FEWEST = 2;
    /** Length below which a sum of unit rows is rounding: the points cancel and have no mean direction. */
    private static final double CANCELLED = 1e-12;

    private final Tensor rows;
    private final int points;
    private final int dimension;

    /** @param rows (N, D) float64 unit rows, which the caller keeps alive */
    MixtureFit(Tensor rows) {
        this.rows = rows;
        this.points = Math.toIntExact(rows.size(0));
        this.dimension = Math.toIntExact(rows.size(1));
    }

    /**
     * Fits at most {@code components} components: the best of a few starts after a few rounds is iterated to the end.
     */
    VonMisesFisherMixture fit(int components, RandomGenerator random) {
        VonMisesFisherMixture best = improved(start(components, random), FIRST_ROUNDS);
        if (components == 1) {
            return best;
        }
        double most = likelihood(best);
        for (int other = 1; other < STARTS; other++) {
            VonMisesFisherMixture mixture = improved(start(components, random), FIRST_ROUNDS);
            double likelihood = likelihood(mixture);
            if (likelihood > most) {
                best = mixture;
                most = likelihood;
            }
        }
        return improved(best, ROUNDS);
    }

    private double likelihood(VonMisesFisherMixture mixture) {
        return Arrays.stream(mixture.logDensity(rows)).sum();
    }

    private VonMisesFisherMixture improved(VonMisesFisherMixture from, int rounds) {
        VonMisesFisherMixture mixture = from;
        for (int round = 0; round < rounds && mixture.weights().size() > 1; round++) {
            try (PointerScope step = new PointerScope()) {
                mixture = maximise(mixture.logTerms(rows).softmax(1));
            }
        }
        return mixture;
    }

    /** Returns the mixture in which every point belongs to the nearest start. */
    private VonMisesFisherMixture start(int components, RandomGenerator random) {
        try (PointerScope scope = new PointerScope()) {
            Tensor cosines = torch.matmul(rows, starts(components, random).t());
            Tensor nearest = cosines.argmax(new LongOptional(1), false);
            Tensor responsibilities = torch.zeros_like(cosines);
            responsibilities.scatter_(1, nearest.unsqueeze(1), new Scalar(1));
            return maximise(responsibilities);
        }
    }

    /** Draws k-means++ starts: each with probability proportional to the squared chord to the nearest earlier one. */
    private Tensor starts(int components, RandomGenerator random) {
        List<Long> chosen = new ArrayList<>(List.of((long) random.nextInt(points)));
        double[] distance = new double[points];
        Arrays.fill(distance, Double.POSITIVE_INFINITY);
        while (chosen.size() < components) {
            Tensor last = rows.select(0, chosen.get(chosen.size() - 1));
            double[] cosines = SpherePoints.values(torch.matmul(rows, last));
            double total = 0;
            for (int i = 0; i < points; i++) {
                distance[i] = Math.min(distance[i], Math.max(0, 1 - cosines[i]));
                total += distance[i];
            }
            double rest = random.nextDouble() * total;
            int next = 0;
            while (next < points - 1 && rest > distance[next]) {
                rest -= distance[next++];
            }
            chosen.add((long) next);
        }
        return rows.index_select(
                0, Tensor.create(chosen.stream().mapToLong(Long::longValue).toArray()));
    }

    private VonMisesFisherMixture maximise(Tensor responsibilities) {
        double[] sizes = SpherePoints.values(responsibilities.sum(0));
        Tensor sums = torch.matmul(responsibilities.t(), rows);
        Tensor lengths = torch.linalg_vector_norm(sums, new Scalar(2), new long[] {1}, true, new ScalarTypeOptional());
        double[] length = SpherePoints.values(lengths.flatten());
        double[] directions = SpherePoints.values(sums.div(lengths.clamp_min(new Scalar(1e-300))));
        List<Double> weights = new ArrayList<>();
        List<List<Double>> means = new ArrayList<>();
        List<VonMisesFisher> laws = new ArrayList<>();
        double kept = 0;
        for (int c = 0; c < sizes.length; c++) {
            if (sizes[c] < FEWEST) {
                continue;
            }
            if (length[c] < CANCELLED) {
                // The component is uniform then, and its direction is arbitrary.
                Arrays.fill(directions, c * dimension, (c + 1) * dimension, 0);
                directions[c * dimension] = 1;
            }
            kept += sizes[c];
            weights.add(sizes[c]);
            means.add(VonMisesFisherMixture.boxed(Arrays.copyOfRange(directions, c * dimension, (c + 1) * dimension)));
            laws.add(VonMisesFisher.fit(dimension, meanCosine(length[c], sizes[c])));
        }
        double total = kept;
        return new VonMisesFisherMixture(
                weights.stream().map(size -> size / total).toList(), means, laws);
    }

    /** Returns the mean cosine to the mean direction, corrected for the number of points. */
    private static double meanCosine(double length, double size) {
        double square = (length * length - size) / (size * (size - 1));
        return Math.min(1, Math.sqrt(Math.max(0, square)));
    }
}
