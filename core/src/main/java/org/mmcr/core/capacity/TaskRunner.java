package org.mmcr.core.capacity;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.mmcr.core.Futures;

/** Runs independent tasks, on the threads of the caller's choice. */
@API(status = API.Status.STABLE)
public interface TaskRunner {
    /** Runs all tasks on the calling thread. */
    TaskRunner IN_TURN = new TaskRunner() {
        @Override
        public <T> List<T> all(int from, int to, IntFunction<T> task) {
            return IntStream.range(from, to).mapToObj(task).toList();
        }
    };

    /**
     * Returns a runner on the threads of a pool, which the caller owns and closes. A task may run tasks of its own: a
     * fork-join thread that waits for them runs some of them itself.
     */
    static TaskRunner on(ForkJoinPool pool) {
        return new TaskRunner() {
            @Override
            public <T> List<T> all(int from, int to, IntFunction<T> task) {
                List<ForkJoinTask<T>> running = new ArrayList<>();
                for (int i = from; i < to; i++) {
                    int number = i;
                    running.add(pool.submit((Callable<T>) () -> task.apply(number)));
                }
                List<T> results = new ArrayList<>();
                for (ForkJoinTask<T> one : running) {
                    results.add(Futures.await(one, "capacity was measured"));
                }
                return results;
            }
        };
    }

    /**
     * Runs tasks {@code from} (inclusive) to {@code to} (exclusive); returns the results in order, or throws a task's
     * exception.
     */
    <T> List<T> all(int from, int to, IntFunction<T> task);
}
