package org.mmcr.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.train.distributed.LocalLauncher;
import org.mmcr.train.run.RunDirectory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mmcr launch --nproc N -- pretrain DATA --out RUN}: one run on N processes of this machine. */
@Command(
        name = "launch",
        abbreviateSynopsis = true,
        description = "Runs pretrain on several processes of this machine, with the results of one process.",
        footer = {
            "",
            "Each batch is split over the processes; loss, gradient and batch-norm are those of one process.",
            "--seed, --threads, --json and -v may stand before or after pretrain.",
            "On a cluster, start mmcr pretrain itself with torchrun, srun or mpirun: it reads their environment.",
            "Example:  mmcr launch --nproc 2 -- pretrain pictures/ --out runs/first"
        })
final class LaunchCommand extends Subcommand {
    private static final int LAST_PORT = 65_535;

    @Option(names = "--nproc", paramLabel = "N", required = true, description = "Number of processes.")
    int processes;

    @Option(
            names = "--max-restarts",
            paramLabel = "R",
            defaultValue = "0",
            description =
                    "Restart from the last checkpoint, up to R times, if a process fails. Default: ${DEFAULT-VALUE}.")
    int restarts;

    @Option(names = "--port", paramLabel = "PORT", description = "The port of rank 0. Default: a free one.")
    Optional<Integer> port = Optional.empty();

    @Parameters(arity = "1..*", paramLabel = "pretrain ...", description = "The command and its arguments.")
    List<String> command = new ArrayList<>();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private volatile boolean stopped;
    private boolean lostResults;

    LaunchCommand(CommandContext context) {
        super(context);
    }

    @Override
    int execute() {
        requireArguments();
        List<String> whole = withGeneralOptions(parsed(command).common);
        PretrainCommand parsed = parsed(whole);
        if (parsed.resume.isEmpty()) {
            // Fails on a folder with a run, because a restart would continue that run.
            parsed.out.ifPresent(RunDirectory::create);
        }
        Optional<Path> run = parsed.resume.or(() -> parsed.out);
        LocalLauncher.Outcome outcome = once(whole);
        for (int restart = 1; mayRestart(outcome) && restart <= restarts && saved(run) && !stopped; restart++) {
            remarks()
                    .println(outcome.failure().get() + "; restart " + restart + " of " + restarts
                            + " from the last checkpoint");
            outcome = once(resumed(parsed, run.orElseThrow()));
        }
        if (outcome.failure().isPresent() && outcome.exitCode() == ExitCode.WRONG_USAGE) {
            // Rank 0 has printed where the help of the command is.
            remarks().println("mmcr: " + outcome.failure().get());
            return ExitCode.WRONG_USAGE;
        }
        if (outcome.failure().isPresent()) {
            throw new MmcrException(outcome.failure().get()
                    + (saved(run) ? "; the last checkpoint is intact: pretrain --resume " + run.orElseThrow() : ""));
        }
        if (outcome.exitCode() == ExitCode.DONE && lostResults) {
            return new Failures(context().terminal().err()).unwritten();
        }
        return outcome.exitCode();
    }

    private void requireArguments() {
        if (processes < 1 || restarts < 0) {
            throw usage("expected at least 1 process and no negative number of restarts, found --nproc " + processes
                    + " --max-restarts " + restarts);
        }
        if (port.isPresent() && (port.get() < 1 || port.get() > LAST_PORT)) {
            throw usage("expected --port from 1 to " + LAST_PORT + ", found " + port.get()
                    + "; leave it out to use a free one");
        }
        if (!command.get(0).equals("pretrain")) {
            throw usage("expected pretrain after launch, found '" + command.get(0)
                    + "', for example: mmcr launch --nproc 2 -- pretrain pictures/ --out runs/first");
        }
    }

    private PretrainCommand parsed(List<String> arguments) {
        PretrainCommand parsed = new PretrainCommand(context());
        new CommandLine(parsed)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .parseArgs(arguments.subList(1, arguments.size()).toArray(String[]::new));
        return parsed;
    }

    /** The command with the general options of launch that it does not have itself. */
    private List<String> withGeneralOptions(CommonOptions own) {
        List<String> whole = new ArrayList<>(List.of(command.get(0)));
        if (own.seed.isEmpty()) {
            common.seed.ifPresent(seed -> whole.addAll(List.of("--seed", seed.toString())));
        }
        if (own.threads.isEmpty()) {
            common.threads.ifPresent(threads -> whole.addAll(List.of("--threads", threads.toString())));
        }
        whole.addAll(common.json && !own.json ? List.of("--json") : List.of());
        whole.addAll(common.verbose && !own.verbose ? List.of("--verbose") : List.of());
        whole.addAll(command.subList(1, command.size()));
        return whole;
    }

    /** A wrong option stays wrong. */
    private static boolean mayRestart(LocalLauncher.Outcome outcome) {
        return outcome.failure().isPresent() && outcome.exitCode() != ExitCode.WRONG_USAGE;
    }

    private LocalLauncher.Outcome once(List<String> arguments) {
        List<String> whole = new ArrayList<>(java());
        whole.addAll(arguments);
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        OutputStream err = new FileOutputStream(FileDescriptor.err);
        LocalLauncher ranks = LocalLauncher.start(whole, processes, port.orElseGet(LocalLauncher::freePort), out, err);
        try (Interrupts.Registration ignored = context().interrupts().onRequest(() -> {
            stopped = true;
            ranks.stop();
        })) {
            LocalLauncher.Outcome outcome = ranks.await(ExitCode.INTERRUPTED);
            lostResults = ranks.hasLostResults();
            return outcome;
        }
    }

    private static boolean saved(Optional<Path> run) {
        return run.filter(folder ->
                        RunDirectory.ofAnother(folder).latestCheckpoint().isPresent())
                .isPresent();
    }

    /** The command that continues a run, with all options that do not belong to its configuration. */
    static List<String> resumed(PretrainCommand parsed, Path run) {
        List<String> arguments = new ArrayList<>(List.of("pretrain", "--resume", run.toString()));
        parsed.data.ifPresent(arguments::add);
        parsed.pairs.ifPresent(pairs -> arguments.addAll(List.of("--pairs", pairs)));
        parsed.device.name.ifPresent(device -> arguments.addAll(List.of("--device", device)));
        arguments.addAll(parsed.noPictures ? List.of("--no-pictures") : List.of());
        arguments.addAll(parsed.profile ? List.of("--profile") : List.of());
        arguments.addAll(parsed.common.json ? List.of("--json") : List.of());
        arguments.addAll(parsed.common.verbose ? List.of("--verbose") : List.of());
        return arguments;
    }

    /** The command of this process without its arguments. */
    private static List<String> java() {
        List<String> java = new ArrayList<>();
        java.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        java.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        java.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        return java;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
