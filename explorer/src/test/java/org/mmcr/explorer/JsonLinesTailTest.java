package org.mmcr.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTailTest {
    @TempDir
    private Path folder;

    private Path file = Path.of("");
    private JsonLinesTail tail = JsonLinesTail.ofSteps(file);

    @BeforeEach
    void name() {
        file = folder.resolve("metrics.jsonl");
        tail = JsonLinesTail.ofSteps(file);
    }

    private static String lines(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(step -> "{\"step\":" + step + ",\"loss\":" + -step + ".5,\"note\":\"x\"}\n")
                .collect(Collectors.joining());
    }

    private void append(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Test
    void read_noFileThenEmptyThenLines_returnsNewLinesOnly() throws IOException {
        assertThat(tail.read()).isEmpty();
        append("");
        assertThat(tail.read()).isEmpty();
        append(lines(1, 3));
        JsonLinesTail.Update first = tail.read().orElseThrow();
        assertThat(first.restart()).isTrue();
        assertThat(first.columns().get("step")).isEqualTo(List.of(1.0, 2.0, 3.0));
        assertThat(first.columns().get("loss")).isEqualTo(List.of(-1.5, -2.5, -3.5));
        assertThat(first.columns()).doesNotContainKey("note");
        assertThat(tail.read()).isEmpty();
        append(lines(4, 4));
        JsonLinesTail.Update second = tail.read().orElseThrow();
        assertThat(second.restart()).isFalse();
        assertThat(second.columns().get("step")).isEqualTo(List.of(4.0));
    }

    /** The seconds of a line are those of its step; what is shown is the time of the steps so far. */
    @Test
    void read_secondsOfSteps_areAddedUpOverLinesThatAreLeftOut() throws IOException {
        int steps = 2 * JsonLinesTail.MOST_LINES + 1;
        append(IntStream.rangeClosed(1, steps)
                .mapToObj(step -> "{\"step\":" + step + ",\"seconds\":0.25}\n")
                .collect(Collectors.joining()));
        JsonLinesTail.Update first = tail.read().orElseThrow();
        List<Double> elapsed = first.columns().get("elapsed");
        List<Double> at = first.columns().get("step");
        assertThat(elapsed).hasSizeLessThan(steps);
        for (int i = 0; i < at.size(); i++) {
            assertThat(elapsed.get(i)).isEqualTo(0.25 * at.get(i));
        }
        append("{\"step\":" + (steps + 1) + ",\"seconds\":0.5}\n");
        assertThat(tail.read().orElseThrow().columns().get("elapsed")).isEqualTo(List.of(0.25 * steps + 0.5));
    }

    @Test
    void read_idleFile_allocatesNoBuffer() throws IOException {
        append(lines(1, 3));
        assertThat(tail.read()).isPresent();
        assertThat(tail.read()).isEmpty();
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
            assertThat(tail.read()).isEmpty();
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100L << 14);
    }

    @Test
    void read_lineWithoutAColumn_hasNullThereAndNotZero() throws IOException {
        append("{\"step\":1,\"loss\":-1}\n{\"step\":2,\"loss\":\"NaN\",\"rank\":3}\n");
        JsonLinesTail.Update update = tail.read().orElseThrow();
        assertThat(update.columns().get("loss")).containsExactly(-1.0, null);
        assertThat(update.columns().get("rank")).containsExactly(null, 3.0);
    }

    @Test
    void read_halfALine_waitsForItsEnd() throws IOException {
        append(lines(1, 1) + "{\"step\":2,\"lo");
        assertThat(tail.read().orElseThrow().columns().get("step")).isEqualTo(List.of(1.0));
        append("ss\":-9}\n");
        assertThat(tail.read().orElseThrow().columns().get("loss")).isEqualTo(List.of(-9.0));
    }

    @Test
    void read_fileCutBackByAResume_startsOver() throws IOException {
        append(lines(1, 9));
        assertThat(tail.read()).isPresent();
        Files.writeString(file, lines(1, 4));
        JsonLinesTail.Update shorter = tail.read().orElseThrow();
        assertThat(shorter.restart()).isTrue();
        assertThat(shorter.columns().get("step")).hasSize(4);
    }

    @Test
    void read_fileCutBackAndGrownPastTheOldEnd_startsOver() throws IOException {
        append(lines(1, 5));
        assertThat(tail.read()).isPresent();
        Files.writeString(file, lines(1, 2).replace("\"x\"", "\"longer now\"") + lines(3, 9));
        JsonLinesTail.Update grown = tail.read().orElseThrow();
        assertThat(grown.restart()).isTrue();
        assertThat(grown.columns().get("step")).hasSize(9);
    }

    @Test
    void read_veryLongHistory_isThinnedAndKeepsBothEnds() throws IOException {
        append(lines(1, 25_001));
        List<@Nullable Double> steps = tail.read().orElseThrow().columns().get("step");
        assertThat(steps)
                .hasSizeLessThanOrEqualTo(JsonLinesTail.MOST_LINES + 1)
                .startsWith(1.0)
                .endsWith(25_001.0);
    }
}
