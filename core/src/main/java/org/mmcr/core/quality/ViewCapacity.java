package org.mmcr.core.quality;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.mmcr.core.JitteredSample;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacityOptions;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.core.capacity.CapacitySummary.Interval;
import org.mmcr.core.capacity.Caution;
import org.mmcr.core.capacity.ManifoldCapacity;
import org.mmcr.core.capacity.ManifoldCapacity.Manifold;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.SeededRandom;
import org.mmcr.core.capacity.SeededRandom.Purpose;
import org.mmcr.core.capacity.TaskRunner;

/**
 * Manifold capacity without labels: each picture is a class, and its K views are the points of its manifold. This is
 * the quantity that the objective is named for. It depends on K and on the augmentation, and rises with the number of
 * pictures that are measured together.
 *
 * @param capacity pictures per dimension that a linear read-out separates; harmonic mean over pictures
 * @param radius radius of a picture's views in norms of their centre; mean over pictures
 * @param dimension dimension of a picture's views, at most K; mean over pictures
 * @param pictures number of pictures measured: all, or {@value #MOST} spread over them
 * @param cautions ill-posed cases, with the indices of the pictures concerned; none if it concerns all
 */
@API(status = API.Status.STABLE)
public record ViewCapacity(
        Interval capacity, Interval radius, Interval dimension, int pictures, Map<Caution, List<String>> cautions) {
    /** Largest number of pictures, because time grows with it. */
    public static final int MOST = 200;

    private static final int RESAMPLES = 400;
    private static final double TAIL = 0.025;

    /**
     * Measures the manifolds of the views, as they are, with {@link CapacityOptions#defaults()}. Intervals are 95 %
     * percentiles over bootstrap samples of the pictures.
     *
     * @param seed seed of the directions and of the resamples
     * @throws MmcrException if there are fewer than two pictures or two views, or a picture has no centre of its own
     */
    public static ViewCapacity of(EmbeddedViews embeddings, long seed, TaskRunner runner) {
        if (embeddings.views() < 2) {
            throw new MmcrException("expected at least 2 views of each picture for view capacity, found "
                    + embeddings.views() + "; embed more views");
        }
        int[] chosen = JitteredSample.of(embeddings.pictures(), MOST);
        EmbeddedViews some = embeddings.chosen(chosen);
        List<String> names = Arrays.stream(chosen).mapToObj(String::valueOf).toList();
        int length = some.views() * some.dimension();
        ManifoldSource source = ManifoldSource.of(
                names,
                i -> new Matrix(
                        some.views(),
                        some.dimension(),
                        Arrays.copyOfRange(some.rows().values(), i * length, (i + 1) * length)));
        CapacityOptions usual = CapacityOptions.defaults();
        CapacityOptions options = new CapacityOptions(usual.kappa(), usual.directions(), seed);
        ManifoldCapacity measured = ManifoldCapacity.of(source, options, runner, CapacityProgress.NONE);
        return of(measured, seed);
    }

    private static ViewCapacity of(ManifoldCapacity measured, long seed) {
        List<Manifold> each = measured.perManifold();
        Interval inverse = mean(each, one -> 1 / one.capacity(), seed);
        return new ViewCapacity(
                new Interval(measured.capacity().value(), 1 / inverse.high(), 1 / inverse.low()),
                mean(each, Manifold::radius, seed),
                mean(each, Manifold::dimension, seed),
                each.size(),
                measured.cautions());
    }

    /** The mean over pictures with its bootstrap interval. */
    private static Interval mean(List<Manifold> each, ToDoubleFunction<Manifold> figure, long seed) {
        double[] values = each.stream().mapToDouble(figure).toArray();
        RandomGenerator random = SeededRandom.generator(seed, Purpose.RESAMPLES, values.length);
        double[] means = IntStream.range(0, RESAMPLES)
                .mapToDouble(r -> random.ints(values.length, 0, values.length)
                        .mapToDouble(i -> values[i])
                        .average()
                        .orElseThrow())
                .sorted()
                .toArray();
        int cut = (int) (TAIL * RESAMPLES);
        return new Interval(Arrays.stream(values).average().orElseThrow(), means[cut], means[RESAMPLES - 1 - cut]);
    }
}
