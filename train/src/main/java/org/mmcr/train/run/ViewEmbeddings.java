package org.mmcr.train.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.Futures;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.views.ViewBatch;
import org.mmcr.data.views.ViewBatchPlan;
import org.mmcr.data.views.ViewLoader;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.evaluate.ProgressListener;

/**
 * Computes embeddings of several random views of samples with a {@link ViewNetwork}: those of a run, by its encoder and
 * projector, or features. {@link org.mmcr.train.evaluate.FeatureExtractor} computes features of one deterministic view.
 */
public final class ViewEmbeddings {
    private static final int BATCH = 64;
    private static final int PREFETCH = 2;

    private final ViewNetwork network;
    private final int views;
    private final long seed;
    private final int threads;

    /** Creates an embedder with the encoder and projector of a run. */
    public ViewEmbeddings(TrainedModel model, int views, long seed, int threads) {
        this(ViewNetwork.projected(model), views, seed, threads);
    }

    /**
     * Creates an embedder.
     *
     * @param network not copied; nothing else may use it during a pass
     * @param views number of views of each sample
     * @param seed seed of the views
     * @param threads threads that augment views, and that compute if the network does so on its calling thread alone
     */
    public ViewEmbeddings(ViewNetwork network, int views, long seed, int threads) {
        if (views < 1) {
            throw new MmcrException("expected at least 1 view of each picture, found " + views);
        }
        this.network = network;
        this.views = views;
        this.seed = seed;
        this.threads = threads;
    }

    /** Returns the length of an embedding, D. */
    public int dimension() {
        return network.dimension();
    }

    /**
     * Returns the embeddings of some samples, float32 (N*K, D), the K views of a sample adjacent; the caller closes
     * them.
     */
    public Tensor collect(DataSource data, int[] samples) {
        return collect(data, samples, done -> {});
    }

    /**
     * The same with progress.
     *
     * @param progress receives the number of samples that are done
     */
    public Tensor collect(DataSource data, int[] samples, ProgressListener progress) {
        Tensor rows = torch.empty((long) samples.length * views, dimension());
        long[] done = {0};
        stream(data, samples, block -> {
            rows.narrow(0, done[0], block.size(0)).copy_(block);
            done[0] += block.size(0);
            progress.done(Math.toIntExact(done[0] / views));
        });
        return rows;
    }

    /**
     * Passes the embeddings of some samples on block by block, in order: float32 (B*K, D), the K views of a sample
     * adjacent, in a scope that ends with the call.
     *
     * @param samples indices into the data
     */
    public void stream(DataSource data, int[] samples, Consumer<Tensor> sink) {
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try (ViewLoader loader = new ViewLoader(data, seed, threads, PREFETCH, 0, step -> plan(step, samples));
                NoGradGuard guard = new NoGradGuard();
                Precision.Scope autocast = network.precision().autocast(network.device())) {
            boolean more = true;
            while (more) {
                try (PointerScope scope = new PointerScope()) {
                    more = embed(loader, workers, sink);
                }
            }
        } finally {
            workers.shutdown();
        }
    }

    private boolean embed(ViewLoader loader, ExecutorService workers, Consumer<Tensor> sink) {
        Optional<ViewBatch> next = loader.next();
        if (next.isEmpty()) {
            return false;
        }
        try (ViewBatch batch = next.get()) {
            sink.accept(
                    network.callingThreadOnly()
                            ? embedInParts(batch.tensor(), workers)
                            : network.forward().apply(batch.tensor()).contiguous());
        }
        return true;
    }

    /** Computes a part of the batch on each thread. */
    private Tensor embedInParts(Tensor x, ExecutorService workers) {
        int rows = Math.toIntExact(x.size(0));
        Tensor all = torch.empty(rows, network.dimension());
        int part = (rows + threads - 1) / threads;
        List<Future<?>> parts = new ArrayList<>();
        for (int first = 0; first < rows; first += part) {
            int from = first;
            int count = Math.min(part, rows - first);
            parts.add(workers.submit(() -> {
                try (PointerScope scope = new PointerScope();
                        NoGradGuard guard = new NoGradGuard()) {
                    all.narrow(0, from, count).copy_(network.forward().apply(x.narrow(0, from, count)));
                }
            }));
        }
        parts.forEach(work -> Futures.await(work, "embeddings were computed"));
        return all;
    }

    private Optional<ViewBatchPlan> plan(long step, int[] samples) {
        int from = Math.toIntExact(step * BATCH);
        if (from >= samples.length) {
            return Optional.empty();
        }
        int[] some = Arrays.copyOfRange(samples, from, Math.min(samples.length, from + BATCH));
        return Optional.of(new ViewBatchPlan(step, 0, some, views, network.recipes()));
    }
}
