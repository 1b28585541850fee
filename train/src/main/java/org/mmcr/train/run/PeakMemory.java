package org.mmcr.train.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;

/**
 * The largest resident memory of this process since a moment, where the system keeps a count that can be set back
 * (Linux). Elsewhere it is the present one. Native memory that was freed before is left out. Of the Java heap, what the
 * garbage collector has not returned to the system yet may be included.
 */
public final class PeakMemory {
    private static final Path SELF = Path.of("/proc/self");

    private final boolean counted;

    private PeakMemory(boolean counted) {
        this.counted = counted;
    }

    /**
     * Collects garbage, returns free native memory to the system, and starts the count. The launcher's settings of the
     * allocator otherwise keep everything that earlier work has freed. The Java heap is returned later, by a thread of
     * the garbage collector.
     */
    public static PeakMemory start() {
        System.gc();
        Pointer.trimMemory();
        return new PeakMemory(setBack());
    }

    private static boolean setBack() {
        try {
            Files.writeString(SELF.resolve("clear_refs"), "5"); // the largest is from now on
            return true;
        } catch (IOException e) {
            return false; // another system, or one that does not permit it
        }
    }

    /** Whether the system counts; otherwise {@link #bytes} is the present memory. */
    boolean isCounted() {
        return counted;
    }

    /** Returns the largest resident memory since the start in bytes, or the present one without a count. */
    public long bytes() {
        return counted ? largest().orElseGet(Pointer::physicalBytes) : Pointer.physicalBytes();
    }

    private static OptionalLong largest() {
        try (Stream<String> lines = Files.lines(SELF.resolve("status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10) // from KiB
                    .findFirst();
        } catch (IOException | UncheckedIOException e) {
            return OptionalLong.empty();
        }
    }
}
