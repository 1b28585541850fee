package org.mmcr.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.mmcr.analysis.capacity.PointFile;
import org.mmcr.analysis.capacity.PointOptions;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.data.io.ArrayFiles;
import org.mmcr.data.io.SpikeCounts;
import picocli.CommandLine.Option;

/** The options of {@code mmcr capacity} that choose the points of a file. */
final class CapacityPoints {
    @Option(
            names = "--labels",
            paramLabel = "Y",
            description = {
                "The class of each point: y.npy, y.npz#name, a column label of y.csv or y.parquet, lines of y.txt; or",
                "#NAME, an array of X's own file or a column of an NWB file's trials."
            })
    Optional<String> labels = Optional.empty();

    @Option(names = "--drop-nan", description = "Leave out points with NaN or infinity, and name them.")
    private boolean dropNan;

    @Option(
            names = "--drop-silent",
            description = "Leave out dimensions of one value in all points, such as silent units, and name them.")
    private boolean dropSilent;

    @Option(
            names = "--window",
            split = ",",
            paramLabel = "FROM,TO",
            description = "Of an NWB file: seconds around each trial's event in which spikes are counted.")
    private List<Double> window = new ArrayList<>();

    @Option(names = "--bin", paramLabel = "S", description = "Length of a bin in seconds. Default: the window.")
    private Optional<Double> bin = Optional.empty();

    @Option(
            names = "--align",
            paramLabel = "COLUMN",
            description = "Column of the trials with the time of the event. Default: start_time.")
    private Optional<String> align = Optional.empty();

    @Option(names = "--max-points", paramLabel = "M", description = "Use a random M of each class's points.")
    Optional<Integer> most = Optional.empty();

    @Option(names = "--project", paramLabel = "DIM", description = "Project at random to DIM dimensions first.")
    Optional<Integer> width = Optional.empty();

    /** Opens the files, with a condition for each of them and each of their times. */
    List<PointFile.Condition> conditions(List<String> locations, long seed) {
        Optional<SpikeCounts.Window> bins = bins();
        if (bins.isPresent() && !locations.stream().allMatch(ArrayFiles::isRecording)) {
            throw new UsageException(
                    "expected --window with an NWB file, found " + String.join(", ", locations) + "; leave it out");
        }
        return PointFile.conditions(locations, new PointOptions(labels, most(), dropNan, dropSilent, bins, seed));
    }

    private Optional<SpikeCounts.Window> bins() {
        if (window.isEmpty()) {
            if (bin.isPresent() || align.isPresent()) {
                throw new UsageException("expected --window FROM,TO with --bin and --align, found none; add it");
            }
            return Optional.empty();
        }
        if (window.size() != 2) {
            throw new UsageException("expected --window FROM,TO in seconds, found " + window.size()
                    + " numbers; for example --window -0.2,0.8");
        }
        double length = window.get(1) - window.get(0);
        return Optional.of(UsageException.check(() ->
                new SpikeCounts.Window(window.get(0), window.get(1), bin.orElse(length), align.orElse("start_time"))));
    }

    /** Returns the options given that choose points of a file. */
    List<String> given() {
        Map<String, Boolean> options = new LinkedHashMap<>();
        options.put("--labels", labels.isPresent());
        options.put("--drop-nan", dropNan);
        options.put("--drop-silent", dropSilent);
        options.put("--window", !window.isEmpty());
        options.put("--bin", bin.isPresent());
        options.put("--align", align.isPresent());
        return options.keySet().stream().filter(options::get).toList();
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
