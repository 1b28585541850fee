package org.mmcr.data.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.ChildJvm;

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

    @Test
    void names_fileDeletedAndMadeAgain_isFalse() throws Exception {
        Path file = folder.resolve("x.lock");
        try (FileChannel opened = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            assertThat(ExclusiveLock.names(file, opened)).isTrue();
            assertThat(file).isEmptyFile();
            Files.delete(file); // the holder before releases it
            assertThat(ExclusiveLock.names(file, opened)).isFalse();
            Files.createFile(file); // a third process takes the lock
            assertThat(ExclusiveLock.names(file, opened)).isFalse();
            assertThat(file).isEmptyFile();
        }
    }

    @Test
    void tryAcquire_processesThatReleaseAndAcquire_neverHoldTogether() throws Exception {
        Path file = folder.resolve("x.lock");
        List<Process> all = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                all.add(Java.start(Contender.class, file));
            }
            for (Process process : all) {
                assertThat(process.inputReader().readLine()).isEqualTo("alone");
            }
        } finally {
            all.forEach(Process::destroyForcibly);
        }
    }

    private static String answerOf(Process process) throws IOException, InterruptedException {
        try {
            return process.inputReader().readLine();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /** Starts a class of the tests in a process of its own. */
    private static final class Java {
        private Java() {}

        static Process start(Class<?> program, Path file) throws IOException {
            return new ProcessBuilder(ChildJvm.command(program, file))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        }
    }

    /** A process that takes a lock, says whether it has it, and keeps it until it is killed. */
    static final class Other {
        private Other() {}

        static Process start(Path file) throws IOException {
            return Java.start(Other.class, file);
        }

        public static void main(String[] arguments) throws Exception {
            Optional<ExclusiveLock> lock = ExclusiveLock.tryAcquire(Path.of(arguments[0]));
            System.out.println(lock.isPresent() ? "held" : "refused");
            Thread.sleep(60_000);
            lock.ifPresent(ExclusiveLock::close);
        }
    }

    /** A process that takes and releases a lock many times, and says whether it was the only holder each time. */
    static final class Contender {
        private static final int ROUNDS = 3_000;

        private Contender() {}

        public static void main(String[] arguments) throws Exception {
            Path file = Path.of(arguments[0]);
            Path holder = file.resolveSibling("holder");
            int held = 0;
            while (held < ROUNDS) {
                Optional<ExclusiveLock> lock = ExclusiveLock.tryAcquire(file);
                if (lock.isEmpty()) {
                    continue;
                }
                try {
                    Files.createFile(holder);
                    Files.delete(holder);
                } catch (FileAlreadyExistsException | NoSuchFileException e) {
                    System.out.println("two holders after " + held);
                    return;
                } finally {
                    lock.get().close();
                }
                held++;
            }
            System.out.println("alone");
        }
    }
}
