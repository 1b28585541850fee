package org.mmcr.core.capacity;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apiguardian.api.API;

/** Does tasks that need nothing of one another, at once or in turn, wherever the caller has threads. */
@API(status = API.Status.STABLE)
public interface TaskRunner {
    /** On the calling thread. */
    TaskRunner IN_TURN = new TaskRunner() {
        @Override
        public <T> List<T> all(int from, int to, IntFunction<T> task) {
            return IntStream.range(from, to).mapToObj(task).toList();
        }
    };

    /** Does tasks {@code from} up to but not {@code to}; returns their results in that order, or throws what one threw. */
    <T> List<T> all(int from, int to, IntFunction<T> task);
}
