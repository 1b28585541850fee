package org.mmcr.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * A job in a process of its own, on one core.
 *
 * @param output file of its stdout and stderr
 */
record JobProcess(Process process, Path output) {
    /** Starts a job; its output lies in {@code folder}, and its temporary files in {@code tmp} there. */
    static JobProcess start(Path folder, List<String> arguments) throws IOException {
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        Path output = Files.createTempFile(folder, "job", ".txt");
        List<String> command = new ArrayList<>(List.of(StandaloneCluster.java(), "-Xmx1g", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().trim().split("\\s+")));
        command.addAll(List.of("-Djava.io.tmpdir=" + temporary, "-Dspark.master=local[1]"));
        command.addAll(List.of("-Dspark.ui.enabled=false", "-Dspark.sql.shuffle.partitions=3"));
        command.addAll(List.of("-Dspark.driver.host=127.0.0.1", "-Dspark.driver.bindAddress=127.0.0.1"));
        command.addAll(List.of("-cp", StandaloneCluster.CLASS_PATH, SparkMain.class.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new JobProcess(process, output);
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    String said() throws IOException {
        return Files.readString(output);
    }
}
