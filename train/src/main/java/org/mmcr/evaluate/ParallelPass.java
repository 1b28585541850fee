package org.mmcr.evaluate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.data.DataSource;
import org.mmcr.encoder.Encoder;
import org.mmcr.encoder.Precision;
import org.mmcr.views.EvaluationView;

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
    private static final int AHEAD = 2;

    private final DataSource data;
    private final Encoder encoder;
    private final EvaluationView view;
    private final EvaluationView.Writer views;
    private final int batch;
    private final int most;
    private final ExecutorService workers;
    private final List<Thread> started = new ArrayList<>();
    private final Deque<Future<Tensor>> ahead = new ArrayDeque<>();
    private int submitted;
    private volatile boolean cancelled;

    /** The encoder must be in evaluation mode until the pass is closed. */
    ParallelPass(DataSource data, Encoder encoder, EvaluationView view, Precision precision, int batch, int threads) {
        this.data = data;
        this.encoder = encoder;
        this.view = view;
        this.views = view.of(data);
        this.batch = batch;
        most = AHEAD * threads;
        workers = Executors.newFixedThreadPool(threads, loop -> {
            Thread thread = new Thread(() -> alone(precision, loop), "features");
            thread.setDaemon(true);
            started.add(thread);
            return thread;
        });
    }

    /** What holds for a thread as long as it lives: low-precision weights are made once in it, not for every batch. */
    private static void alone(Precision precision, Runnable loop) {
        LoneThread.begin();
        try (NoGradGuard noGrad = new NoGradGuard();
                Precision.Scope autocast = precision.autocast()) {
            loop.run();
        }
    }

    /** Passes every batch to the sink on the calling thread. */
    void forEach(FeatureSink sink) {
        int first = 0;
        while (first < data.size()) {
            while (submitted < data.size() && ahead.size() < most) {
                submit();
            }
            try (PointerScope scope = new PointerScope();
                    Tensor features = Workers.await(ahead.remove())) {
                sink.accept(first, features);
                first += Math.toIntExact(features.size(0));
            }
        }
    }

    private void submit() {
        int first = submitted;
        int count = Math.min(batch, data.size() - first);
        ahead.add(workers.submit(() -> features(first, count)));
        submitted += count;
    }

    /** float32 (count, width), contiguous; whoever takes it closes it. */
    private Tensor features(int first, int count) {
        try (PointerScope scope = new PointerScope()) {
            int length = view.shape().length();
            Tensor rows = torch.empty(count, length);
            var floats = NativeFloats.of(rows);
            for (int i = 0; i < count; i++) {
                if (cancelled) {
                    throw new CancellationException();
                }
                views.write(first + i, floats, (long) i * length);
            }
            Tensor features = encoder.forward(view.shape().arrange(rows)).contiguous();
            features.retainReference();
            return features;
        }
    }

    /** Ends the threads, waits until they have given back what they hold, and frees what nobody took. */
    @Override
    public void close() {
        // A flag, not an interrupt: interrupting a thread that reads a file would close the source's channel.
        cancelled = true;
        workers.shutdown();
        if (Workers.ended(started)) {
            ahead.forEach(ParallelPass::free);
        }
    }

    private static void free(Future<Tensor> batch) {
        try {
            Workers.await(batch).close();
        } catch (RuntimeException e) {
            // Its own error came behind the one that ended the pass.
        }
    }
}
