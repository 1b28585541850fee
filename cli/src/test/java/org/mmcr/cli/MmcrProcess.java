package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** mmcr in a separate process with its output in files. It keeps features where {@link CliRun} keeps them. */
final class MmcrProcess {
    private static final long LIMIT_SECONDS = 120;

    private final Process process;
    private final Path out;
    private final Path err;

    private MmcrProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts mmcr in {@code folder}, with its output there. */
    static MmcrProcess start(Path folder, Object... arguments) throws IOException {
        return start(folder, Map.of(), arguments);
    }

    /** Starts mmcr with additional environment variables. */
    static MmcrProcess start(Path folder, Map<String, String> environment, Object... arguments) throws IOException {
        return startInto(Files.createTempFile(folder, "out", ""), folder, environment, arguments);
    }

    /** Starts mmcr in {@code folder}, with its stderr there and its stdout in {@code out}, which exists. */
    static MmcrProcess startInto(Path out, Path folder, Map<String, String> environment, Object... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("os.name").equals("Linux")) {
            // A build started in the background ignores SIGINT, and its children inherit that.
            command.addAll(List.of("env", "--default-signal=INT"));
        }
        command.addAll(command(arguments));
        Path err = Files.createTempFile(folder, "err", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("MMCR_CACHE", CliRun.CACHE.toString());
        builder.environment().putAll(environment);
        return new MmcrProcess(builder.start(), out, err);
    }

    /** Returns the command line that runs mmcr; with the quick compiler alone, as such a process lives for seconds. */
    static List<String> command(Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= 23) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    Process process() {
        return process;
    }

    /** Sends it a signal, such as {@code INT}. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    String out() throws IOException {
        return Files.readString(out);
    }

    String err() throws IOException {
        return Files.readString(err);
    }

    /** Waits for its exit. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** Waits until a number of steps are done. */
    void awaitSteps(Path metrics, int steps) throws Exception {
        await(() -> Files.exists(metrics) && Files.readAllLines(metrics).size() >= steps);
    }

    interface Condition {
        boolean holds() throws IOException;
    }

    /** Waits for a condition while the process is alive. */
    void await(Condition condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("waited too long; " + err()).isLessThan(end);
            assertThat(process.waitFor(50, TimeUnit.MILLISECONDS))
                    .as("ended early; " + err())
                    .isFalse();
        }
    }
}
