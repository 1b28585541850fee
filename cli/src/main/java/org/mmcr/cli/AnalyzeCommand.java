package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.mmcr.analysis.embeddings.Analysis;
import org.mmcr.analysis.embeddings.AnalysisCharts;
import org.mmcr.analysis.embeddings.Centroids;
import org.mmcr.analysis.embeddings.Information;
import org.mmcr.core.JitteredSample;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.LabelFile;
import org.mmcr.data.io.Json;
import org.mmcr.report.page.ReportPage;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.ViewEmbeddings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr analyze Z.npy --views K} and {@code mmcr analyze --encoder FILE --data DATA --views K}. */
@Command(
        name = "analyze",
        description =
                "Measures the distance of embeddings from the bound, its causes, and the mutual information of their views.",
        footer = {
            "",
            "Z holds embeddings of any scale: (N*K, D), the K views of one sample in adjacent rows, (N, K, D), or features"
                    + " (N, D) of one view. It is a .npy file, an array of a .npz file, x.npz#name, or a CSV, TSV or Parquet table, as embed"
                    + " writes it. Labels beside it or in it are used. Any model's embeddings will do.",
            "",
            "Information is in nats. With one view, what compares views is left out: invariance, alignment,"
                    + " reconstruction and mutual information.",
            "",
            "With --encoder FILE and --data DATA, the embeddings are the features of K random views of each of up to 2,000 samples."
        })
final class AnalyzeCommand extends Subcommand {
    /** Largest number of samples whose views are embedded. */
    private static final int SAMPLES = 2000;

    @Parameters(arity = "0..1", paramLabel = "Z", description = "The embeddings.")
    private Optional<String> embeddings = Optional.empty();

    @Mixin
    private final EncoderChoice choice = new EncoderChoice();

    @Option(names = "--data", paramLabel = "DATA", description = "Pictures or a table, with --encoder.")
    private Optional<String> data = Optional.empty();

    @Mixin
    private final AugmentChoice augment = new AugmentChoice();

    @Option(
            names = "--views",
            paramLabel = "K",
            description = "Views of each sample. Default: 1, or K if Z is (N, K, D).")
    private Optional<Integer> views = Optional.empty();

    @Option(
            names = "--labels",
            paramLabel = "Y",
            description = "A class for each sample: y.npy, y.npz#name, a column label of y.csv or y.parquet, lines of"
                    + " y.txt.")
    private Optional<String> labels = Optional.empty();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Write analysis.json, two charts (the singular spectrum and |centroid|^2) and the page report.html there.")
    private Optional<Path> out = Optional.empty();

    @Mixin
    private final OutputFolder output = new OutputFolder();

    AnalyzeCommand(CommandContext context) {
        super(context);
    }

    @Override
    int execute() throws IOException {
        requireOneSource();
        data.ifPresent(location -> OutputFolder.requireOutside(out, location));
        int threads = useThreads();
        Analysis analysis;
        try (OutputFolder.Writing writing = output.open(out, AnalyzeCommand::files);
                PointerScope scope = new PointerScope()) {
            analysis = embeddings.isPresent() ? ofFile(embeddings.get()) : ofEncoder(threads);
            if (out.isPresent()) {
                Json.write(RunDirectory.ofAnother(out.get()).analysis(), analysis);
                AnalysisCharts.draw(out.get(), analysis.centroids());
                ReportPage.write(out.get());
            }
        }
        return finish(analysis, this::print);
    }

    private void requireOneSource() {
        if (embeddings.isPresent() == choice.file().isPresent()) {
            throw new UsageException("expected either Z or --encoder FILE, found "
                    + (embeddings.isPresent() ? "both" : "neither") + "; give one of them");
        }
        List<String> ofEncoder = new ArrayList<>(choice.givenForFile());
        ofEncoder.addAll(data.isPresent() ? List.of("--data") : List.of());
        ofEncoder.addAll(augment.name.isPresent() ? List.of("--augment") : List.of());
        if (embeddings.isPresent() && !ofEncoder.isEmpty()) {
            throw new UsageException("expected " + String.join(", ", ofEncoder)
                    + " only with --encoder FILE, found it with Z; leave it out");
        }
        if (embeddings.isEmpty() && (data.isEmpty() || views.orElse(0) < 2)) {
            throw new UsageException("expected --data DATA and --views K of at least 2 with --encoder, found "
                    + (data.isEmpty() ? "no data" : "no such views") + "; for example --data pictures/ --views 4");
        }
        if (embeddings.isEmpty() && labels.isPresent()) {
            throw new UsageException("expected --labels only with Z, found it with --encoder, whose data has its"
                    + " own labels; leave it out");
        }
    }

    private Analysis ofFile(String file) {
        EmbeddingFile z = EmbeddingFile.read(file);
        int count = z.views(views);
        Optional<List<String>> classes = labels.map(LabelFile::read).or(() -> z.sampleLabels(count, remarks()));
        return Analysis.of(z.rows(), count, classes, seed(0));
    }

    private Analysis ofEncoder(int threads) {
        long seed = seed(0);
        int count = views.orElseThrow();
        try (ChosenEncoder chosen = choice.choose(Optional.empty(), remarks());
                DataSource source = open(data.orElseThrow(), DataOptions.defaults())) {
            int[] samples = JitteredSample.of(source.size(), SAMPLES);
            ViewEmbeddings embedder = augment.views(chosen, count, seed, threads);
            return Analysis.of(embedder.collect(source, samples), count, labels(source, samples), seed);
        }
    }

    /** Returns the classes of the samples if all of them have one. */
    private static Optional<List<String>> labels(DataSource source, int... samples) {
        if (IntStream.of(samples).anyMatch(sample -> source.label(sample).isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(IntStream.of(samples)
                .mapToObj(sample -> source.classNames().get(source.label(sample).orElseThrow()))
                .toList());
    }

    private static List<Path> files(Path folder) {
        RunDirectory run = RunDirectory.ofAnother(folder);
        List<Path> files = new ArrayList<>(AnalysisCharts.files(folder));
        files.addAll(List.of(run.analysis(), run.report()));
        return files;
    }

    private void print(Analysis analysis) {
        analysis.verdict().forEach(sentence -> text().println("- " + sentence));
        text().println();
        print(analysis.centroids());
        print(analysis.information());
        analysis.classes()
                .ifPresent(classes -> line(
                        "classes",
                        "%d; mean cosine %s within, %s between%s",
                        classes.classes(),
                        orNone(classes.withinCosine()),
                        orNone(classes.betweenCosine()),
                        classes.unlabelled() == 0
                                ? ""
                                : "; " + classes.unlabelled() + " samples without a label left out"));
        if (!analysis.leftOut().isEmpty()) {
            text().println("\none view of each sample: what compares views is left out (invariance, alignment,"
                    + " reconstruction, mutual information); give --views K if K adjacent rows show one sample");
        }
        out.ifPresent(
                folder -> text().println("\nanalysis.json, the charts and the page report.html are in " + folder));
    }

    private static String orNone(OptionalDouble cosine) {
        return cosine.isPresent() ? String.format(Locale.ROOT, "%.3f", cosine.getAsDouble()) : "none";
    }

    private void print(Centroids centroids) {
        line(
                "embeddings",
                "%,d samples, %d view%s, dimension %d",
                centroids.samples(),
                centroids.views(),
                centroids.views() == 1 ? "" : "s",
                centroids.dimension());
        line("nuclear norm", "%.4f of at most %.4f", centroids.nuclearNorm(), centroids.upperBound());
        line(
                "percent error",
                "%.2f %% (uniform points: %.2f %%)",
                100 * centroids.percentError(),
                100 * centroids.uniformPercentError());
        centroids
                .invariance()
                .ifPresent(value ->
                        line("of the bound", "%.4f by invariance x %.4f by spread", value, centroids.spread()));
        line(
                "effective rank",
                "%.1f of at most %d",
                centroids.effectiveRank(),
                centroids.singularValues().size());
        centroids
                .squaredCentroidNorm()
                .ifPresent(norm -> line(
                        "|centroid|^2",
                        "mean %.4f; 5 %%, 50 %%, 95 %%: %.4f, %.4f, %.4f",
                        norm.mean(),
                        norm.p5(),
                        norm.median(),
                        norm.p95()));
    }

    private void print(Information information) {
        information.alignment().ifPresent(value -> line("alignment", "%.4f (0: views coincide)", value));
        line("uniformity", "%.4f (0: all points coincide)", information.uniformity());
        line(
                "entropy",
                "%s of at most %.2f nats",
                interval(information, "entropy", information.entropy()),
                information.entropyMax());
        if (information.reconstruction().isPresent()) {
            printOfViews(information);
        }
    }

    /** Prints what needs two views. */
    private void printOfViews(Information information) {
        double bound = information.miLowerBound().orElseThrow();
        double infonce = information.infonce().orElseThrow();
        double reconstruction = information.reconstruction().orElseThrow();
        line("reconstruction", "%s nats", interval(information, "reconstruction", reconstruction));
        line(
                "information",
                bound > 0
                        ? "at least %s nats (reconstruction + entropy)"
                        : "no information shown: the lower bound is not above zero",
                interval(information, "mi_lower_bound", bound));
        line(
                "InfoNCE",
                infonce > 0 ? "%s nats of at most %.2f" : "no information shown, of at most %2$.2f",
                interval(information, "infonce", infonce),
                information.infonceCeiling().orElseThrow());
    }

    private static String interval(Information information, String name, double value) {
        Information.Interval interval = information.intervals().get(name);
        String doubt = interval.caution().isPresent() ? " (?)" : "";
        return String.format(Locale.ROOT, "%.2f [%.2f, %.2f]%s", value, interval.low(), interval.high(), doubt);
    }

    private void line(String name, String format, Object... values) {
        text().printf("%-15s %s%n", name, String.format(Locale.ROOT, format, values));
    }
}
