package org.mmcr.data.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExclusiveLockTest {
    @TempDir
    Path folder;

    @Test
    void tryAcquire_twiceInOneProcess_failsAndKeepsTheFirst() throws Exception {
        Path file = folder.resolve("x.lock");
        try (ExclusiveLock first = ExclusiveLock.tryAcquire(file).orElseThrow()) {
            assertThat(first).isNotNull();
            assertThat(ExclusiveLock.tryAcquire(folder.resolve("./x.lock"))).isEmpty();
            assertThat(answerOf(Other.start(file))).isEqualTo("refused");
        }
        assertThat(file).doesNotExist();
        assertThat(answerOf(Other.start(file))).isEqualTo("held");
    }

    @Test
    void tryAcquire_heldByAnotherProcess_failsUntilThatIsKilled() throws Exception {
        Path file = folder.resolve("x.lock");
        Process other = Other.start(file);
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("held");
            assertThat(ExclusiveLock.tryAcquire(file)).isEmpty();
            assertThat(ExclusiveLock.tryAcquire(file)).isEmpty();
        } finally {
            other.destroyForcibly().waitFor();
        }
        Optional<ExclusiveLock> freed = ExclusiveLock.tryAcquire(file);
        assertThat(freed).isPresent();
        freed.get().close();
        assertThat(file).doesNotExist();
    }

    private static String answerOf(Process process) throws IOException, InterruptedException {
        try {
            return process.inputReader().readLine();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** A process that takes a lock, says whether it has it, and keeps it until it is killed. */
    static final class Other {
        private Other() {}

        static Process start(Path file) throws IOException {
            return new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Other.class.getName(),
                            file.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        }

        public static void main(String[] arguments) throws Exception {
            Optional<ExclusiveLock> lock = ExclusiveLock.tryAcquire(Path.of(arguments[0]));
            System.out.println(lock.isPresent() ? "held" : "refused");
            Thread.sleep(60_000);
            lock.ifPresent(ExclusiveLock::close);
        }
    }
}
