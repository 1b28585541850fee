package org.mmcr.objective;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** A communicator whose ranks are threads of this process; it sums and gathers through shared memory. */
final class ThreadCommunicator implements Communicator {
    private final int rank;
    private final Tensor[] given;
    private final CyclicBarrier barrier;

    private ThreadCommunicator(int rank, Tensor[] given, CyclicBarrier barrier) {
        this.rank = rank;
        this.given = given;
        this.barrier = barrier;
    }

    /** Runs the work once for each of {@code size} ranks at the same time; results in rank order. */
    static <T> List<T> run(int size, Function<Communicator, T> work) throws Exception {
        Tensor[] given = new Tensor[size];
        CyclicBarrier barrier = new CyclicBarrier(size);
        ExecutorService threads = Executors.newFixedThreadPool(size);
        try {
            List<Callable<T>> calls = new ArrayList<>();
            for (int rank = 0; rank < size; rank++) {
                ThreadCommunicator communicator = new ThreadCommunicator(rank, given, barrier);
                calls.add(() -> work.apply(communicator));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(calls)) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    @Override
    public int size() {
        return given.length;
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public void sum(Tensor values) {
        values.copy_(torch.stack(exchange(values)).sum(0));
        await();
    }

    @Override
    public Tensor gather(Tensor rows) {
        Tensor all = torch.cat(exchange(rows), 0);
        await();
        return all;
    }

    private TensorVector exchange(Tensor mine) {
        given[rank] = mine.clone();
        await();
        return new TensorVector(given);
    }

    private void await() {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException("a rank has failed", e);
        }
    }
}
