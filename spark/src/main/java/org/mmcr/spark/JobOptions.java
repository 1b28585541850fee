package org.mmcr.spark;

import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.Provenance;
import org.mmcr.train.run.Machine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Options of every job: output and logging. */
final class JobOptions {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(names = "--json", description = "Print one JSON document on stdout.")
    boolean json;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Also write the JSON document to this file, on any file system of Spark.")
    private Optional<String> report = Optional.empty();

    @Option(names = "--overwrite", description = "Replace the report if it exists.")
    private boolean overwrite;

    @Option(
            names = {"-v", "--verbose"},
            description = "Let Spark log in detail, and print the stack trace of an error.")
    private boolean verbose;

    /** Returns the failure of a wrong use, which ends with exit code 2. */
    ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    /** Makes an object out of option values; its complaint about one of them is a wrong use. */
    <T> T check(Supplier<T> options) {
        try {
            return options.get();
        } catch (MmcrException e) {
            throw wrong(String.valueOf(e.getMessage()));
        }
    }

    /** Returns the session of spark-submit, or one on all cores of this machine; begins the provenance of the job. */
    SparkSession session(String job) {
        Provenance.begin(call());
        SparkConf given = new SparkConf(true);
        SparkSession.Builder builder = SparkSession.builder().appName("mmcr " + job);
        if (!given.contains("spark.master")) {
            builder.master("local[*]");
        }
        SparkSession session = builder.getOrCreate();
        // Spark would log the exception of a failed task before our one-line message.
        session.sparkContext().setLogLevel(verbose ? "INFO" : "FATAL");
        if (!overwrite) {
            report.ifPresent(
                    file -> JobOutput.requireNone(session, file, "give another name, or --overwrite to replace it"));
        }
        return session;
    }

    /** The call of this job; its machine is that of the driver. */
    private Provenance.Call call() {
        ParseResult parsed = command.commandLine().getParseResult();
        ParseResult whole = command.root().commandLine().getParseResult();
        return new Provenance.Call(
                Machine.mmcrVersion(),
                Provenance.Call.commandLine("mmcr-spark", whole.originalArgs()),
                parsed.matchedPositionals().stream()
                        .flatMap(argument -> argument.originalStringValues().stream())
                        .toList(),
                new Provenance.Machine(
                        Machine.cpuModel(),
                        Runtime.getRuntime().availableProcessors(),
                        Machine.operatingSystem(),
                        Machine.javaRuntime()));
    }

    /** Prints a result as JSON or text, and writes it to the report file if there is one. */
    void publish(SparkSession session, Object document, String text) {
        report.ifPresent(file -> JobOutput.text(session, file, Json.document(document) + "\n"));
        command.commandLine().getOut().println(json ? Json.document(document) : text);
        command.commandLine().getOut().flush();
    }
}
