package org.mmcr.report.capacity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.MmcrException;
import org.mmcr.capacity.CapacitySummary;
import org.mmcr.capacity.ManifoldGeometry;
import org.mmcr.capacity.PreparedManifolds;

/** Measures the capacity of manifolds, several at a time; the result does not depend on how many. */
public final class CapacityRun {
    private final CapacityOptions options;
    private final int threads;

    public CapacityRun(CapacityOptions options, int threads) {
        this.options = options;
        this.threads = threads;
    }

    /**
     * Measures.
     *
     * @param manifolds points (m_i, N) of each, float32 or float64
     * @param labels a name for each
     * @param done hears how many manifolds are finished
     */
    public CapacityReport measure(List<Tensor> manifolds, List<String> labels, IntConsumer done) {
        long began = System.nanoTime();
        PreparedManifolds prepared = prepare(manifolds);
        List<ManifoldGeometry> found = geometries(prepared, done);
        int[] dimensions =
                prepared.points().stream().mapToInt(points -> points[0].length).toArray();
        CapacitySummary summary = CapacitySummary.of(found, dimensions, options.seed());
        return new CapacityReport(
                CapacityReport.Value.of(summary.capacity()),
                CapacityReport.Value.of(summary.radius()),
                CapacityReport.Value.of(summary.dimension()),
                prepared.correlation(),
                prepared.residual(),
                prepared.lowRank(),
                prepared.participationRatio(),
                prepared.explainedVarianceDimension(),
                perManifold(labels, prepared, found),
                summary.worstGap(),
                (System.nanoTime() - began) * 1e-9);
    }

    private PreparedManifolds prepare(List<Tensor> manifolds) {
        try (PointerScope scope = new PointerScope()) {
            List<Tensor> used = new ArrayList<>();
            for (int i = 0; i < manifolds.size(); i++) {
                used.add(projected(sampled(manifolds.get(i), i)));
            }
            return PreparedManifolds.of(used, options.seed());
        }
    }

    private Tensor sampled(Tensor points, int manifold) {
        int count = Math.toIntExact(points.size(0));
        if (options.maxPoints().isEmpty() || count <= options.maxPoints().getAsInt()) {
            return points;
        }
        RandomGenerator random = generator(manifold, 1);
        long[] order = IntStream.range(0, count).asLongStream().toArray();
        for (int i = 0; i < options.maxPoints().getAsInt(); i++) {
            int j = i + random.nextInt(count - i);
            long other = order[j];
            order[j] = order[i];
            order[i] = other;
        }
        long[] chosen = Arrays.copyOf(order, options.maxPoints().getAsInt());
        Arrays.sort(chosen);
        return points.index_select(0, Tensor.create(chosen));
    }

    private Tensor projected(Tensor points) {
        if (options.project().isEmpty() || points.size(1) <= options.project().getAsInt()) {
            return points;
        }
        int from = Math.toIntExact(points.size(1));
        int to = options.project().getAsInt();
        Random random = new Random(options.seed());
        double[] entries = new double[from * to];
        Arrays.setAll(entries, i -> random.nextGaussian() / Math.sqrt(to));
        return torch.matmul(points.to(ScalarType.Double), Tensor.create(entries, from, to));
    }

    private List<ManifoldGeometry> geometries(PreparedManifolds prepared, IntConsumer done) {
        ExecutorService workers = Executors.newFixedThreadPool(threads, CapacityRun::daemon);
        try {
            List<Future<ManifoldGeometry>> running = new ArrayList<>();
            for (int i = 0; i < prepared.points().size(); i++) {
                int manifold = i;
                running.add(workers.submit(() -> geometry(prepared.points().get(manifold), manifold)));
            }
            List<ManifoldGeometry> found = new ArrayList<>();
            for (Future<ManifoldGeometry> one : running) {
                found.add(one.get());
                done.accept(found.size());
            }
            return found;
        } catch (InterruptedException e) {
            throw new MmcrException("interrupted while measuring capacity", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } finally {
            workers.shutdownNow();
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "capacity");
        thread.setDaemon(true);
        return thread;
    }

    private ManifoldGeometry geometry(double[][] points, int manifold) {
        double[][] directions =
                ManifoldGeometry.directions(options.directions(), points[0].length, generator(manifold, 2));
        return ManifoldGeometry.of(points, directions, options.kappa());
    }

    /** Depends on the seed, the manifold and the purpose, not on the order of the work. */
    private RandomGenerator generator(int manifold, int purpose) {
        long mixed = (options.seed() ^ (manifold * 2L + purpose)) * 0x9E3779B97F4A7C15L;
        return RandomGeneratorFactory.of("L64X128MixRandom").create(mixed ^ mixed >>> 29);
    }

    private static List<CapacityReport.Manifold> perManifold(
            List<String> labels, PreparedManifolds prepared, List<ManifoldGeometry> found) {
        return IntStream.range(0, found.size())
                .mapToObj(i -> new CapacityReport.Manifold(
                        labels.get(i),
                        prepared.points().get(i).length,
                        found.get(i).capacity(),
                        found.get(i).radius(),
                        found.get(i).dimension()))
                .toList();
    }
}
