package org.mmcr.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a JVM that a test starts: the test's own JDK, a small heap, and the quick compiler alone. */
public final class ChildJvm {
    private ChildJvm() {}

    /** Returns the command that runs {@code main} with the test's class path. */
    public static List<String> command(Class<?> main, Object... arguments) {
        return command(System.getProperty("java.class.path"), main, arguments);
    }

    /** Returns the command that runs {@code main} with another class path. */
    public static List<String> command(String classPath, Class<?> main, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // A child lives for seconds, in which the optimising compiler costs more than it gives.
        command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= 23) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of("-cp", classPath, main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }
}
