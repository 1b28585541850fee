package org.mmcr.cli;

import java.util.Optional;
import org.mmcr.train.run.PretrainConfig;
import picocli.CommandLine.Option;

/** Options of every command, after its own in the help. */
final class CommonOptions {
    /** Place in the help of options that describe an encoder's file, after the options of the command itself. */
    static final int OF_ENCODERS = 500;

    /** Place in the help of options that describe a table. */
    static final int OF_TABLES = 600;

    /** Place in the help of the general options. */
    private static final int LAST = 1000;

    @Option(
            names = "--json",
            order = LAST,
            description = "Print one JSON document on stdout; everything else goes to stderr.")
    boolean json;

    @Option(names = "--seed", order = LAST, paramLabel = "N", description = "Seed of every random draw.")
    Optional<Long> seed = Optional.empty();

    @Option(
            names = "--threads",
            order = LAST,
            paramLabel = "N",
            description = "Compute threads. Default: one per core.")
    Optional<Integer> threads = Optional.empty();

    @Option(
            names = {"-v", "--verbose"},
            order = LAST,
            description = "Log in detail, and print the stack trace of an error.")
    boolean verbose;

    @Option(
            names = {"-h", "--help"},
            order = LAST,
            usageHelp = true,
            description = "Show this help message and exit.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            order = LAST,
            versionHelp = true,
            description = "Print version information and exit.")
    boolean version;

    /** The configuration with the given seed and threads. */
    PretrainConfig over(PretrainConfig config) {
        PretrainConfig seeded =
                seed.map(value -> config.with("seed", value.toString())).orElse(config);
        return threads.map(value -> seeded.with("threads", value.toString())).orElse(seeded);
    }
}
