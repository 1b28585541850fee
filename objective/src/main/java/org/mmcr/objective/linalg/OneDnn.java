package org.mmcr.objective.linalg;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The state of oneDNN, the library with which libtorch computes convolutions on processors.
 *
 * <p>oneDNN shapes its loops by the sizes of the caches. Some virtual machines on AMD's processors report none (their
 * CPUID leaf 0x8000001D is empty). In libtorch 2.10, oneDNN then divides by zero in some 1x1 convolutions, which ends
 * the process, computes some of them wrongly, and chooses other loops for other sizes of a batch, so that equal
 * pictures have features that differ in the last digit.
 */
public final class OneDnn {
    private static final boolean KNOWS_CACHES =
            reportsCaches(Path.of("/proc/cpuinfo"), Path.of("/sys/devices/system/cpu/cpu0"));

    private OneDnn() {}

    /** Whether oneDNN knows the caches of this machine. Where it does not, 1x1 convolutions must not be left to it. */
    public static boolean knowsCaches() {
        return KNOWS_CACHES;
    }

    /**
     * False for an AMD processor of which Linux knows no caches.
     *
     * @param cpuInfo Linux's description of the processors
     * @param processor Linux's folder of the first processor
     */
    static boolean reportsCaches(Path cpuInfo, Path processor) {
        if (!Files.isDirectory(processor) || Files.isDirectory(processor.resolve("cache"))) {
            return true;
        }
        try (Stream<String> lines = Files.lines(cpuInfo, StandardCharsets.ISO_8859_1)) {
            return lines.noneMatch(line -> line.startsWith("vendor_id") && line.contains("AuthenticAMD"));
        } catch (IOException | UncheckedIOException e) {
            return true;
        }
    }
}
