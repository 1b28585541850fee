package org.mmcr.spark;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.SparkSession;

/**
 * A Spark master and two workers, each in its own process on the loopback interface; executors are further processes.
 */
final class StandaloneCluster implements AutoCloseable {
    private static final Pattern URL = Pattern.compile("spark://127\\.0\\.0\\.1:\\d+");
    private static final Pattern REGISTERED = Pattern.compile("Successfully registered with master");
    /** Surefire puts the class path into a manifest and its text into this property. */
    static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    private final Path folder;
    private final List<Process> processes = new ArrayList<>();
    private final String master;

    private StandaloneCluster(Path folder) throws IOException {
        this.folder = folder;
        // Spark needs a home with a folder of jars; the executors get the full class path instead.
        Files.createDirectories(folder.resolve("home/jars"));
        Path log = folder.resolve("log4j2.properties");
        Files.writeString(log, """
                rootLogger.level = info
                rootLogger.appenderRef.stdout.ref = stdout
                appender.stdout.type = Console
                appender.stdout.name = stdout
                appender.stdout.layout.type = PatternLayout
                appender.stdout.layout.pattern = %m%n
                """);
        master = start(URL, "org.apache.spark.deploy.master.Master", "--port", "0", "--webui-port", "0");
    }

    static StandaloneCluster start(Path folder) throws IOException {
        StandaloneCluster cluster = new StandaloneCluster(folder);
        for (int i = 0; i < 2; i++) {
            Path work = Files.createDirectories(folder.resolve("worker-" + i));
            cluster.start(
                    REGISTERED,
                    "org.apache.spark.deploy.worker.Worker",
                    "--cores",
                    "1",
                    "--memory",
                    "1g",
                    "--webui-port",
                    "0",
                    "--work-dir",
                    work.toString(),
                    cluster.master);
        }
        return cluster;
    }

    /** Starts a process and waits until it reports that it is ready. */
    private String start(Pattern ready, String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(java(), "-Xmx256m", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().trim().split("\\s+")));
        command.add("-Dlog4j2.configurationFile=" + folder.resolve("log4j2.properties"));
        command.addAll(List.of("-cp", CLASS_PATH, main, "--host", "127.0.0.1"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SPARK_HOME", folder.resolve("home").toString());
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        Process process = builder.start();
        processes.add(process);
        BufferedReader output = process.inputReader();
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            Matcher found = ready.matcher(line);
            if (found.find()) {
                Thread drain = new Thread(() -> drain(output), "drain");
                drain.setDaemon(true);
                drain.start();
                return found.group();
            }
        }
        throw new IOException(main + " ended without being ready:\n" + said);
    }

    private static void drain(BufferedReader output) {
        try {
            while (output.readLine() != null) {
                // Drains the output, so that the process does not block.
            }
        } catch (IOException ended) {
            return;
        }
    }

    static String java() {
        return System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
    }

    /** Opens a session of this JVM on the cluster that uses both workers. */
    SparkSession session() {
        return SparkSession.builder()
                .master(master)
                .config("spark.ui.enabled", "false")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.executor.memory", "512m")
                .config("spark.executor.cores", "1")
                .config("spark.cores.max", "2")
                // Work starts when both executors have registered.
                .config("spark.scheduler.minRegisteredResourcesRatio", "1.0")
                .config("spark.scheduler.maxRegisteredResourcesWaitingTime", "60s")
                .config("spark.executor.extraClassPath", CLASS_PATH)
                .config(
                        "spark.executor.extraJavaOptions",
                        "-XX:TieredStopAtLevel=1 -Dorg.bytedeco.javacpp.maxphysicalbytes=4g")
                .config("spark.sql.shuffle.partitions", "4")
                .getOrCreate();
    }

    @Override
    public void close() {
        for (int i = processes.size() - 1; i >= 0; i--) {
            processes.get(i).descendants().forEach(ProcessHandle::destroyForcibly);
            processes.get(i).destroy();
        }
        for (Process process : processes) {
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new UncheckedIOException(new IOException(e));
            }
        }
    }
}
