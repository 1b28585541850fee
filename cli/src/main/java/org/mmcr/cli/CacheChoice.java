package org.mmcr.cli;

import picocli.CommandLine.Option;

/** Whether features of earlier commands are read and new ones kept. */
final class CacheChoice {
    @Option(
            names = "--no-cache",
            description = "Compute the features, and keep none for later commands. Default: they are read from the"
                    + " user's cache and kept there.")
    boolean off;
}
