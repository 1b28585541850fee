package org.mmcr.data.views;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.DataChangedException;

/**
 * Augments samples on threads of its own and prefetches the batches, in the order of the plans.
 *
 * <p>A thread takes one sample at a time, oldest batch first, so that all threads work on the batch that is needed
 * next. There are at most {@code prefetch + 1} batch memories: one in use and the others prefetched or in progress.
 * The content of a batch depends neither on the number of threads nor on the step at which the loader was started.
 *
 * <p>One consumer thread calls {@link #next()}. {@link #close()} may be called from any thread but the loader's own,
 * and waits for at most one sample per loader thread. The data source is not closed.
 */
public final class ViewLoader implements AutoCloseable {
    private final DataSource data;
    private final long seed;
    private final int prefetch;
    private final LongFunction<Optional<ViewBatchPlan>> plans;
    private final ExecutorService executor;
    private final List<Thread> workers = new CopyOnWriteArrayList<>();
    private final ThreadLocal<Augmenter> augmenters;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // All guarded by the lock; the flag is also read without it.
    private final Deque<PendingBatch> pending = new ArrayDeque<>();
    private final Deque<BatchMemory> spare = new ArrayDeque<>();
    private int lent;
    private long nextStep;
    private boolean ended;
    private volatile boolean closed;

    /**
     * Starts the threads.
     *
     * @param data source of the samples, read by several threads at once
     * @param seed seed of the views
     * @param threads number of augmenting threads, at least 1
     * @param prefetch number of batches prefetched beyond the one in use, at least 1
     * @param firstStep first argument of {@code plans}; a resumed run starts where it stopped
     * @param plans function from step to plan, called in the order of the steps by one thread at a time; empty ends
     *     the loader
     * @throws MmcrException if a number is below 1
     */
    public ViewLoader(
            DataSource data,
            long seed,
            int threads,
            int prefetch,
            long firstStep,
            LongFunction<Optional<ViewBatchPlan>> plans) {
        if (threads < 1 || prefetch < 1) {
            throw new MmcrException("expected at least 1 loader thread and 1 prefetched batch, found " + threads
                    + " and " + prefetch + "; raise them");
        }
        this.data = data;
        this.seed = seed;
        this.prefetch = prefetch;
        this.nextStep = firstStep;
        this.plans = plans;
        augmenters = ThreadLocal.withInitial(() -> Augmenter.of(data));
        executor = Executors.newFixedThreadPool(threads, this::worker);
        for (int i = 0; i <= prefetch; i++) {
            executor.execute(this::planNext);
        }
    }

    private Thread worker(Runnable work) {
        Thread thread = new Thread(work, "mmcr-views-" + workers.size());
        thread.setDaemon(true);
        workers.add(thread);
        return thread;
    }

    /**
     * Returns the batch of the next step, waiting for it if necessary; empty when the plans have ended.
     *
     * @throws RuntimeException the failure of a loader thread while it planned or augmented this batch. Earlier
     *     batches are still delivered, and every later call throws the same failure.
     */
    public Optional<ViewBatch> next() {
        lock.lock();
        try {
            while (true) {
                if (closed) {
                    throw new IllegalStateException("the view loader is closed; ask for batches before close()");
                }
                PendingBatch first = pending.peek();
                if (first == null && ended) {
                    return Optional.empty();
                }
                if (first != null && first.isDone()) {
                    first.throwFailure();
                    pending.remove();
                    lent++;
                    return Optional.of(new ViewBatch(first.plan(), first.memory(), this));
                }
                if (first == null && lent > prefetch) {
                    throw new IllegalStateException("all " + lent
                            + " batches of the view loader are in use; close a batch before asking for the next one");
                }
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes back the memory of a batch that the consumer closed. */
    void recycle(BatchMemory memory) {
        lock.lock();
        try {
            lent--;
            if (closed) {
                memory.free();
            } else {
                spare.push(memory);
                executor.execute(this::planNext);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Plans the next step and queues its samples. Runs on loader threads, which open no pointer scope, so that the
     * batch memory outlives this call. A failure is recorded in the batch.
     */
    private void planNext() {
        lock.lock();
        try {
            if (closed || ended) {
                return;
            }
            BatchMemory memory = spare.isEmpty() ? new BatchMemory() : spare.pop();
            try {
                Optional<ViewBatchPlan> plan = plans.apply(nextStep);
                if (plan.isEmpty()) {
                    ended = true;
                    spare.push(memory);
                } else {
                    queue(plan.get(), memory);
                    nextStep++;
                }
            } catch (Throwable failure) {
                PendingBatch batch = new PendingBatch(Optional.empty(), memory);
                pending.add(batch);
                fail(batch, failure);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void queue(ViewBatchPlan plan, BatchMemory memory) {
        Augmenter.requireMatch(plan, data);
        memory.shape(plan.rows(), plan.shape());
        PendingBatch batch = new PendingBatch(Optional.of(plan), memory);
        pending.add(batch);
        for (int i = 0; i < plan.samples().length; i++) {
            int position = i;
            executor.execute(() -> augment(batch, position));
        }
    }

    private void augment(PendingBatch batch, int position) {
        Optional<Throwable> failure = Optional.empty();
        try {
            if (!closed) {
                ViewBatchPlan plan = batch.plan();
                int offset = position * plan.views() * plan.shape().length();
                augmenters
                        .get()
                        .augment(
                                plan,
                                plan.samples()[position],
                                seed,
                                batch.memory().floats(),
                                offset);
            }
        } catch (Throwable thrown) {
            failure = Optional.of(located(thrown, batch.plan().samples()[position]));
        }
        lock.lock();
        try {
            failure.ifPresent(thrown -> fail(batch, thrown));
            batch.finishOne();
            if (batch.isDone()) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Names the sample at which memory ran out, or a mapped file was found cut short. */
    private Throwable located(Throwable thrown, int sample) {
        String name = data.name(sample) + " in " + data.location();
        if (thrown instanceof OutOfMemoryError) {
            return new MmcrException(
                    "expected memory for the views of " + name + ", found the Java heap full;"
                            + " raise it with MMCR_JAVA_OPTS=-Xmx8g, or use fewer --loader-threads",
                    thrown);
        }
        // The JVM reports access to the missing part of a mapped file so, sometimes after the access.
        return thrown instanceof InternalError
                ? new DataChangedException(name, "a file of the data was cut short", thrown)
                : thrown;
    }

    private void fail(PendingBatch batch, Throwable failure) {
        batch.fail(failure);
        ended = true;
    }

    /** Ends the threads and frees all memory. The memory of a batch in use is freed when that batch is closed. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        executor.shutdown();
        joinWorkers();
        lock.lock();
        try {
            pending.forEach(batch -> batch.memory().free());
            pending.clear();
            spare.forEach(BatchMemory::free);
            spare.clear();
        } finally {
            lock.unlock();
        }
    }

    private void joinWorkers() {
        boolean interrupted = false;
        for (Thread worker : workers) {
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
