package org.mmcr.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root command, which has the others as subcommands. */
@Command(
        name = "mmcr",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Learns encoders from unlabelled pictures or table rows by maximising manifold capacity (MMCR), and evaluates them.",
            ""
        },
        footer = {
            "",
            "Start with:  mmcr demo",
            "Then:        mmcr pretrain pictures/ --out runs/first",
            "",
            "Completion:  source <(mmcr completion)",
            "",
            "Pictures: a folder, a ZIP or TAR (archive.zip#inner/folder), a CSV list, Parquet, WebDataset shards, CIFAR, IDX or",
            "STL-10 binaries, a uint8 .npy or .npz. Tables of numbers: .csv, .parquet, .npy, .npz.",
            "Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted."
        })
final class Mmcr implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private Mmcr() {}

    /** Runs a command line and returns its exit code. It neither throws nor exits the process. */
    static int run(CommandContext context, String... arguments) {
        Failures failures = new Failures(context.terminal().err());
        try {
            int code = commandLine(context, failures, arguments).execute(arguments);
            return code == ExitCode.DONE && context.terminal().out().checkError() ? failures.unwritten() : code;
        } catch (OutOfMemoryError | LinkageError e) {
            boolean verbose = Arrays.stream(arguments).anyMatch(one -> one.equals("-v") || one.equals("--verbose"));
            return failures.report(e, verbose);
        }
    }

    private static CommandLine commandLine(CommandContext context, Failures failures, String... arguments) {
        List<Subcommand> all = Subcommand.all(context);
        // Only the called command is added, because reading the annotations of all takes as long as starting Java.
        Optional<Subcommand> called = all.stream()
                .filter(command -> arguments.length > 0 && command.name().equals(arguments[0]))
                .findFirst();
        called.ifPresent(Mmcr::loadInBackground);
        CommandLine root = new CommandLine(new Mmcr());
        called.map(List::of).orElse(all).forEach(root::addSubcommand);
        Map<String, CommandLine> added = root.getSubcommands();
        if (added.containsKey("launch")) {
            // Arguments after the launched command belong to it.
            added.get("launch").setStopAtPositional(true);
        }
        if (called.isEmpty()) {
            root.addSubcommand(SimulateCommand.group(context));
            root.addSubcommand(StudyCommand.group(context));
            root.addSubcommand(new CompletionCommand());
        }
        return root.setOut(context.terminal().out())
                .setErr(context.terminal().err())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false)
                .setHelpFactory(HelpText::of)
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures);
    }

    private static void loadInBackground(Subcommand command) {
        Thread loading = new Thread(
                () -> {
                    try {
                        command.load();
                    } catch (RuntimeException | LinkageError e) {
                        // The command fails in the same way and reports it.
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
