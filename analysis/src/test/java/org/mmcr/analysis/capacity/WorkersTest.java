package org.mmcr.analysis.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;

@Timeout(60)
class WorkersTest {
    /** Tasks of tasks, more than there are threads: whoever waits has to work, or all wait for ever. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void all_tasksOfTasks_areDoneInOrder(int threads) {
        try (Workers workers = new Workers(threads)) {
            List<List<Integer>> results = workers.all(
                    2,
                    9,
                    i -> workers.all(
                            0, i, k -> workers.all(k, k + 1, n -> i * n).get(0)));
            assertThat(results)
                    .isEqualTo(IntStream.range(2, 9)
                            .mapToObj(i ->
                                    IntStream.range(0, i).mapToObj(k -> i * k).toList())
                            .toList());
        }
    }

    @Test
    void all_aTaskThatFails_throwsWhatItThrew() {
        try (Workers workers = new Workers(2)) {
            assertThatThrownBy(() -> workers.all(0, 3, i -> fail(new MmcrException("expected, found"))))
                    .isInstanceOf(MmcrException.class)
                    .hasMessage("expected, found");
            assertThatThrownBy(() -> workers.all(0, 3, i -> fail(new IllegalArgumentException("why"))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("why");
            assertThatThrownBy(() -> workers.all(0, 3, i -> {
                        throw new OutOfMemoryError("Java heap space");
                    }))
                    .isInstanceOf(OutOfMemoryError.class)
                    .hasMessage("Java heap space");
        }
    }

    private static int fail(RuntimeException failure) {
        throw failure;
    }
}
