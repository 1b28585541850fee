package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.analysis.embeddings.Information;
import org.mmcr.analysis.quality.QualityReport;
import org.mmcr.analysis.quality.QualityRun;
import org.mmcr.core.JitteredSample;
import org.mmcr.core.MmcrException;
import org.mmcr.core.quality.QualityOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.Json;
import org.mmcr.report.page.ReportPage;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.ViewEmbeddings;
import org.mmcr.train.run.ViewNetwork;
import org.mmcr.train.run.ViewOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr quality Z.npy --views K} and {@code mmcr quality RUN --data DATA}. */
@Command(
        name = "quality",
        description =
                "Measures a representation without labels: RankMe, LiDAR, view capacity and others, with intervals"
                        + " over pictures.",
        footer = {
            "",
            "Z holds embeddings: (N*K, D), the K views of a picture in adjacent rows, or (N, K, D). It is a .npy file, an"
                    + " array of a .npz file, x.npz#name, or a CSV, TSV or Parquet table, as embed writes it.",
            "",
            "With RUN or --encoder, K random views of each picture are embedded first: a run's by its own augmentation, through"
                    + " its projector unless",
            "--layer features is given; another encoder's by the default augmentation, as features. With RUN,"
                    + " quality.json and the page",
            "are written into the run, or into --out. Each measure that means nothing or little here is listed with"
                    + " the reason."
        })
final class QualityCommand extends Subcommand {
    private static final int VIEWS = 4;
    private static final int PICTURES = 2000;

    /** Where a run is measured. */
    enum Layer {
        embeddings,
        features
    }

    @Parameters(arity = "0..1", paramLabel = "Z|RUN", description = "The embeddings, or the folder of a run.")
    private Optional<String> input = Optional.empty();

    @Option(names = "--data", paramLabel = "DATA", description = "Pictures or a table, with RUN or --encoder.")
    private Optional<String> data = Optional.empty();

    @Mixin
    private final EncoderChoice choice = new EncoderChoice();

    @Option(
            names = "--views",
            paramLabel = "K",
            description =
                    "Views of each picture. Default: 1 with Z unless it is (N, K, D); of an encoder " + VIEWS + ".")
    private Optional<Integer> views = Optional.empty();

    @Option(
            names = "--pictures",
            paramLabel = "N",
            description = "Embed N pictures of DATA at most, spread over it. Default: " + PICTURES + ".")
    private Optional<Integer> pictures = Optional.empty();

    @Option(
            names = "--layer",
            paramLabel = "L",
            description = "With RUN: embeddings, after the projector, or features, before it. Default: embeddings.")
    private Optional<Layer> layer = Optional.empty();

    @Option(
            names = "--resamples",
            paramLabel = "R",
            description = "Bootstrap samples of the pictures. Default: 100, above 1024 dimensions 20; 0 leaves out"
                    + " the intervals that need them.")
    private Optional<Integer> resamples = Optional.empty();

    @Option(names = "--out", paramLabel = "DIR", description = "Write quality.json and the page report.html there.")
    private Optional<Path> out = Optional.empty();

    @Mixin
    private final OutputFolder output = new OutputFolder();

    @Mixin
    private final TableChoice table = new TableChoice();

    QualityCommand(CommandContext context) {
        super(context);
    }

    @Override
    int execute() throws IOException {
        boolean network = data.isPresent() || choice.file().isPresent();
        resamples.ifPresent(given -> UsageException.check(() -> new QualityOptions(given, 0)));
        if (network) {
            requireNetwork();
        } else {
            requireFile();
        }
        Optional<Path> folder = network ? out.or(() -> input.map(Path::of)) : out;
        int threads = useThreads();
        QualityReport report;
        try (OutputFolder.Writing writing = output.open(folder, QualityCommand::files)) {
            report = network ? ofNetwork(threads) : ofFile(threads);
            if (folder.isPresent()) {
                Json.write(RunDirectory.ofAnother(folder.get()).quality(), report);
                ReportPage.write(folder.get());
            }
        }
        return finish(report, measured -> {
            print(measured);
            folder.ifPresent(path -> text().println("quality.json and the page report.html are in " + path));
        });
    }

    private static List<Path> files(Path folder) {
        RunDirectory run = RunDirectory.ofAnother(folder);
        return List.of(run.quality(), run.report());
    }

    private void requireFile() {
        if (input.isEmpty()) {
            throw new UsageException("expected a file of embeddings, a run or --encoder, found none;"
                    + " for example: mmcr quality z.npy --views 4");
        }
        if (Files.isDirectory(Path.of(input.get()))) {
            throw new UsageException("expected --data DATA with the run " + input.get()
                    + ", found none; give pictures, or a .npy file in place of the run");
        }
        List<String> ineffective = new ArrayList<>(choice.givenForFile());
        Map<String, Boolean> others = new LinkedHashMap<>();
        others.put("--pictures", pictures.isPresent());
        others.put("--layer", layer.isPresent());
        others.put("--label-column", table.labelColumn.isPresent());
        others.put("--skip-columns", !table.skipColumns.isEmpty());
        others.put("--missing", table.missing.isPresent());
        others.forEach((name, given) -> ineffective.addAll(given ? List.of(name) : List.of()));
        if (!ineffective.isEmpty()) {
            throw new UsageException("expected " + String.join(", ", ineffective)
                    + " only with RUN or --encoder and --data, found it with " + input.get() + "; leave it out");
        }
    }

    private void requireNetwork() {
        if (data.isEmpty()) {
            throw new UsageException("expected --data DATA with --encoder, found none; give pictures");
        }
        if (views.orElse(VIEWS) < 1 || pictures.orElse(PICTURES) < 1) {
            throw new UsageException("expected --views and --pictures of at least 1, found " + views.orElse(VIEWS)
                    + " and " + pictures.orElse(PICTURES));
        }
        if (choice.file().isPresent() && layer.equals(Optional.of(Layer.embeddings))) {
            throw new UsageException("expected --layer features with --encoder, which has no projector, found"
                    + " --layer embeddings; leave it out");
        }
    }

    private QualityReport ofFile(int threads) {
        EmbeddingFile file = EmbeddingFile.read(input.orElseThrow());
        return measure(file.rows(), file.views(views), threads);
    }

    private QualityReport ofNetwork(int threads) {
        String location = data.orElseThrow();
        int count = views.orElse(VIEWS);
        int most = pictures.orElse(PICTURES);
        try (ChosenEncoder chosen = choice.choose(input.map(Path::of), remarks());
                DataSource source = open(location, chosen.dataOptions(table))) {
            if (source.size() == 0) {
                throw new MmcrException("expected pictures in " + location + ", found none that can be read");
            }
            if (!source.broken().isEmpty()) {
                remarks()
                        .printf(
                                "pictures that could not be read and are left out: %,d%n",
                                source.broken().size());
            }
            ViewEmbeddings embeddings = new ViewEmbeddings(network(chosen), count, seed(0), threads);
            try (Tensor rows = embed(embeddings, source, JitteredSample.of(source.size(), most), count)) {
                return measure(rows, count, threads);
            }
        }
    }

    private Tensor embed(ViewEmbeddings embeddings, DataSource source, int[] samples, int count) {
        try (PassProgress progress = new PassProgress(context().terminal())) {
            progress.stage("embedding " + count + " views of " + samples.length + " pictures of " + source.location());
            return embeddings.collect(source, samples, done -> progress.progress(done, samples.length));
        }
    }

    private ViewNetwork network(ChosenEncoder chosen) {
        if (chosen.run().isEmpty()) {
            return ViewNetwork.features(
                    chosen.features(), ViewOptions.recipesFor(chosen.features().view(), Optional.empty()));
        }
        return layer.orElse(Layer.embeddings) == Layer.features
                ? ViewNetwork.features(chosen.run().get())
                : ViewNetwork.projected(chosen.run().get());
    }

    private QualityReport measure(Tensor rows, int count, int threads) {
        QualityOptions usual =
                QualityOptions.defaults(Math.toIntExact(rows.size(1))).withSeed(seed(0));
        QualityOptions options = resamples.map(usual::withResamples).orElse(usual);
        try (WorkProgress progress = new WorkProgress(context().terminal())) {
            return new QualityRun(options, threads).measure(rows, count, progress::at);
        }
    }

    private void print(QualityReport report) {
        text().printf(
                        Locale.ROOT,
                        "%,d pictures, %d %s of each, %d dimensions%n",
                        report.pictures(),
                        report.views(),
                        report.views() == 1 ? "view" : "views",
                        report.dimension());
        report.measures().forEach((key, value) -> print(key, value, report));
        report.cautions().forEach(caution -> text().println("- " + caution.measure() + ": " + caution.text()));
        text().printf(Locale.ROOT, "%.1f s%n", report.seconds());
    }

    private void print(String key, CapacityReport.Value value, QualityReport report) {
        if (Information.showsNone(key, value.value())) {
            text().printf("%-21s %s%n", key, Information.NONE_SHOWN);
            return;
        }
        String fit = key.equals("alpha_req")
                ? report.alphaReqFit()
                        .map(law -> String.format(
                                Locale.ROOT, "  eigenvalues %d to %d, R^2 %.3f", law.from(), law.to(), law.rSquared()))
                        .orElse("")
                : "";
        String interval = value.ci95().isEmpty()
                ? ""
                : String.format(
                        Locale.ROOT,
                        "  [%.4f, %.4f]",
                        value.ci95().get(0),
                        value.ci95().get(1));
        text().printf(Locale.ROOT, "%-21s %10.4f%s%s%n", key, value.value(), interval, fit);
    }
}
