package org.mmcr.data;

import com.sun.management.ThreadMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.AtomicFiles;

/**
 * Gives damaged files to a reader. The reader returns, or throws {@link MmcrException} or {@link IOException} with a
 * message of one line; it neither hangs nor fills the memory, and leaves no file, open or closed.
 *
 * <p>Input number i is a function of the target, the seed and i. {@code -Dmmcr.fuzz.inputs=N} sets the number of
 * inputs of each target, {@code -Dmmcr.fuzz.seed=S} the seed. Inputs that fail are kept in {@code target/fuzz}.
 */
public final class Fuzzer {
    private static final long SEED = Long.getLong("mmcr.fuzz.seed", 1);
    private static final Optional<Integer> INPUTS = Optional.ofNullable(Integer.getInteger("mmcr.fuzz.inputs"));
    /** Heap that the reading thread may allocate for one small file. */
    private static final long MAX_ALLOCATED = 512L << 20;
    /** A reader that takes longer hangs; inputs take milliseconds. */
    private static final long HANG_SECONDS = 120;

    private static final int MAX_FAULTS = 20;
    private static final Path KEPT = Path.of("target", "fuzz");

    private final Target target;
    private final Path folder;
    /** Failures by their cause, so that one fault counts once. */
    private final Map<String, Throwable> faults = new LinkedHashMap<>();

    private long openBefore;

    private Fuzzer(Target target, Path folder) {
        this.target = target;
        this.folder = folder;
    }

    /** Reads a file to its end. */
    public interface Reader {
        /** Reads a file that may be damaged. */
        void read(Path file) throws Exception;
    }

    /**
     * A reader with files for it.
     *
     * @param name name of the file, unique; folders before it tell readers of the same name apart
     * @param inputs number of damaged files in an ordinary build
     * @param seeds whole files, all of which the reader must accept
     */
    public record Target(String name, int inputs, List<byte[]> seeds, Reader reader) {
        /** Returns the reader of a folder, in which a damaged file stands in for a whole one. */
        public static Target inPlaceOf(Path whole, int inputs, Reader reader) throws IOException {
            byte[] content = Files.readAllBytes(whole);
            return new Target(String.valueOf(whole.getFileName()), inputs, List.of(content), file -> {
                Files.copy(file, whole, StandardCopyOption.REPLACE_EXISTING);
                try {
                    reader.read(whole);
                } finally {
                    Files.write(whole, content);
                }
            });
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * Reads the seeds of a target, then damaged ones.
     *
     * @param folder empty folder for the file; the reader may not leave anything else in it
     * @throws AssertionError if the reader fails in another way than it may, naming each cause once
     */
    public static void run(Target target, Path folder) throws Exception {
        new Fuzzer(target, folder).run();
    }

    private void run() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
            Thread worker = new Thread(work, "fuzz");
            worker.setDaemon(true);
            return worker;
        });
        try {
            for (byte[] seed : target.seeds()) {
                read(thread, seed).ifPresent(fault -> {
                    throw new AssertionError(target + ": a whole file is rejected", fault);
                });
            }
            int inputs = INPUTS.orElse(target.inputs());
            for (int i = 0; i < inputs && faults.size() < MAX_FAULTS; i++) {
                long seed = (SEED * 31 + target.name().hashCode()) * 1_000_003 + i;
                byte[] input = Mutations.mutate(target.seeds(), new SplittableRandom(seed));
                int number = i;
                read(thread, input).filter(Fuzzer::isFault).ifPresent(fault -> keep(number, input, fault));
            }
        } finally {
            thread.shutdownNow();
        }
        if (!faults.isEmpty()) {
            String list = faults.values().stream().map(Throwable::getMessage).collect(Collectors.joining("\n"));
            AssertionError failure =
                    new AssertionError(faults.size() + " faults with -Dmmcr.fuzz.seed=" + SEED + ":\n" + list);
            faults.values().forEach(failure::addSuppressed);
            throw failure;
        }
    }

    /** Reads one input and returns what was thrown. */
    private Optional<Throwable> read(ExecutorService thread, byte[] input) throws Exception {
        Path file = folder.resolve(target.name());
        Files.createDirectories(file.getParent());
        Files.write(file, input);
        Future<Long> reading = thread.submit(() -> {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                target.reader().read(file);
            } finally {
                requireBounded(threads.getCurrentThreadAllocatedBytes() - before);
            }
            return 0L;
        });
        try {
            reading.get(HANG_SECONDS, TimeUnit.SECONDS);
            return leftOver(file, null);
        } catch (ExecutionException e) {
            Optional<Throwable> left = leftOver(file, e.getCause());
            return left.isPresent() ? left : Optional.of(e.getCause());
        } catch (TimeoutException e) {
            Path kept = write(0, input);
            throw new AssertionError(target + ": no end after " + HANG_SECONDS + " seconds with " + kept, e);
        }
    }

    private static void requireBounded(long allocated) {
        if (allocated > MAX_ALLOCATED) {
            throw new IllegalStateException("allocated " + (allocated >> 20) + " MiB for one small file");
        }
    }

    /** Returns a failure if files are left, and deletes them. */
    private Optional<Throwable> leftOver(Path file, @Nullable Throwable thrown) throws IOException {
        Files.delete(file);
        List<Path> left;
        try (Stream<Path> files = Files.walk(folder)) {
            left = files.filter(path -> !file.startsWith(path)).sorted().toList();
        }
        for (Path path : left) {
            AtomicFiles.deleteTree(path);
        }
        List<String> open = moreAreOpen() ? openFiles(folder) : List.of();
        if (left.isEmpty() && open.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new IllegalStateException("left files " + left + ", open files " + open, thrown));
    }

    /** Returns whether there are more open files than last time, which takes less time than to read their names. */
    private boolean moreAreOpen() {
        long before = openBefore;
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            openBefore = system.getOpenFileDescriptorCount();
        }
        return openBefore > before;
    }

    /** Returns the files of a folder that this process has open, where the system tells. */
    static List<String> openFiles(Path folder) throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.map(Fuzzer::destination)
                    .filter(path -> path.startsWith(folder.toString()))
                    .toList();
        }
    }

    private static String destination(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    private static boolean isFault(Throwable thrown) {
        boolean documented = thrown instanceof MmcrException || thrown instanceof IOException;
        String message = thrown.getMessage();
        return !documented
                || message == null
                || message.isBlank()
                || message.lines().count() > 1;
    }

    private void keep(int number, byte[] input, Throwable fault) {
        StackTraceElement[] stack = fault.getStackTrace();
        String message = String.valueOf(fault.getMessage());
        String cause = fault.getClass().getName() + (stack.length == 0 ? message : stack[0]);
        if (!faults.containsKey(cause)) {
            Path kept = write(number, input);
            faults.put(cause, new AssertionError(target + " input " + number + " (" + kept + "): " + fault, fault));
        }
    }

    private Path write(int number, byte[] input) {
        try {
            Files.createDirectories(KEPT);
            return Files.write(
                    KEPT.resolve(SEED + "-" + number + "-" + target.name().replace('/', '-')), input);
        } catch (IOException e) {
            throw new AssertionError("the input could not be kept", e);
        }
    }
}
