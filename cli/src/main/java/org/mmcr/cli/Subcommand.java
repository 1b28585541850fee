package org.mmcr.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;
import org.mmcr.train.run.ComputeThreads;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What the commands share: the common options, where to print, and logging set up before the work starts. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true)
abstract class Subcommand implements Callable<Integer> {
    @Mixin
    final CommonOptions common = new CommonOptions();

    private final CommandContext context;

    Subcommand(CommandContext context) {
        this.context = context;
    }

    static List<Subcommand> all(CommandContext context) {
        return List.of(
                new DemoCommand(context),
                new PretrainCommand(context),
                new LaunchCommand(context),
                new EvaluateCommand(context),
                new EmbedCommand(context),
                new DownloadCommand(context),
                new InspectCommand(context),
                new ExportCommand(context),
                new LossCommand(context),
                new AnalyzeCommand(context),
                new CapacityCommand(context),
                new ReportCommand(context),
                new ExploreCommand(context),
                new BenchCommand(context));
    }

    /** What is typed after {@code mmcr}. */
    final String name() {
        return getClass().getAnnotation(Command.class).name();
    }

    /**
     * Loads what takes long and needs no option, on a thread of its own while the options are read. Nothing waits for it, and what
     * fails here fails again where it is needed.
     */
    void load() {}

    /** Does the work and returns the exit code; failures are thrown. */
    abstract int execute() throws Exception;

    @Override
    public final Integer call() throws Exception {
        Logging.configure(common.verbose);
        return execute();
    }

    /** Sets the number of compute threads, as {@code --threads} says or one for each core, and returns it. */
    final int useThreads() {
        int threads = threads();
        ComputeThreads.use(threads);
        return threads;
    }

    /** For work that is parallel in Java: one thread for native arithmetic, and how many to start. */
    final int threadsOfJava() {
        ComputeThreads.use(1);
        return threads();
    }

    /** How many threads {@code --threads} says, or one for each processor. */
    final int threads() {
        int threads = common.threads.orElseGet(ComputeThreads::available);
        if (threads < 1) {
            throw new MmcrException(
                    "expected --threads of at least 1, found " + threads + "; leave it out to use all processors");
        }
        return threads;
    }

    final CommandContext context() {
        return context;
    }

    /** For results: stdout, or stderr when stdout carries the JSON document. */
    final PrintWriter text() {
        return context.terminal().text(common.json);
    }

    /** For progress and remarks. */
    final PrintWriter remarks() {
        return context.terminal().err();
    }

    /** The JSON document of {@code --json}; call once, with everything. */
    final void printJson(Object document) {
        context.terminal().out().println(Json.text(document));
        context.terminal().out().flush();
    }
}
