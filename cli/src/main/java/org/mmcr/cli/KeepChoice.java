package org.mmcr.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.mmcr.data.DataOptions;
import picocli.CommandLine.Option;

/** The options that take samples and labels from a {@code curation.csv}. */
final class KeepChoice {
    @Option(
            names = "--keep",
            paramLabel = "CSV",
            description = "curation.csv of mmcr curate for the (training) data: samples with a flag are left out.")
    Optional<Path> keep = Optional.empty();

    @Option(
            names = "--relabel",
            description = "With --keep: take the labels of CSV. A sample whose only flag is label is kept, with its"
                    + " suggested label.")
    boolean relabel;

    /** Returns options with the samples and labels of the file. */
    DataOptions over(DataOptions base) {
        return require(base.withKeep(keep).withRelabel(relabel));
    }

    /** Returns the options for test data, to which the curation of the training data does not apply. */
    static DataOptions ofTest(DataOptions training) {
        return training.withKeep(Optional.empty()).withRelabel(false);
    }

    /**
     * Returns the options.
     *
     * @throws UsageException if labels are to be taken from no file
     */
    static DataOptions require(DataOptions options) {
        if (options.relabel() && options.keep().isEmpty()) {
            throw new UsageException(
                    "expected --keep CSV with --relabel, found none; give the curation.csv of mmcr curate");
        }
        return options;
    }
}
