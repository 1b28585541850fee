package org.mmcr.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.mmcr.analysis.capacity.PointFile;
import org.mmcr.core.capacity.ManifoldSource;
import picocli.CommandLine.Option;

/** The options of {@code mmcr capacity} that choose the points of a file. */
final class CapacityPoints {
    @Option(
            names = "--labels",
            paramLabel = "Y",
            description = "The class of each point: y.npy, y.npz#name, a column label of y.csv or y.parquet, lines of"
                    + " y.txt.")
    Optional<String> labels = Optional.empty();

    @Option(names = "--max-points", paramLabel = "M", description = "Use a random M of each class's points.")
    Optional<Integer> most = Optional.empty();

    @Option(names = "--project", paramLabel = "DIM", description = "Project at random to DIM dimensions first.")
    Optional<Integer> width = Optional.empty();

    PointFile open(String location, long seed) {
        return PointFile.open(location, labels, most(), seed);
    }

    /** Opens several conditions, by name; empty for the classes of one. */
    Map<String, PointFile> conditions(List<String> locations, long seed) {
        return PointFile.conditions(locations, labels, most(), seed);
    }

    /** Returns the points of a file, projected if {@code --project} says so. */
    ManifoldSource manifolds(PointFile file, long seed) {
        return file.projected(width(), seed);
    }

    OptionalInt most() {
        return atLeastOne("--max-points", most);
    }

    OptionalInt width() {
        return atLeastOne("--project", width);
    }

    private static OptionalInt atLeastOne(String option, Optional<Integer> value) {
        if (value.orElse(1) < 1) {
            throw new UsageException("expected " + option + " of at least 1, found " + value.orElseThrow());
        }
        return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }
}
