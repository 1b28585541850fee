package org.mmcr.spark;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.sql.AnalysisException;
import org.mmcr.core.MmcrException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Entry point of {@code spark-submit --class org.mmcr.spark.SparkMain}. */
@Command(
        name = "mmcr-spark",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {SparkSpectrumCommand.class, SparkCapacityCommand.class, SparkEmbedCommand.class},
        description = "Embeds pictures, and measures embeddings, that exceed one machine.",
        footer = {"", "Exit codes: 0 done, 1 failed, 2 wrong usage."})
public final class SparkMain implements Runnable {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private SparkMain() {}

    /** Exits the process on failure and returns otherwise, as Spark on YARN and Kubernetes expects. */
    public static void main(String[] arguments) {
        int code = run(System.out, System.err, arguments);
        if (code != 0) {
            System.exit(code);
        }
    }

    /** Runs one command line and returns its exit code. */
    static int run(PrintStream out, PrintStream err, String... arguments) {
        CommandLine root = new CommandLine(new SparkMain());
        int code = root.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(SparkMain::failed)
                .setParameterExceptionHandler(SparkMain::wrongUsage)
                .execute(arguments);
        if (code == 0 && root.getOut().checkError()) {
            root.getErr()
                    .println("mmcr-spark: expected to write the result to stdout, found that it cannot be written;"
                            + " check the space left, or the program that reads it");
            return FAILED;
        }
        return code;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing, for example: spectrum z.parquet");
    }

    private static int wrongUsage(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        command.getErr().println("mmcr-spark: " + firstLine(failure));
        command.getErr().println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        return WRONG_USAGE;
    }

    /** Prints a failure in one line, with {@code -v} also its stack trace. */
    private static int failed(Exception failure, CommandLine command, ParseResult arguments) {
        command.getErr().println("mmcr-spark: " + describe(failure));
        if (arguments.expandedArgs().stream().anyMatch(one -> one.equals("-v") || one.equals("--verbose"))) {
            failure.printStackTrace(command.getErr());
        }
        return FAILED;
    }

    /** Message of the innermost cause: Spark wraps a task's exception in its own. */
    private static String describe(Throwable failure) {
        Optional<Throwable> ours = Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .filter(cause -> cause instanceof MmcrException)
                .findFirst();
        if (ours.isPresent()) {
            return firstLine(ours.get());
        }
        String kind = failure instanceof AnalysisException || failure instanceof SparkException
                ? "Spark: "
                : "unexpected " + failure.getClass().getSimpleName() + ": ";
        return kind + firstLine(failure) + "; run with -v for the stack trace";
    }

    private static String firstLine(Throwable failure) {
        return Optional.ofNullable(failure.getMessage())
                .orElse("")
                .strip()
                .lines()
                .findFirst()
                .orElse("");
    }
}
