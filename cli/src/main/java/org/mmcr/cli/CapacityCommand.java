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
import java.util.stream.Collectors;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.analysis.capacity.CapacityRun;
import org.mmcr.analysis.capacity.CorrelatedReport;
import org.mmcr.analysis.capacity.CorrelatedRun;
import org.mmcr.analysis.capacity.CorrelatedSeries;
import org.mmcr.analysis.capacity.DichotomySimulation;
import org.mmcr.analysis.capacity.DichotomySimulation.Plane;
import org.mmcr.analysis.capacity.LayerProfile;
import org.mmcr.analysis.capacity.PointFile;
import org.mmcr.analysis.capacity.SingleManifold;
import org.mmcr.cli.CapacityMethod.Method;
import org.mmcr.core.capacity.CapacityOptions;
import org.mmcr.core.capacity.CorrelatedOptions;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.io.Json;
import org.mmcr.report.page.ReportPage;
import org.mmcr.train.evaluate.EncoderFeatures;
import org.mmcr.train.run.RunDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr capacity X.npy [--labels y.npy]} and {@code mmcr capacity RUN --data DATA}. */
@Command(
        name = "capacity",
        description =
                "Measures manifold capacity: how many classes for each dimension a linear read-out can separate, and why.",
        footer = {
            "",
            "X holds the points of each class: (classes, points, dimensions), or (points, dimensions) with --labels. It is a .npy file, or",
            "an array of a .npz file, x.npz or x.npz#name, of float16, float32, float64 or integers; so are labels, of integers.",
            "",
            "mmcr capacity RUN --data DATA measures the classes of labelled pictures at every layer of a run's encoder, before and after",
            "pretraining, and writes layers.json, a chart and the page into the run, or into --out. Layers wider than --project (here 1024)",
            "are projected; 50 pictures of a class are used unless --max-points says otherwise. --encoder FILE takes the place of RUN.",
            "The layers of an ONNX file are unknown: its features alone are measured, and capacity.json is written.",
            "",
            "--method glue takes the classes as they lie, with their correlations: all of them in one problem for each pair of a direction",
            "and a dichotomy. --t T.npy (pairs, dimensions) and --dichotomies FILE.npy (pairs, classes) give the pairs.",
            "Then X may be (times, classes, points, dimensions), or several files: each is measured with the same pairs, beside the first.",
            "",
            "--single POINTS.npy --t T.npy takes one prepared manifold (D, m) and its directions (D + 1, n), a column each."
        })
final class CapacityCommand extends Subcommand {
    private static final CapacityOptions STANDARD = CapacityOptions.defaults();

    private static final int COSTLIEST = 5;
    private static final int LAYER_POINTS = 50;
    private static final int LAYER_PROJECT = 1024;

    @Parameters(
            arity = "0..*",
            paramLabel = "X|RUN",
            description =
                    "The points (.npy, .npz, .csv or .parquet), with glue of one condition or several; or the folder of a run.")
    private List<String> locations = new ArrayList<>();

    @Option(names = "--kappa", paramLabel = "K", description = "Margin. Default: ${DEFAULT-VALUE}.")
    private double kappa = STANDARD.kappa();

    @Mixin
    private final CapacityPoints points = new CapacityPoints();

    @Mixin
    private final CapacityMethod theory = new CapacityMethod();

    @Option(
            names = "--directions",
            paramLabel = "N",
            description = "Random directions for each class; with glue, for all classes together. Default: 300.")
    private Optional<Integer> directions = Optional.empty();

    @Option(
            names = "--simulate",
            paramLabel = "TRIALS",
            description =
                    "Count capacity too, on so many random dichotomies at each number of dimensions; for up to 4000 points.")
    private Optional<Integer> simulate = Optional.empty();

    @Option(
            names = "--costliest",
            paramLabel = "N",
            description =
                    "List the N points that cost most capacity, and the capacity without each; 0 for none. Not with glue."
                            + " Default: 5.")
    private Optional<Integer> costliest = Optional.empty();

    @Option(names = "--data", paramLabel = "DATA", description = "Labelled pictures, with RUN or --encoder.")
    private Optional<String> data = Optional.empty();

    @Mixin
    private final EncoderChoice choice = new EncoderChoice();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Write capacity.json or glue.json and the page report.html there; of an encoder, layers.json, a chart and the page.")
    private Optional<Path> out = Optional.empty();

    @Mixin
    private final OutputFolder output = new OutputFolder();

    @Option(names = "--single", paramLabel = "POINTS.npy", description = "One prepared manifold instead.")
    private Optional<String> single = Optional.empty();

    @Option(
            names = "--t",
            paramLabel = "T.npy",
            description = "Its directions; with glue, the directions (pairs, dimensions).")
    private Optional<String> given = Optional.empty();

    CapacityCommand(CommandContext context) {
        super(context);
    }

    @Override
    void load() {
        CapacityRun.load();
        Json.prepare(CapacityReport.class);
    }

    @Override
    int execute() throws IOException {
        if (single.isPresent() || (given.isPresent() && !theory.method().isCorrelated())) {
            return single();
        }
        if (locations.size() > 1 && (theory.method() != Method.CORRELATED || data.isPresent())) {
            throw new UsageException("expected one X or RUN, found " + String.join(", ", locations)
                    + "; several files are compared with --method glue");
        }
        theory.requireEffect(
                kappa, directions.isPresent(), given.isPresent(), points.width.isPresent(), data.isPresent());
        boolean encoder = data.isPresent() || choice.file().isPresent();
        if (costliest.isPresent() && (encoder || !theory.method().isUncorrelated())) {
            throw new UsageException("expected --costliest with a file of points and --method 2018 or both, found it"
                    + (encoder ? " with an encoder" : " with glue") + "; leave it out");
        }
        if (encoder) {
            return layers();
        }
        return theory.method() == Method.CORRELATED ? conditions() : classes();
    }

    private Optional<String> location() {
        return locations.stream().findFirst();
    }

    /** Measures the times of an array of four axes, or several files; otherwise the classes of one. */
    private int conditions() throws IOException {
        Map<String, PointFile> files = points.conditions(locations, seed());
        if (files.isEmpty()) {
            return classes();
        }
        if (simulate.isPresent()) {
            throw new UsageException(
                    "expected --simulate with one condition, found " + files.size() + "; count each of them by itself");
        }
        return series(files);
    }

    private int series(Map<String, PointFile> files) throws IOException {
        files.forEach(this::reportUnlabelled);
        Map<String, ManifoldSource> conditions = new LinkedHashMap<>();
        files.forEach((name, file) -> conditions.put(name, points.manifolds(file, seed())));
        CorrelatedOptions pairs = correlatedOptions();
        CorrelatedSeries series;
        try (OutputFolder.Writing writing = output.open(out, CorrelatedSeries::files);
                WorkProgress progress = new WorkProgress(context().terminal())) {
            series = CorrelatedSeries.measure(conditions, pairs, threads(), progress::at);
            if (out.isPresent()) {
                series.write(out.get());
            }
        }
        if (common.json) {
            printJson(series);
        } else {
            new CapacityText(text()).print(series);
            out.ifPresent(folder -> text().println("series.json and its chart are in " + folder));
        }
        return ExitCode.DONE;
    }

    private int classes() throws IOException {
        String location = location()
                .orElseThrow(() -> new UsageException(
                        "expected a file of points, found none; for example: mmcr capacity X.npy --labels y.npy"));
        if (Files.isDirectory(Path.of(location))) {
            throw new UsageException("expected --data DATA with the run " + location
                    + ", found none; give labelled pictures, or a .npy file in place of the run");
        }
        // Each part of the work keeps OpenBLAS to one thread itself, once it needs it.
        int threads = threads();
        PointFile file = points.open(location, seed());
        reportUnlabelled(location, file);
        ManifoldSource manifolds = points.manifolds(file, seed());
        Method method = theory.method();
        CorrelatedOptions pairs = correlatedOptions();
        CapacityResults results;
        try (OutputFolder.Writing writing = output.open(out, folder -> CapacityResults.files(folder, method));
                WorkProgress progress = new WorkProgress(context().terminal())) {
            results = new CapacityResults(
                    method.isUncorrelated()
                            ? Optional.of(file.located(uncorrelated(manifolds, threads, progress)))
                            : Optional.empty(),
                    method.isCorrelated()
                            ? Optional.of(correlated(manifolds, pairs, threads, progress))
                            : Optional.empty());
            write(results);
        }
        print(results);
        return ExitCode.DONE;
    }

    private void reportUnlabelled(String location, PointFile file) {
        if (file.unlabelled() > 0) {
            remarks().printf("%,d points without a label are left out of %s%n", file.unlabelled(), location);
        }
    }

    private CapacityReport uncorrelated(ManifoldSource manifolds, int threads, WorkProgress progress) {
        CapacityRun run = new CapacityRun(options(costliest.orElse(COSTLIEST)), threads);
        CapacityReport report = run.measure(manifolds, progress::at);
        return simulate.isPresent()
                ? report.with(new DichotomySimulation(simulate.get(), seed(), threads).measure(manifolds, progress::at))
                : report;
    }

    private CorrelatedReport correlated(
            ManifoldSource manifolds, CorrelatedOptions options, int threads, WorkProgress progress) {
        CorrelatedReport report = new CorrelatedRun(options, threads).measure(manifolds, progress::at);
        return simulate.isPresent()
                ? report.with(new DichotomySimulation(
                                simulate.get(), Plane.THROUGH_ORIGIN, options.dichotomies(), seed(), threads)
                        .measure(manifolds, progress::at))
                : report;
    }

    private CorrelatedOptions correlatedOptions() {
        return theory.options(given, () -> directions.orElse(STANDARD.directions()), seed());
    }

    private int layers() throws IOException {
        String location = data.orElseThrow(
                () -> new UsageException("expected --data DATA with --encoder, found none; give labelled pictures"));
        if (points.labels.isPresent() || simulate.isPresent()) {
            throw new UsageException(
                    "expected --labels and --simulate with a file of points only, found one of them with"
                            + " --data; leave it out");
        }
        int threads = useThreads();
        try (EncoderChoice.Chosen chosen = choice.choose(location().map(Path::of), remarks());
                DataSource source = DataSources.open(location, DataOptions.defaults())) {
            LayerProfile.Setting setting = new LayerProfile.Setting(
                    chosen.features().view(),
                    chosen.features().precision(),
                    points.most().orElse(LAYER_POINTS),
                    points.width().orElse(LAYER_PROJECT),
                    seed(),
                    threads,
                    theory.method().isCorrelated()
                            ? new CorrelatedRun(correlatedOptions(), threads)::measure
                            : new CapacityRun(options(), threads)::measure);
            Optional<EncoderFeatures> network = chosen.network();
            EncoderCapacity encoder = new EncoderCapacity(chosen, source, setting, seed());
            if (network.isPresent()) {
                layers(encoder, network.get());
            } else {
                features(encoder);
            }
        }
        return ExitCode.DONE;
    }

    private void layers(EncoderCapacity encoder, EncoderFeatures network) throws IOException {
        Path folder = out.or(() -> location().map(Path::of)).orElse(Path.of("."));
        LayerProfile profile;
        try (OutputFolder.Writing writing = output.open(Optional.of(folder), CapacityCommand::layerFiles);
                WorkProgress progress = new WorkProgress(context().terminal())) {
            profile = encoder.layers(network, progress::at);
            profile.write(folder);
            ReportPage.write(folder);
        }
        if (common.json) {
            printJson(profile);
        } else {
            new CapacityText(text()).print(profile);
            text().printf(
                            Locale.ROOT,
                            "%.1f s; layers.json, its chart and the page report.html are in %s%n",
                            profile.seconds(),
                            folder);
        }
    }

    /** Measures the features of an encoder whose layers are unknown. */
    private void features(EncoderCapacity encoder) throws IOException {
        CapacityResults results;
        Method method = theory.method();
        try (OutputFolder.Writing writing = output.open(out, folder -> CapacityResults.files(folder, method));
                WorkProgress progress = new WorkProgress(context().terminal())) {
            results = CapacityResults.of(encoder.features(progress::at));
            write(results);
        }
        print(results);
    }

    private void write(CapacityResults results) throws IOException {
        if (out.isPresent()) {
            results.write(out.get());
        }
    }

    private void print(CapacityResults results) {
        if (common.json) {
            printJson(results.document());
            return;
        }
        results.print(new CapacityText(text()));
        out.ifPresent(folder -> text().println(CapacityResults.files(folder, theory.method()).stream()
                        .map(one -> String.valueOf(one.getFileName()))
                        .collect(Collectors.joining(", "))
                + " are in " + folder));
    }

    private static List<Path> layerFiles(Path folder) {
        List<Path> files = new ArrayList<>(LayerProfile.files(folder));
        files.add(RunDirectory.ofAnother(folder).report());
        return files;
    }

    private long seed() {
        return common.seed.orElse(STANDARD.seed());
    }

    private CapacityOptions options() {
        return options(0);
    }

    private CapacityOptions options(int leftOut) {
        return UsageException.check(
                () -> new CapacityOptions(kappa, directions.orElse(STANDARD.directions()), seed(), leftOut));
    }

    /** One prepared manifold has no classes, no random directions and no encoder. */
    private void requireNoOther() {
        Map<String, Boolean> others = new LinkedHashMap<>();
        others.put("X|RUN", !locations.isEmpty());
        others.put("--labels", points.labels.isPresent());
        others.put("--directions", directions.isPresent());
        theory.given().forEach(option -> others.put(option, true));
        others.put("--max-points", points.most.isPresent());
        others.put("--project", points.width.isPresent());
        others.put("--simulate", simulate.isPresent());
        others.put("--costliest", costliest.isPresent());
        others.put("--data", data.isPresent());
        others.put("--encoder", choice.file().isPresent());
        others.put("--out", out.isPresent());
        others.put("--overwrite", output.overwrite);
        others.put("--seed", common.seed.isPresent());
        List<String> given = others.keySet().stream().filter(others::get).toList();
        if (!given.isEmpty()) {
            throw new UsageException("expected only --t and --kappa with --single, found also "
                    + String.join(", ", given) + "; leave it out");
        }
    }

    private int single() {
        if (single.isEmpty() || given.isEmpty()) {
            throw new UsageException(
                    "expected --single POINTS.npy and --t T.npy together, found one of them; or --t with --method glue");
        }
        requireNoOther();
        SingleManifold found = SingleManifold.of(single.get(), given.get(), kappa);
        if (common.json) {
            printJson(found);
        } else {
            new CapacityText(text()).print(found);
        }
        return ExitCode.DONE;
    }
}
