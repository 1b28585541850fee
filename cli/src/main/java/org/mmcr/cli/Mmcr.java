package org.mmcr.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root command: names the others and holds nothing itself. */
@Command(
        name = "mmcr",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Learns an image encoder from unlabelled pictures by maximising manifold capacity (MMCR), and measures it.",
            ""
        },
        footer = {
            "",
            "Start with:  mmcr demo",
            "Then:        mmcr pretrain pictures/ --out runs/first",
            "",
            "Pictures: a folder, a ZIP or TAR (archive.zip#inner/folder), CIFAR, IDX or STL-10 binaries, or a uint8 .npy.",
            "Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted."
        })
final class Mmcr implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private Mmcr() {}

    /** Runs one command line and returns its exit code; never throws, never ends the process. */
    static int run(CommandContext context, String... arguments) {
        Failures failures = new Failures(context.terminal().err());
        try {
            return commandLine(context, failures, arguments).execute(arguments);
        } catch (OutOfMemoryError | LinkageError e) {
            boolean verbose = Arrays.asList(arguments).contains("-v");
            return failures.report(e, verbose);
        }
    }

    private static CommandLine commandLine(CommandContext context, Failures failures, String... arguments) {
        List<Subcommand> all = Subcommand.all(context);
        // Reading the annotations of all commands takes as long as starting Java; the one that is called is enough.
        Optional<Subcommand> called = all.stream()
                .filter(command -> arguments.length > 0 && command.name().equals(arguments[0]))
                .findFirst();
        called.ifPresent(Mmcr::loadBeside);
        CommandLine root = new CommandLine(new Mmcr());
        called.map(List::of).orElse(all).forEach(root::addSubcommand);
        Map<String, CommandLine> added = root.getSubcommands();
        if (added.containsKey("launch")) {
            // What follows the command to launch is that command's own.
            added.get("launch").setStopAtPositional(true);
        }
        if (called.isEmpty()) {
            root.addSubcommand(SimulateCommand.group(context));
            root.addSubcommand(new GenerateCompletion());
            CommandLine completion = root.getSubcommands().get("generate-completion");
            completion.getCommandSpec().usageMessage().hidden(true);
        }
        return root.setOut(context.terminal().out())
                .setErr(context.terminal().err())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures);
    }

    private static void loadBeside(Subcommand command) {
        Thread loading = new Thread(
                () -> {
                    try {
                        command.load();
                    } catch (RuntimeException | LinkageError e) {
                        // The command meets the same failure, and says so.
                    }
                },
                "load");
        loading.setDaemon(true);
        loading.start();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing, for example: mmcr demo");
    }
}
