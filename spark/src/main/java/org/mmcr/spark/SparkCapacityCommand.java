package org.mmcr.spark;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.analysis.capacity.CorrelatedReport;
import org.mmcr.core.capacity.CapacityOptions;
import org.mmcr.core.capacity.CorrelatedOptions;
import org.mmcr.core.capacity.Dichotomies;
import org.mmcr.data.io.Provenance;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code capacity z.parquet}. */
@Command(
        name = "capacity",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Measures the manifold capacity of classes of embeddings in Parquet, classes in parallel.",
        footer = {
            "",
            "Columns: label, embedding (or embeddings, several points per row), and path, which orders the points of a class."
        })
final class SparkCapacityCommand implements Callable<Integer> {
    private static final CapacityOptions STANDARD = CapacityOptions.defaults();
    private static final String UNCORRELATED = "2018";
    private static final String CORRELATED = "glue";
    private static final String RANDOM = "random";
    private static final String ONE_VERSUS_REST = "one-vs-rest";

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Parquet files or folders.")
    @SuppressWarnings("NullAway.Init")
    private List<String> paths;

    @Option(names = "--kappa", paramLabel = "K", description = "Margin. Default: ${DEFAULT-VALUE}.")
    private double kappa = STANDARD.kappa();

    @Option(
            names = "--method",
            paramLabel = "2018|glue",
            description = "The theory of 2018, or the one of correlated classes (GLUE). Default: ${DEFAULT-VALUE}.")
    private String method = UNCORRELATED;

    @Option(
            names = "--dichotomies",
            paramLabel = "D",
            description = "With glue: random or one-vs-rest. Default: ${DEFAULT-VALUE}.")
    private String dichotomies = RANDOM;

    @Option(
            names = "--directions",
            paramLabel = "N",
            description =
                    "Random directions per class; with glue, for all classes together. Default: ${DEFAULT-VALUE}.")
    private int directions = STANDARD.directions();

    @Option(names = "--seed", paramLabel = "N", description = "Seed of every random draw. Default: ${DEFAULT-VALUE}.")
    private long seed = STANDARD.seed();

    @Mixin
    private final JobOptions job = new JobOptions();

    @Override
    public Integer call() throws IOException {
        requireWord("--method", method, List.of(UNCORRELATED, CORRELATED));
        requireWord("--dichotomies", dichotomies, List.of(RANDOM, ONE_VERSUS_REST));
        boolean correlated = method.equals(CORRELATED);
        if (correlated ? kappa != 0 : !dichotomies.equals(RANDOM)) {
            throw job.wrong("expected --kappa with the theory of 2018 and --dichotomies with --method glue, found "
                    + (correlated ? "--kappa " + kappa : "--dichotomies " + dichotomies) + "; leave it out");
        }
        return correlated ? correlated() : uncorrelated();
    }

    private void requireWord(String option, String found, List<String> words) {
        if (!words.contains(found)) {
            throw job.wrong("expected " + option + " " + String.join(" or ", words) + ", found " + found);
        }
    }

    private int uncorrelated() throws IOException {
        CapacityOptions options = job.check(() -> new CapacityOptions(kappa, directions, seed));
        try (SparkSession session = job.session("capacity")) {
            Provenance.seeded(seed);
            CapacityReport report = SparkCapacity.of(session.read().parquet(paths.toArray(String[]::new)), options);
            job.publish(session, report, text(report));
            return 0;
        }
    }

    private int correlated() throws IOException {
        Dichotomies sides = dichotomies.equals(RANDOM) ? new Dichotomies.Random() : new Dichotomies.OneVersusRest();
        CorrelatedOptions options = job.check(() -> new CorrelatedOptions(directions, sides, Optional.empty(), seed));
        try (SparkSession session = job.session("capacity")) {
            Provenance.seeded(seed);
            CorrelatedReport report =
                    SparkCorrelatedCapacity.of(session.read().parquet(paths.toArray(String[]::new)), options);
            job.publish(session, report, text(report));
            return 0;
        }
    }

    private static String text(CorrelatedReport report) {
        return String.join(
                System.lineSeparator(),
                String.format(
                        Locale.ROOT,
                        "%d classes, %d dimensions, %d pairs, worst optimality gap %.1e",
                        report.perManifold().size(),
                        report.ambientDimension(),
                        report.pairs(),
                        report.worstKktGap()),
                line("capacity", report.capacity(), "classes for each dimension, correlations included"),
                line("radius", report.radius(), "lengths of the centres"),
                line("dimension", report.dimension(), "of a class"));
    }

    private static String text(CapacityReport report) {
        return String.join(
                System.lineSeparator(),
                String.format(
                        Locale.ROOT,
                        "%d classes, %d dimensions, worst optimality gap %.1e",
                        report.perManifold().size(),
                        report.ambientDimension(),
                        report.worstKktGap()),
                line("capacity", report.capacity(), "classes for each dimension"),
                line("radius", report.radius(), "lengths of a class's centre"),
                line("dimension", report.dimension(), "of a class"),
                String.format(
                        Locale.ROOT,
                        "centres      correlation %.4f, %.4f after removing %d common directions",
                        report.centerCorrelation(),
                        report.residualCorrelation(),
                        report.lowRank()));
    }

    private static String line(String name, CapacityReport.Value value, String unit) {
        String interval = value.ci95().isEmpty()
                ? ""
                : String.format(
                        Locale.ROOT,
                        " [%.4f, %.4f]",
                        value.ci95().get(0),
                        value.ci95().get(1));
        return String.format(Locale.ROOT, "%-12s %.4f%s %s", name, value.value(), interval, unit);
    }
}
