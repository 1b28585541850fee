package org.mmcr.core.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;

@Timeout(60)
class TaskRunnerTest {
    /** Tasks of tasks, more than there are threads: whoever waits has to work, or all wait for ever. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void all_tasksOfTasks_areDoneInOrder(int threads) {
        ForkJoinPool pool = new ForkJoinPool(threads);
        TaskRunner runner = TaskRunner.on(pool);
        try {
            List<List<Integer>> results = runner.all(
                    2,
                    9,
                    i -> runner.all(0, i, k -> runner.all(k, k + 1, n -> i * n).get(0)));
            assertThat(results)
                    .isEqualTo(IntStream.range(2, 9)
                            .mapToObj(i ->
                                    IntStream.range(0, i).mapToObj(k -> i * k).toList())
                            .toList());
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void all_aTaskThatFails_throwsWhatItThrew() {
        ForkJoinPool pool = new ForkJoinPool(2);
        TaskRunner runner = TaskRunner.on(pool);
        try {
            assertThatThrownBy(() -> runner.all(0, 3, i -> fail(new MmcrException("expected, found"))))
                    .isInstanceOf(MmcrException.class)
                    .hasMessage("expected, found");
            assertThatThrownBy(() -> runner.all(0, 3, i -> fail(new IllegalArgumentException("why"))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("why");
            assertThatThrownBy(() -> runner.all(0, 3, i -> {
                        throw new OutOfMemoryError("Java heap space");
                    }))
                    .isInstanceOf(OutOfMemoryError.class)
                    .hasMessage("Java heap space");
        } finally {
            pool.shutdownNow();
        }
    }

    private static int fail(RuntimeException failure) {
        throw failure;
    }
}
