package org.mmcr.spark;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.core.capacity.CapacityOptions;
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

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Parquet files or folders.")
    @SuppressWarnings("NullAway.Init")
    private List<String> paths;

    @Option(names = "--kappa", paramLabel = "K", description = "Margin. Default: ${DEFAULT-VALUE}.")
    private double kappa = STANDARD.kappa();

    @Option(
            names = "--directions",
            paramLabel = "N",
            description = "Random directions per class. Default: ${DEFAULT-VALUE}.")
    private int directions = STANDARD.directions();

    @Option(names = "--seed", paramLabel = "N", description = "Seed of every random draw. Default: ${DEFAULT-VALUE}.")
    private long seed = STANDARD.seed();

    @Mixin
    private final JobOptions job = new JobOptions();

    @Override
    public Integer call() throws IOException {
        CapacityOptions options = new CapacityOptions(kappa, directions, seed);
        try (SparkSession session = job.session("capacity")) {
            CapacityReport report = SparkCapacity.of(session.read().parquet(paths.toArray(String[]::new)), options);
            job.publish(session, report, text(report));
            return 0;
        }
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
        return String.format(
                Locale.ROOT,
                "%-12s %.4f [%.4f, %.4f] %s",
                name,
                value.value(),
                value.ci95().get(0),
                value.ci95().get(1),
                unit);
    }
}
