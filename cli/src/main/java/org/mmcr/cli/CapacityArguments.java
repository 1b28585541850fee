package org.mmcr.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mmcr.analysis.capacity.CapacitySeries.Over;
import org.mmcr.analysis.capacity.SeriesMeasurement;
import org.mmcr.core.capacity.CapacityOptions;
import org.mmcr.core.capacity.CorrelatedOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of {@code mmcr capacity}, and what follows from them. */
abstract class CapacityArguments extends Subcommand {
    private static final CapacityOptions STANDARD = CapacityOptions.defaults();

    static final int COSTLIEST = 5;
    static final int LAYER_POINTS = 50;
    static final int LAYER_PROJECT = 1024;

    @Parameters(
            arity = "0..*",
            paramLabel = "X|RUN",
            description =
                    "The points (.npy, .npz, .mat, .h5, .nwb, .csv or .parquet) of one condition or several; or the folder of a run.")
    List<String> locations = new ArrayList<>();

    @Mixin
    final CapacityPoints points = new CapacityPoints();

    @Mixin
    final CapacityMethod theory = new CapacityMethod();

    @Option(names = "--kappa", paramLabel = "K", description = "Margin. Default: ${DEFAULT-VALUE}.")
    double kappa = STANDARD.kappa();

    @Option(
            names = "--directions",
            paramLabel = "N",
            description = "Random directions for each class; with glue, for all classes together. Default: 300.")
    Optional<Integer> directions = Optional.empty();

    @Option(
            names = "--simulate",
            paramLabel = "TRIALS",
            description =
                    "Count capacity too, on so many random dichotomies at each number of dimensions; for up to 4000 points.")
    Optional<Integer> simulate = Optional.empty();

    @Option(
            names = "--costliest",
            paramLabel = "N",
            description =
                    "List the N points that cost most capacity, and the capacity without each; 0 for none. Not with glue."
                            + " Default: 5.")
    Optional<Integer> costliest = Optional.empty();

    @Option(names = "--data", paramLabel = "DATA", description = "Labelled pictures, with RUN or --encoder.")
    Optional<String> data = Optional.empty();

    @Option(
            names = "--every-checkpoint",
            description =
                    "With RUN and --data: the features of every checkpoint that the run keeps, as a curve over steps.")
    boolean everyCheckpoint;

    @Mixin
    final EncoderChoice choice = new EncoderChoice();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Write capacity.json or glue.json and the page report.html there; of an encoder, layers.json, of several conditions"
                            + " series.json, with a chart and the page.")
    Optional<Path> out = Optional.empty();

    @Mixin
    final OutputFolder output = new OutputFolder();

    @Option(names = "--single", paramLabel = "POINTS.npy", description = "One prepared manifold instead.")
    Optional<String> single = Optional.empty();

    @Option(
            names = "--t",
            paramLabel = "T.npy",
            description = "Its directions; with glue, the directions (pairs, dimensions).")
    Optional<String> given = Optional.empty();

    CapacityArguments(CommandContext context) {
        super(context);
    }

    /** Whether features of an encoder are measured, not points of a file. */
    final boolean ofEncoder() {
        return data.isPresent() || choice.file().isPresent();
    }

    /** Refuses options that would have no effect. */
    final void requireEffect() {
        if (locations.size() > 1 && data.isPresent()) {
            throw new UsageException("expected one RUN with --data, found " + String.join(", ", locations));
        }
        theory.requireEffect(
                kappa, directions.isPresent(), given.isPresent(), points.width.isPresent(), data.isPresent());
        boolean encoder = ofEncoder();
        if (costliest.isPresent()
                && (encoder || locations.size() > 1 || !theory.method().isUncorrelated())) {
            throw new UsageException("expected --costliest with one file of points and --method 2018 or both, found it"
                    + (encoder ? " with an encoder" : locations.size() > 1 ? " with several files" : " with glue")
                    + "; leave it out");
        }
    }

    final Optional<String> location() {
        return locations.stream().findFirst();
    }

    final CorrelatedOptions correlatedOptions() {
        return theory.options(given, () -> directions.orElse(STANDARD.directions()), seed());
    }

    final long seed() {
        return common.seed.orElse(STANDARD.seed());
    }

    final CapacityOptions options() {
        return options(0);
    }

    final CapacityOptions options(int leftOut) {
        return UsageException.check(
                () -> new CapacityOptions(kappa, directions.orElse(STANDARD.directions()), seed(), leftOut));
    }

    /** One prepared manifold has no classes, no random directions and no encoder. */
    final void requireNoOther() {
        Map<String, Boolean> others = new LinkedHashMap<>();
        others.put("X|RUN", !locations.isEmpty());
        points.given().forEach(option -> others.put(option, true));
        others.put("--every-checkpoint", everyCheckpoint);
        others.put("--directions", directions.isPresent());
        theory.given().forEach(option -> others.put(option, true));
        others.put("--max-points", points.most.isPresent());
        others.put("--project", points.width.isPresent());
        others.put("--simulate", simulate.isPresent());
        others.put("--costliest", costliest.isPresent());
        others.put("--data", data.isPresent());
        others.put("--encoder", choice.file().isPresent());
        choice.givenForFile().forEach(option -> others.put(option, true));
        others.put("--out", out.isPresent());
        others.put("--overwrite", output.overwrite);
        others.put("--seed", common.seed.isPresent());
        List<String> given = others.keySet().stream().filter(others::get).toList();
        if (!given.isEmpty()) {
            throw new UsageException("expected only --t and --kappa with --single, found also "
                    + String.join(", ", given) + "; leave it out");
        }
    }

    final SeriesMeasurement measurement(Over over, int threads) {
        return switch (theory.method()) {
            case UNCORRELATED -> SeriesMeasurement.of(over, options(), threads);
            case CORRELATED -> SeriesMeasurement.of(over, correlatedOptions(), threads);
            case BOTH ->
                throw new UsageException("expected --method 2018 or glue with several conditions, found both;"
                        + " measure them twice, each with --out");
        };
    }
}
