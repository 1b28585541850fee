package org.mmcr.data.views;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;

/**
 * Makes view batches ahead of the consumer on threads of its own, in the order of the plans.
 *
 * <p>The threads take single samples, oldest batch first, so a batch is ready as soon as all threads together can make it.
 * At most {@code prefetch + 1} batch memories exist: the one the consumer holds and those in the making or ready. Batches
 * do not depend on the number of threads or on when the loader was started.
 *
 * <p>One consumer thread calls {@link #next()}; {@link #close()} may come from any thread and waits for at most one sample
 * per loader thread. The data source is not closed.
 */
public final class ViewLoader implements AutoCloseable {
    private final DataSource data;
    private final long seed;
    private final int prefetch;
    private final LongFunction<Optional<ViewBatchPlan>> plans;
    private final List<Thread> threads = new ArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition workOrRoom = lock.newCondition();
    private final Condition ready = lock.newCondition();

    // All guarded by the lock.
    private final Deque<BatchInMaking> batches = new ArrayDeque<>();
    private final Deque<BatchMemory> spare = new ArrayDeque<>();
    private int memories;
    private int lent;
    private long nextStep;
    private long viewsMade;
    private boolean ended;
    private boolean closed;

    /**
     * Starts the threads.
     *
     * @param data where samples come from; read by several threads at once
     * @param seed first of the four numbers that decide a view
     * @param threads number of threads that make views, at least 1
     * @param prefetch number of batches made ahead of the one in use, at least 1
     * @param firstStep first step asked of {@code plans}; a resumed run starts where it stopped
     * @param plans step to plan, called in step order by one loader thread at a time; empty ends the loader
     */
    public ViewLoader(
            DataSource data,
            long seed,
            int threads,
            int prefetch,
            long firstStep,
            LongFunction<Optional<ViewBatchPlan>> plans) {
        if (threads < 1 || prefetch < 1) {
            throw new MmcrException("the view loader needs at least 1 thread and 1 batch of prefetch but was given "
                    + threads + " and " + prefetch + "; raise them");
        }
        this.data = data;
        this.seed = seed;
        this.prefetch = prefetch;
        this.nextStep = firstStep;
        this.plans = plans;
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(this::work, "mmcr-views-" + i);
            thread.setDaemon(true);
            this.threads.add(thread);
        }
        this.threads.forEach(Thread::start);
    }

    /**
     * The next step's batch, waiting for it if need be; empty when the plans have ended.
     *
     * @throws RuntimeException what a loader thread threw while it planned or made this batch; earlier batches are still
     *     delivered, and every later call throws the same again
     */
    public Optional<ViewBatch> next() {
        lock.lock();
        try {
            while (true) {
                if (closed) {
                    throw new IllegalStateException("the view loader is closed; ask for batches before close()");
                }
                BatchInMaking first = batches.peek();
                if (first == null && ended) {
                    return Optional.empty();
                }
                if (first != null && first.done()) {
                    return Optional.of(hand(first));
                }
                if (first == null && lent > prefetch) {
                    throw new IllegalStateException("all " + lent
                            + " batches of the view loader are in use; close a batch before asking for the next one");
                }
                ready.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Views made so far, those of batches not yet delivered included. */
    long viewsMade() {
        lock.lock();
        try {
            return viewsMade;
        } finally {
            lock.unlock();
        }
    }

    /** Stops and joins the threads and frees all memory but that of batches still in use, which goes when they close. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            workOrRoom.signalAll();
            ready.signalAll();
        } finally {
            lock.unlock();
        }
        joinThreads();
        lock.lock();
        try {
            batches.forEach(batch -> batch.memory().free());
            batches.clear();
            spare.forEach(BatchMemory::free);
            spare.clear();
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
                workOrRoom.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private ViewBatch hand(BatchInMaking batch) {
        batch.throwFailure();
        batches.remove();
        lent++;
        return new ViewBatch(batch.plan(), batch.memory(), this);
    }

    private void work() {
        SampleViews maker = SampleViews.of(data);
        Optional<Claim> claim = claim();
        while (claim.isPresent()) {
            BatchInMaking batch = claim.get().batch();
            int made = 0;
            try {
                made = makeViews(maker, batch, claim.get().position());
            } catch (Throwable failure) {
                fail(batch, failure);
            }
            finish(batch, made);
            claim = claim();
        }
    }

    private int makeViews(SampleViews maker, BatchInMaking batch, int position) {
        ViewBatchPlan plan = batch.plan();
        int sample = plan.samples()[position];
        int offset = position * plan.views() * plan.shape().length();
        maker.make(plan, sample, seed, batch.memory().floats(), offset);
        return plan.views();
    }

    /** One sample of the oldest batch that has one left; empty when the thread should end. */
    private Optional<Claim> claim() {
        lock.lock();
        try {
            while (!closed) {
                for (BatchInMaking batch : batches) {
                    if (batch.hasUnclaimed()) {
                        return Optional.of(new Claim(batch, batch.claim()));
                    }
                }
                if (ended) {
                    return Optional.empty();
                }
                if (!spare.isEmpty() || memories <= prefetch) {
                    open();
                } else {
                    workOrRoom.awaitUninterruptibly();
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Plans the next step and gives it memory; what fails here fails the batch. Called under the lock. */
    private void open() {
        if (spare.isEmpty()) {
            spare.push(new BatchMemory());
            memories++;
        }
        BatchMemory memory = spare.pop();
        try {
            Optional<ViewBatchPlan> plan = plans.apply(nextStep);
            if (plan.isEmpty()) {
                ended = true;
                spare.push(memory);
            } else {
                SampleViews.check(plan.get(), data);
                memory.shape(plan.get().rows(), plan.get().shape());
                batches.add(new BatchInMaking(plan, memory));
                nextStep++;
            }
        } catch (Throwable failure) {
            BatchInMaking batch = new BatchInMaking(Optional.empty(), memory);
            batches.add(batch);
            fail(batch, failure);
        }
        if (ended) {
            ready.signalAll();
        }
        workOrRoom.signalAll();
    }

    private void fail(BatchInMaking batch, Throwable failure) {
        lock.lock();
        try {
            batch.fail(failure);
            ended = true;
            ready.signalAll();
            workOrRoom.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void finish(BatchInMaking batch, int made) {
        lock.lock();
        try {
            viewsMade += made;
            batch.finishOne();
            if (batch.done()) {
                ready.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void joinThreads() {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive() && thread != Thread.currentThread()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private record Claim(BatchInMaking batch, int position) {}
}
