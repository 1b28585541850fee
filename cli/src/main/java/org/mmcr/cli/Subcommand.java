package org.mmcr.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.PairedSource;
import org.mmcr.data.PictureSource;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.Provenance;
import org.mmcr.train.run.ComputeThreads;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Base of the commands: common options, output, and logging. */
@Command(versionProvider = Version.class, sortOptions = false, usageHelpAutoWidth = true)
abstract class Subcommand implements Callable<Integer> {
    @Mixin
    final CommonOptions common = new CommonOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

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
                new TransferCommand(context),
                new CompareCommand(context),
                new PlanCommand(context),
                new FinetuneCommand(context),
                new EmbedCommand(context),
                new DownloadCommand(context),
                new InspectCommand(context),
                new ExportCommand(context),
                new LossCommand(context),
                new AnalyzeCommand(context),
                new CapacityCommand(context),
                new QualityCommand(context),
                new ChooseCommand(context),
                new CurateCommand(context),
                new ReportCommand(context),
                new ExploreCommand(context),
                new ServeCommand(context),
                new ShellCommand(context),
                new BenchCommand(context));
    }

    /** Name on the command line. */
    final String name() {
        return getClass().getAnnotation(Command.class).name();
    }

    /**
     * Loads classes and libraries that every call needs, on a background thread while the options are parsed. Nothing
     * waits for it; a failure occurs again where the class is needed.
     */
    void load() {}

    /** Runs the command and returns the exit code; failures are thrown. */
    abstract int execute() throws Exception;

    @Override
    public final Integer call() throws Exception {
        Logging.configure(common.verbose);
        Provenance.begin(CommandCall.of(spec));
        return execute();
    }

    /** Sets the number of compute threads to {@code --threads}, by default one per core, and returns it. */
    final int useThreads() {
        int threads = threads();
        ComputeThreads.use(threads);
        return threads;
    }

    /**
     * Sets native arithmetic to one thread, for work that is parallel in Java, and returns the number of Java threads.
     */
    final int threadsOfJava() {
        ComputeThreads.use(1);
        return threads();
    }

    /** Value of {@code --threads}, by default one per processor. */
    final int threads() {
        int threads = common.threads.orElseGet(ComputeThreads::available);
        if (threads < 1) {
            throw new UsageException(
                    "expected --threads of at least 1, found " + threads + "; omit it to use all processors");
        }
        return threads;
    }

    /** Seed of the command's random draws: that of {@code --seed}, by default the given one. Its documents name it. */
    final long seed(long standard) {
        long used = common.seed.orElse(standard);
        Provenance.seeded(used);
        return used;
    }

    /** Makes a run whose checkpoint was read an input in the provenance of the documents. */
    static void opened(Path run, String fingerprint) {
        Provenance.opened(run.toString(), fingerprint);
    }

    /** Opens data, and says so on stderr while it takes long. */
    final DataSource open(String location, DataOptions how) {
        return reading("reading " + location, () -> DataSources.open(location, how));
    }

    /** The same for pictures. */
    final PictureSource openPictures(String location, DataOptions how) {
        String words = "reading " + location + "; every picture is decoded once, so that none fails later";
        return reading(words, () -> DataSources.pictures(location, how));
    }

    /** The same for paired data. */
    final PairedSource openPairs(String location, DataOptions how) {
        return reading("reading " + location, () -> PairedSource.open(location, how));
    }

    /** Says on stderr what is being read while it takes long. */
    final <T> T reading(String words, Supplier<T> opening) {
        try (SlowNotice notice = new SlowNotice(context.terminal(), words)) {
            return opening.get();
        }
    }

    final CommandContext context() {
        return context;
    }

    /** Writer of results: stdout, or stderr if stdout has the JSON document. */
    final PrintWriter text() {
        return context.terminal().text(common.json);
    }

    /** Writer of progress and remarks. */
    final PrintWriter remarks() {
        return context.terminal().err();
    }

    /**
     * Prints the document of a finished command.
     *
     * @param table prints it as text, without {@code --json}
     * @return the exit code
     */
    final <T> int finish(T document, Consumer<T> table) {
        if (common.json) {
            printJson(document);
        } else {
            table.accept(document);
        }
        return ExitCode.DONE;
    }

    /**
     * The same for a command that may have been stopped.
     *
     * @param document empty if it was
     * @param stopped says what is left then
     */
    final <T> int finish(Optional<T> document, String stopped, Consumer<T> table) {
        if (document.isEmpty()) {
            remarks().println(stopped);
            return ExitCode.INTERRUPTED;
        }
        return finish(document.get(), table);
    }

    /** Prints the document of {@code --json}; called once. */
    final void printJson(Object document) {
        context.terminal().out().println(Json.document(document));
        context.terminal().out().flush();
    }
}
