package org.mmcr.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.TemporaryFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code mmcr shell [FILE...]}. */
@Command(
        name = "shell",
        description =
                "Opens JShell with mmcr's classes imported and helpers to read runs, data and arrays; runs scripts first.",
        footer = {
            "",
            "Helpers: run(folder), data(location), npy(file), features(model, data).",
            "It needs a JDK, not a Java runtime alone.",
            "Example:  features(run(\"runs/first\").features(), data(\"pictures/\"))"
        })
final class ShellCommand extends Subcommand {
    private static final String STARTUP = "shell.jsh";

    @Parameters(arity = "0..*", paramLabel = "FILE", description = "Scripts to run; one with /exit ends the shell.")
    private List<Path> scripts = List.of();

    ShellCommand(CommandContext context) {
        super(context);
    }

    @Override
    int execute() throws IOException, InterruptedException {
        requireEffect();
        // JShell itself takes Ctrl-C; this process ends when it does.
        try (TemporaryFolder folder = new TemporaryFolder();
                Interrupts.Registration ignored = context().interrupts().onRequest(() -> {})) {
            Path startup = Files.write(folder.path().resolve(STARTUP), startup());
            ProcessBuilder shell = new ProcessBuilder(command(startup)).inheritIO();
            // The class path is longer than a command line may be on some systems.
            shell.environment().put("CLASSPATH", System.getProperty("java.class.path"));
            return shell.start().waitFor() == 0 ? ExitCode.DONE : ExitCode.FAILED;
        }
    }

    /** Refuses general options that scripts do not see. */
    private void requireEffect() {
        List<String> given = new ArrayList<>();
        given.addAll(common.json ? List.of("--json") : List.of());
        given.addAll(common.seed.isPresent() ? List.of("--seed") : List.of());
        given.addAll(common.threads.isPresent() ? List.of("--threads") : List.of());
        if (!given.isEmpty()) {
            throw new UsageException("expected no " + String.join(", ", given)
                    + " with shell, whose scripts do not see it, found it; leave it out");
        }
    }

    private List<String> command(Path startup) {
        List<String> command = new ArrayList<>(List.of(
                program().toString(),
                "--startup",
                "DEFAULT",
                "--startup",
                startup.toString(),
                "-R-XX:+IgnoreUnrecognizedVMOptions",
                "-R--enable-native-access=ALL-UNNAMED",
                "-R--sun-misc-unsafe-memory-access=allow",
                "-R-Djava.awt.headless=true",
                "-R-Dorg.bytedeco.javacpp.maxphysicalbytes=0"));
        for (Path script : scripts) {
            if (!Files.isRegularFile(script)) {
                throw new MmcrException("expected a script in " + script + ", found none; check the path");
            }
            command.add(script.toString());
        }
        return command;
    }

    private static Path program() {
        Path folder = Path.of(System.getProperty("java.home"), "bin");
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        Path program = folder.resolve(windows ? "jshell.exe" : "jshell");
        if (!Files.isExecutable(program)) {
            throw new MmcrException("expected jshell in " + folder
                    + ", found none; install a JDK, version 17 or newer, and set JAVA_HOME to it");
        }
        return program;
    }

    private static byte[] startup() throws IOException {
        try (InputStream in = ShellCommand.class.getResourceAsStream(STARTUP)) {
            if (in == null) {
                throw new IllegalStateException("the class path lacks " + STARTUP);
            }
            return in.readAllBytes();
        }
    }
}
