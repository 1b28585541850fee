package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;

/**
 * Hardware and software of a run, for its provenance.
 *
 * @param cpu model name
 * @param cores processors available to the JVM
 * @param memoryBytes physical memory
 * @param mmcr version of mmcr
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Machine(String cpu, int cores, long memoryBytes, String os, String jdk, String libtorch, String mmcr) {

    /** Describes the machine of this process. */
    public static Machine here() {
        return new Machine(
                cpuModel(),
                Runtime.getRuntime().availableProcessors(),
                memory(),
                operatingSystem(),
                javaRuntime(),
                libtorchVersion(),
                mmcrVersion());
    }

    /** Returns name, version and architecture of the operating system. */
    public static String operatingSystem() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch");
    }

    /** Returns name and version of the virtual machine. */
    public static String javaRuntime() {
        return System.getProperty("java.vm.name") + " " + System.getProperty("java.version");
    }

    /** Returns the model of the processor, or its architecture where the system does not name it. */
    public static String cpuModel() {
        Path info = Path.of("/proc/cpuinfo");
        if (Files.isReadable(info)) {
            try (Stream<String> lines = Files.lines(info)) {
                return lines.filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse(System.getProperty("os.arch"));
            } catch (IOException e) {
                return System.getProperty("os.arch");
            }
        }
        String windows = System.getenv("PROCESSOR_IDENTIFIER");
        return windows == null ? System.getProperty("os.arch") : windows;
    }

    private static long memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 0;
    }

    /** Version of the libtorch binding. */
    public static String libtorchVersion() {
        try {
            return Loader.getVersion("org.bytedeco", "pytorch");
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** Version of mmcr, from a resource that the build fills in. */
    public static String mmcrVersion() {
        try (InputStream in = Machine.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }
}
