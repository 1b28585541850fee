package org.mmcr.explorer.serve;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureModel;
import org.mmcr.train.evaluate.InferenceThread;

/**
 * Computes the features of waiting pictures, several in one forward pass, on threads that compute as those of {@code
 * mmcr embed} do.
 *
 * <p>An idle thread waits a short time for its batch to fill, and then takes an equal part of what waits, so that eight
 * requests at a time do not become one batch beside an idle core. While all threads compute, the next batch fills by
 * itself. {@link Admission} bounds the number of pictures here.
 */
final class PictureBatcher implements AutoCloseable {
    /** ONNX Runtime and libtorch overflow the default stack of 1 MiB, which ends the process. */
    private static final long STACK_BYTES = 64L << 20;

    private static final long JOIN_MILLIS = 60_000;

    private final FeatureModel model;
    private final int batch;
    private final long waitNanos;
    private final IntConsumer computed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Guarded by the lock, as are the two below. */
    private final Deque<Waiting> queue = new ArrayDeque<>();

    private int idle;
    private boolean closed;
    private final List<Thread> threads = new ArrayList<>();

    /** A prepared picture, the time it came, and its features to be. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Waiting(float[] row, long since, CompletableFuture<float[]> features) {}

    /**
     * Starts the threads.
     *
     * @param wait how long a batch that is not full waits for further pictures
     * @param computed receives the size of every batch, on any thread
     */
    PictureBatcher(FeatureModel model, int threads, Duration wait, IntConsumer computed) {
        this.model = model;
        this.batch = new FeatureExtractor(model, Integer.MAX_VALUE, 1).batch();
        this.waitNanos = wait.toNanos();
        this.computed = computed;
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(null, InferenceThread.of(model, this::work), "serve-features", STACK_BYTES);
            thread.setDaemon(true);
            thread.start();
            this.threads.add(thread);
        }
    }

    /**
     * Queues prepared pictures.
     *
     * @param rows one of {@code view().shape().length()} numbers for each picture
     * @return their features (F) in the same order; cancel them to have them skipped
     */
    List<CompletableFuture<float[]>> submit(List<float[]> rows) {
        long now = System.nanoTime();
        List<Waiting> added = rows.stream()
                .map(row -> new Waiting(row, now, new CompletableFuture<>()))
                .toList();
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the batcher is closed");
            }
            queue.addAll(added);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return added.stream().map(Waiting::features).toList();
    }

    private void work() {
        try {
            for (List<Waiting> next = next(); !next.isEmpty(); next = next()) {
                compute(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the next batch; an empty one is the end. */
    private List<Waiting> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            idle++;
            try {
                while (queue.isEmpty() || isFilling()) {
                    if (queue.isEmpty() && closed) {
                        return List.of();
                    }
                    awaitChange();
                }
                return taken((queue.size() + idle - 1) / idle);
            } finally {
                idle--;
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isFilling() {
        return !closed && queue.size() < batch && leftNanos() > 0;
    }

    private long leftNanos() {
        return waitNanos - (System.nanoTime() - queue.element().since());
    }

    @SuppressWarnings("WaitNotInLoop") // the caller loops
    private void awaitChange() throws InterruptedException {
        if (queue.isEmpty()) {
            changed.await();
        } else if (!changed.await(Math.max(1, leftNanos()), TimeUnit.NANOSECONDS)) {
            return; // the time is over: the batch is as it is
        }
    }

    private List<Waiting> taken(int share) {
        List<Waiting> taken = new ArrayList<>();
        while (taken.size() < Math.min(batch, share) && !queue.isEmpty()) {
            taken.add(queue.remove());
        }
        return taken;
    }

    private void compute(List<Waiting> all) {
        List<Waiting> wanted =
                all.stream().filter(one -> !one.features().isDone()).toList();
        if (wanted.isEmpty()) {
            return;
        }
        try {
            List<float[]> features = features(wanted.stream().map(Waiting::row).toList());
            for (int i = 0; i < wanted.size(); i++) {
                answer(wanted.get(i).features(), features.get(i));
            }
        } catch (RuntimeException | Error e) {
            wanted.forEach(one -> one.features().completeExceptionally(e));
        }
        computed.accept(wanted.size());
    }

    private List<float[]> features(List<float[]> rows) {
        int length = model.view().shape().length();
        try (PointerScope scope = new PointerScope()) {
            Tensor input = torch.empty(rows.size(), length);
            FloatPointer memory = input.data_ptr_float();
            for (int i = 0; i < rows.size(); i++) {
                memory.position((long) i * length).put(rows.get(i));
            }
            Tensor output = InferenceThread.features(model, input).contiguous();
            FloatPointer values = output.data_ptr_float();
            List<float[]> features = new ArrayList<>();
            for (int i = 0; i < rows.size(); i++) {
                float[] row = new float[model.width()];
                values.position((long) i * row.length).get(row);
                features.add(row);
            }
            return features;
        }
    }

    private static void answer(CompletableFuture<float[]> waiting, float[] row) {
        for (float value : row) {
            if (!Float.isFinite(value)) {
                waiting.completeExceptionally(new MmcrException("expected finite features, found NaN or infinity; the"
                        + " encoder's weights are broken or the picture is extreme: try --precision fp32, or an"
                        + " earlier checkpoint"));
                return;
            }
        }
        waiting.complete(row);
    }

    /** Computes what waits and ends the threads. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            for (Thread thread : threads) {
                thread.join(JOIN_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
