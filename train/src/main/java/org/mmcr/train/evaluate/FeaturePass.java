package org.mmcr.train.evaluate;

import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.Futures;
import org.mmcr.data.DataSource;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.ViewShape;

/**
 * One pass of a data source through a model. Each thread prepares a batch and computes its features; the caller
 * receives the batches in order.
 *
 * <p>No tensor operation uses several threads. A parallel operation waits for its slowest thread, so other work, such
 * as writing the results, would delay every core.
 *
 * <p>Features do not depend on the number of threads. Memory: one forward pass per thread, and the features of
 * {@value #AHEAD} batches per thread.
 */
final class FeaturePass implements AutoCloseable {
    private static final int AHEAD = 8;
    private static final long JOIN_MILLIS = 60_000;

    private final DataSource data;
    private final FeatureModel model;
    private final ViewShape shape;
    private final List<EvaluationView.Writer> views;
    private final int batch;
    private final ExecutorService workers;
    private final List<Thread> started = new ArrayList<>();
    /**
     * Memory of features, allocated before the pass; allocated between activations, it would fragment the heap.
     */
    private final List<Tensor> all;

    private final Deque<Tensor> free;
    private final Deque<Block> ahead = new ArrayDeque<>();
    private int submitted;
    private volatile boolean cancelled;

    /** Samples of a batch; their features are in the first rows of {@code memory} once {@code work} is done. */
    private record Block(int first, int count, Tensor memory, Future<?> work) {}

    FeaturePass(DataSource data, FeatureModel model, List<EvaluationView> views, int batch, int threads) {
        this.data = data;
        this.model = model;
        this.shape = model.view().shape();
        this.views = views.stream().map(view -> view.of(data)).toList();
        this.batch = batch;
        int batches = (data.size() + batch - 1) / batch;
        all = Stream.generate(() -> torch.empty(batch, model.width()))
                .limit(Math.min(batches, AHEAD * threads))
                .toList();
        free = new ArrayDeque<>(all);
        workers = Executors.newFixedThreadPool(threads, loop -> {
            Thread thread = new Thread(InferenceThread.of(model, loop), "features");
            thread.setDaemon(true);
            started.add(thread);
            return thread;
        });
    }

    /** Passes every batch to the sink on the calling thread. */
    void forEach(FeatureSink sink) {
        while (submitted < data.size() || !ahead.isEmpty()) {
            while (submitted < data.size() && !free.isEmpty()) {
                submit();
            }
            Block block = ahead.remove();
            Futures.await(block.work(), "features were computed");
            try (PointerScope scope = new PointerScope()) {
                sink.accept(block.first(), block.memory().narrow(0, 0, block.count()));
            }
            free.push(block.memory());
        }
    }

    private void submit() {
        Tensor memory = free.pop();
        int first = submitted;
        int count = Math.min(batch, data.size() - first);
        ahead.add(new Block(first, count, memory, workers.submit(() -> compute(first, count, memory))));
        submitted += count;
    }

    private void compute(int first, int count, Tensor memory) {
        try (PointerScope scope = new PointerScope()) {
            Tensor rows = torch.empty(count, shape.length());
            Tensor sum = memory.narrow(0, 0, count);
            for (int view = 0; view < views.size(); view++) {
                write(views.get(view), first, count, NativeFloats.of(rows));
                Tensor features = InferenceThread.features(model, rows);
                if (view == 0) {
                    sum.copy_(features);
                } else {
                    sum.add_(features);
                }
            }
            if (views.size() > 1) {
                sum.div_(new Scalar(views.size()));
            }
        }
    }

    private void write(EvaluationView.Writer view, int first, int count, FloatBuffer target) {
        for (int i = 0; i < count; i++) {
            if (cancelled) {
                throw new CancellationException();
            }
            view.write(first + i, target, (long) i * shape.length());
        }
    }

    /** Stops the threads after their current sample and frees the memory. */
    @Override
    public void close() {
        // A flag, not an interrupt: interrupting a thread that reads a file would close the source's channel.
        cancelled = true;
        workers.shutdown();
        if (ended()) {
            all.forEach(Tensor::close);
        }
    }

    /**
     * Returns whether all threads have ended. Otherwise their memory is still in use and left to the garbage collector.
     */
    private boolean ended() {
        try {
            for (Thread thread : started) {
                thread.join(JOIN_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return started.stream().noneMatch(Thread::isAlive);
    }
}
