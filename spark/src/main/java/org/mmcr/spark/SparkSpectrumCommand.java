package org.mmcr.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.mmcr.data.io.Provenance;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spectrum z.parquet}. */
@Command(
        name = "spectrum",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description =
                "Measures nuclear norm, percent error, spectrum and alignment of any number of embeddings in Parquet.",
        footer = {
            "",
            "Columns: embeddings (the K views of a sample in one row), or embedding and sample (one view per row), or embedding alone",
            "(one view); label for --per-class; path for messages. Numbers of any scale, float or double."
        })
final class SparkSpectrumCommand implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "PATH", description = "Parquet files or folders.")
    private List<String> paths = new ArrayList<>();

    @Option(names = "--per-class", description = "The same figures for each label too.")
    private boolean perClass;

    @Option(
            names = "--uniform",
            split = ",",
            paramLabel = "N,D",
            description =
                    "Instead of PATH: N uniform points in D dimensions, drawn by the executors, to time a cluster.")
    private List<Long> uniform = new ArrayList<>();

    @Option(names = "--partitions", paramLabel = "P", description = "Tasks that draw them. Default: four per core.")
    private Optional<Integer> partitions = Optional.empty();

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the points. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin
    private final JobOptions job = new JobOptions();

    @Override
    public Integer call() throws IOException {
        requireOptions();
        try (SparkSession session = job.session("spectrum")) {
            SpectrumReport report = uniform.isEmpty()
                    ? SparkSpectrum.of(session.read().parquet(paths.toArray(String[]::new)), perClass)
                    : ofUniform(JavaSparkContext.fromSparkContext(session.sparkContext()));
            job.publish(session, report, text(report));
            return 0;
        }
    }

    private void requireOptions() {
        if (paths.isEmpty() == uniform.isEmpty()) {
            throw job.wrong("expected either PATH or --uniform N,D, found " + (paths.isEmpty() ? "neither" : "both")
                    + "; give one of them");
        }
        if (!uniform.isEmpty() && (uniform.size() != 2 || perClass)) {
            throw job.wrong("expected --uniform N,D without --per-class, found " + uniform.size()
                    + " numbers; for example --uniform 1000000,128");
        }
        if (!uniform.isEmpty() && (uniform.get(0) < 1 || uniform.get(1) < 1 || uniform.get(1) > Integer.MAX_VALUE)) {
            throw job.wrong("expected --uniform N,D with N of at least 1 and D from 1 to " + Integer.MAX_VALUE
                    + ", found " + uniform.get(0) + "," + uniform.get(1));
        }
        if (partitions.orElse(1) < 1) {
            throw job.wrong("expected --partitions of at least 1, found " + partitions.get() + "; leave it out");
        }
    }

    private SpectrumReport ofUniform(JavaSparkContext context) {
        Provenance.seeded(seed);
        int parts = partitions.orElse(4 * context.defaultParallelism());
        return SparkSpectrum.of(
                UniformSamples.of(context, uniform.get(0), Math.toIntExact(uniform.get(1)), seed, parts), false);
    }

    private static String text(SpectrumReport report) {
        List<String> lines = new ArrayList<>();
        CentroidSpectrum all = report.all();
        line(lines, "embeddings", "%,d samples, %d views, dimension %d", all.samples(), all.views(), all.dimension());
        line(lines, "nuclear norm", "%.4f of at most %.4f", all.nuclearNorm(), all.upperBound());
        line(
                lines,
                "percent error",
                "%.2f %% (uniform points: %.2f %%)",
                100 * all.percentError(),
                100 * all.uniformPercentError());
        line(lines, "factors", "%.4f invariance x %.4f spread", all.invariance(), all.spread());
        line(
                lines,
                "effective rank",
                "%.1f of at most %d",
                all.effectiveRank(),
                all.singularValues().size());
        line(lines, "|centroid|^2", "mean %.4f", all.meanSquaredCentroidNorm());
        line(lines, "spectrum", "%.3f from the Marchenko-Pastur law (0: equal)", all.marchenkoPasturDistance());
        all.alignment().ifPresent(value -> line(lines, "alignment", "%.4f (0: views coincide)", value));
        report.classes()
                .forEach((label, one) -> line(
                        lines,
                        "class " + (label.isEmpty() ? "(none)" : label),
                        "%,d samples, percent error %.2f %%, effective rank %.1f",
                        one.samples(),
                        100 * one.percentError(),
                        one.effectiveRank()));
        return String.join(System.lineSeparator(), lines);
    }

    private static void line(List<String> lines, String name, String format, Object... values) {
        lines.add(String.format(Locale.ROOT, "%-15s %s", name, String.format(Locale.ROOT, format, values)));
    }
}
