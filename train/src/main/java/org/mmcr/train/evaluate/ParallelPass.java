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
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.data.DataSource;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.Precision;

/**
 * One pass of a source through an encoder: each thread makes the views of a batch and computes their features by itself, and the
 * caller gets the batches in order.
 *
 * <p>No operation is shared among threads. Where it is, every one of them waits when one is held up, so that a little work beside
 * the pass, such as writing what it finds, costs its time on every core. Here it costs its own time only, and so do views.
 *
 * <p>Features do not depend on the number of threads. Memory is that of one forward pass a thread, and of the features of
 * {@value #AHEAD} batches a thread.
 */
final class ParallelPass implements AutoCloseable {
    private static final int AHEAD = 8;

    private final DataSource data;
    private final Encoder encoder;
    private final EvaluationView view;
    private final EvaluationView.Writer views;
    private final int batch;
    private final ExecutorService workers;
    private final List<Thread> started = new ArrayList<>();
    /** Memory of features, made before the pass: between the activations, whose places libtorch uses again, it would scatter them. */
    private final List<Tensor> all;

    private final Deque<Tensor> free;
    private final Deque<Block> ahead = new ArrayDeque<>();
    private int submitted;
    private volatile boolean cancelled;

    /** Samples whose features are in the first rows of {@code memory} once the work is done. */
    private record Block(int first, int count, Tensor memory, Future<?> work) {}

    /** The encoder must be in evaluation mode until the pass is closed. */
    ParallelPass(DataSource data, Encoder encoder, EvaluationView view, Precision precision, int batch, int threads) {
        this.data = data;
        this.encoder = encoder;
        this.view = view;
        this.views = view.of(data);
        this.batch = batch;
        int batches = (data.size() + batch - 1) / batch;
        all = Stream.generate(() -> torch.empty(batch, encoder.features()))
                .limit(Math.min(batches, AHEAD * threads))
                .toList();
        free = new ArrayDeque<>(all);
        workers = Executors.newFixedThreadPool(threads, loop -> {
            Thread thread = new Thread(() -> alone(precision, loop), "features");
            thread.setDaemon(true);
            started.add(thread);
            return thread;
        });
    }

    /** What holds for a thread as long as it lives: low-precision weights are made once in it, not for every batch. */
    private static void alone(Precision precision, Runnable loop) {
        SingleThreadedOps.begin();
        try (NoGradGuard noGrad = new NoGradGuard();
                Precision.Scope autocast = precision.autocast()) {
            loop.run();
        }
    }

    /** Passes every batch to the sink on the calling thread. */
    void forEach(FeatureSink sink) {
        while (submitted < data.size() || !ahead.isEmpty()) {
            while (submitted < data.size() && !free.isEmpty()) {
                submit();
            }
            Block block = ahead.remove();
            Workers.await(block.work());
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
            int length = view.shape().length();
            Tensor rows = torch.empty(count, length);
            FloatBuffer floats = NativeFloats.of(rows);
            for (int i = 0; i < count; i++) {
                if (cancelled) {
                    throw new CancellationException();
                }
                views.write(first + i, floats, (long) i * length);
            }
            memory.narrow(0, 0, count).copy_(encoder.forward(view.shape().arrange(rows)));
        }
    }

    /** Ends the threads, waits for the samples they are at, and frees the memory. */
    @Override
    public void close() {
        // A flag, not an interrupt: interrupting a thread that reads a file would close the source's channel.
        cancelled = true;
        workers.shutdown();
        if (Workers.ended(started)) {
            all.forEach(Tensor::close);
        }
    }
}
