package org.mmcr.train.evaluate;

import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.data.DataSource;
import org.mmcr.data.views.EvaluationView;

/**
 * Evaluation views of a whole source, in order, prepared by worker threads. Holds {@value #AHEAD} batches, whatever the size of
 * the source; the values do not depend on the number of threads.
 *
 * <p>Views are prepared ahead of the consumer, beside its work, unless they take much less time than that. A forward pass that
 * uses every core waits as a whole when one of its threads is held up, so a little work is cheaper between two passes than beside
 * one.
 */
final class PreparedViews implements AutoCloseable {
    private static final int AHEAD = 3;
    /** Views are prepared ahead from this share of the consumer's time on. */
    private static final double WORTH_OVERLAPPING = 0.125;

    /** float32 (batch, length), and the same memory for the threads that write it. */
    private record Rows(Tensor tensor, FloatBuffer floats) {
        static Rows of(int batch, int length) {
            Tensor tensor = torch.empty(batch, length);
            return new Rows(tensor, NativeFloats.of(tensor));
        }
    }

    /** Rows and the work that fills them, which returns the nanoseconds it took. */
    private record Slot(Rows rows, int first, int count, List<Future<Long>> work) {}

    private final DataSource data;
    private final EvaluationView.Writer views;
    private final int length;
    private final int batch;
    private final int threads;
    private final ExecutorService workers;
    private final List<Thread> started = new ArrayList<>();
    /** Taken from where they are put back: memory that was used last is nearest. */
    private final Deque<Rows> free = new ArrayDeque<>();

    private final Deque<Slot> ahead = new ArrayDeque<>();
    private int submitted;
    private volatile boolean cancelled;

    PreparedViews(DataSource data, EvaluationView view, int batch, int threads) {
        this.data = data;
        this.views = view.of(data);
        this.length = view.shape().length();
        this.batch = batch;
        this.threads = threads;
        this.workers = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "evaluation-views");
            thread.setDaemon(true);
            started.add(thread);
            return thread;
        });
        int slots = Math.min(AHEAD, (data.size() + batch - 1) / batch);
        for (int i = 0; i < slots; i++) {
            free.add(Rows.of(batch, length));
        }
    }

    interface Consumer {
        /** views: float32 (rows, length), valid during the call. */
        void accept(int firstRow, Tensor views);
    }

    /** Passes every batch to the consumer on the calling thread. */
    void forEach(Consumer consumer) {
        boolean overlap = true;
        while (submitted < data.size() || !ahead.isEmpty()) {
            if (ahead.isEmpty()) {
                submit();
            }
            Slot slot = ahead.remove();
            try (Tensor rows = slot.rows().tensor().narrow(0, 0, slot.count())) {
                double preparing = (double) await(slot) / threads;
                while (overlap && submitted < data.size() && !free.isEmpty()) {
                    submit();
                }
                long begin = System.nanoTime();
                consumer.accept(slot.first(), rows);
                overlap = preparing > WORTH_OVERLAPPING * (System.nanoTime() - begin);
            } finally {
                free.push(slot.rows());
            }
        }
    }

    private void submit() {
        Rows rows = free.pop();
        int count = Math.min(batch, data.size() - submitted);
        List<Future<Long>> work = new ArrayList<>();
        int share = (count + threads - 1) / threads;
        for (int from = 0; from < count; from += share) {
            int first = submitted;
            int start = from;
            int end = Math.min(count, from + share);
            work.add(workers.submit(() -> write(rows.floats(), first, start, end)));
        }
        ahead.add(new Slot(rows, submitted, count, work));
        submitted += count;
    }

    private long write(FloatBuffer floats, int first, int start, int end) {
        long begin = System.nanoTime();
        for (int i = start; i < end && !cancelled; i++) {
            views.write(first + i, floats, (long) i * length);
        }
        return System.nanoTime() - begin;
    }

    private static long await(Slot slot) {
        return slot.work().stream().mapToLong(Workers::await).sum();
    }

    /** Ends the workers, waits for the samples they are at, and frees the buffers. */
    @Override
    public void close() {
        // A flag, not an interrupt: interrupting a thread that reads a file would close the source's channel.
        cancelled = true;
        workers.shutdown();
        if (Workers.ended(started)) {
            ahead.forEach(slot -> slot.rows().tensor().close());
            free.forEach(rows -> rows.tensor().close());
        }
    }
}
