package org.mmcr.cli;

import java.util.Optional;
import org.mmcr.train.run.PretrainConfig;
import picocli.CommandLine.Option;

/** Options of every command. */
final class CommonOptions {
    @Option(names = "--json", description = "Print one JSON document on stdout; everything else goes to stderr.")
    boolean json;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of every random draw.")
    Optional<Long> seed = Optional.empty();

    @Option(names = "--threads", paramLabel = "N", description = "Compute threads. Default: one per core.")
    Optional<Integer> threads = Optional.empty();

    @Option(
            names = {"-v", "--verbose"},
            description = "Log in detail, and print the stack trace of an error.")
    boolean verbose;

    /** The configuration with the given seed and threads. */
    PretrainConfig over(PretrainConfig config) {
        PretrainConfig seeded =
                seed.map(value -> config.with("seed", value.toString())).orElse(config);
        return threads.map(value -> seeded.with("threads", value.toString())).orElse(seeded);
    }
}
