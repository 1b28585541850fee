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
import java.util.OptionalInt;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.analysis.capacity.CapacityRun;
import org.mmcr.analysis.capacity.DichotomySimulation;
import org.mmcr.analysis.capacity.LayerProfile;
import org.mmcr.analysis.capacity.PointFile;
import org.mmcr.analysis.capacity.SingleManifold;
import org.mmcr.core.capacity.CapacityOptions;
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
            "--single POINTS.npy --t T.npy takes one prepared manifold (D, m) and its directions (D + 1, n), a column each."
        })
final class CapacityCommand extends Subcommand {
    private static final CapacityOptions STANDARD = CapacityOptions.defaults();

    private static final int LAYER_POINTS = 50;
    private static final int LAYER_PROJECT = 1024;

    @Parameters(
            arity = "0..1",
            paramLabel = "X|RUN",
            description = "The points (.npy, .npz, .csv or .parquet), or the folder of a run.")
    private Optional<String> points = Optional.empty();

    @Option(
            names = "--labels",
            paramLabel = "y.npy|y.csv",
            description = "The class of each point: whole numbers, or the column label of a CSV file.")
    private Optional<String> labels = Optional.empty();

    @Option(names = "--kappa", paramLabel = "K", description = "Margin. Default: ${DEFAULT-VALUE}.")
    private double kappa = STANDARD.kappa();

    @Option(
            names = "--directions",
            paramLabel = "N",
            description = "Random directions for each class. Default: ${DEFAULT-VALUE}.")
    private int directions = STANDARD.directions();

    @Option(names = "--max-points", paramLabel = "M", description = "Use a random M of each class's points.")
    private Optional<Integer> maxPoints = Optional.empty();

    @Option(names = "--project", paramLabel = "DIM", description = "Project at random to DIM dimensions first.")
    private Optional<Integer> project = Optional.empty();

    @Option(
            names = "--simulate",
            paramLabel = "TRIALS",
            description =
                    "Count capacity too, on so many random dichotomies at each number of dimensions; for up to 4000 points.")
    private Optional<Integer> simulate = Optional.empty();

    @Option(names = "--data", paramLabel = "DATA", description = "Labelled pictures, with RUN or --encoder.")
    private Optional<String> data = Optional.empty();

    @Mixin
    private final EncoderChoice choice = new EncoderChoice();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Write capacity.json and the page report.html there; of an encoder, layers.json, a chart and the page.")
    private Optional<Path> out = Optional.empty();

    @Mixin
    private final OutputFolder output = new OutputFolder();

    @Option(names = "--single", paramLabel = "POINTS.npy", description = "One prepared manifold instead.")
    private Optional<String> single = Optional.empty();

    @Option(names = "--t", paramLabel = "T.npy", description = "Its directions.")
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
        if (single.isPresent() || given.isPresent()) {
            return single();
        }
        return data.isPresent() || choice.file().isPresent() ? layers() : classes();
    }

    private int classes() throws IOException {
        String location = points.orElseThrow(() -> new UsageException(
                "expected a file of points, found none; for example: mmcr capacity X.npy --labels y.npy"));
        if (Files.isDirectory(Path.of(location))) {
            throw new UsageException("expected --data DATA with the run " + location
                    + ", found none; give labelled pictures, or a .npy file in place of the run");
        }
        // Each part of the work keeps OpenBLAS to one thread itself, once it needs it.
        int threads = threads();
        PointFile file = PointFile.open(location, labels, atLeastOne("--max-points", maxPoints), seed());
        if (file.unlabelled() > 0) {
            remarks().printf("%,d points without a label are left out%n", file.unlabelled());
        }
        ManifoldSource manifolds = file.projected(atLeastOne("--project", project), seed());
        CapacityReport report;
        try (OutputFolder.Writing writing = output.open(out, CapacityCommand::classFiles);
                WorkProgress progress = new WorkProgress(context().terminal())) {
            report = new CapacityRun(options(), threads).measure(manifolds, progress::at);
            if (simulate.isPresent()) {
                report = report.with(
                        new DichotomySimulation(simulate.get(), seed(), threads).measure(manifolds, progress::at));
            }
            write(report);
        }
        print(report);
        return ExitCode.DONE;
    }

    private int layers() throws IOException {
        String location = data.orElseThrow(
                () -> new UsageException("expected --data DATA with --encoder, found none; give labelled pictures"));
        if (labels.isPresent() || simulate.isPresent()) {
            throw new UsageException(
                    "expected --labels and --simulate with a file of points only, found one of them with"
                            + " --data; leave it out");
        }
        int threads = useThreads();
        try (EncoderChoice.Chosen chosen = choice.choose(points.map(Path::of), remarks());
                DataSource source = DataSources.open(location, DataOptions.defaults())) {
            LayerProfile.Setting setting = new LayerProfile.Setting(
                    chosen.features().view(),
                    chosen.features().precision(),
                    atLeastOne("--max-points", maxPoints).orElse(LAYER_POINTS),
                    atLeastOne("--project", project).orElse(LAYER_PROJECT),
                    options(),
                    threads);
            Optional<EncoderFeatures> network = chosen.network();
            if (network.isPresent()) {
                layers(chosen, network.get(), source, setting);
            } else {
                features(chosen, source, setting);
            }
        }
        return ExitCode.DONE;
    }

    private void layers(
            EncoderChoice.Chosen chosen, EncoderFeatures network, DataSource source, LayerProfile.Setting setting)
            throws IOException {
        Path folder = out.or(() -> points.map(Path::of)).orElse(Path.of("."));
        LayerProfile profile;
        try (OutputFolder.Writing writing = output.open(Optional.of(folder), CapacityCommand::layerFiles);
                WorkProgress progress = new WorkProgress(context().terminal())) {
            profile = LayerProfile.measure(
                    untrained(chosen, network), trained(chosen, network), source, setting, progress::at);
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
    private void features(EncoderChoice.Chosen chosen, DataSource source, LayerProfile.Setting setting)
            throws IOException {
        CapacityReport report;
        try (OutputFolder.Writing writing = output.open(out, CapacityCommand::classFiles);
                WorkProgress progress = new WorkProgress(context().terminal())) {
            report = LayerProfile.features(chosen.features(), source, setting, progress::at);
            write(report);
        }
        print(report);
    }

    private void write(CapacityReport report) throws IOException {
        if (out.isPresent()) {
            Json.write(RunDirectory.ofAnother(out.get()).capacity(), report);
            ReportPage.write(out.get());
        }
    }

    private void print(CapacityReport report) {
        if (common.json) {
            printJson(report);
        } else {
            new CapacityText(text()).print(report);
            out.ifPresent(folder -> text().println("capacity.json and the page report.html are in " + folder));
        }
    }

    private static List<Path> classFiles(Path folder) {
        RunDirectory run = RunDirectory.ofAnother(folder);
        return List.of(run.capacity(), run.report());
    }

    private static List<Path> layerFiles(Path folder) {
        List<Path> files = new ArrayList<>(LayerProfile.files(folder));
        files.add(RunDirectory.ofAnother(folder).report());
        return files;
    }

    private static LayerProfile.Network trained(EncoderChoice.Chosen chosen, EncoderFeatures network) {
        return chosen.run().<LayerProfile.Network>map(run -> run.model()::embed).orElse(network.encoder()::forward);
    }

    /** The same network before training; of a file, a new draw of its weights. */
    private LayerProfile.Network untrained(EncoderChoice.Chosen chosen, EncoderFeatures network) {
        return chosen.run()
                .<LayerProfile.Network>map(run -> run.untrained().model()::embed)
                .orElseGet(() -> network.untrained(seed()).encoder()::forward);
    }

    private long seed() {
        return common.seed.orElse(STANDARD.seed());
    }

    private CapacityOptions options() {
        return UsageException.check(() -> new CapacityOptions(kappa, directions, seed()));
    }

    private static OptionalInt atLeastOne(String option, Optional<Integer> value) {
        if (value.orElse(1) < 1) {
            throw new UsageException("expected " + option + " of at least 1, found " + value.orElseThrow());
        }
        return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    /** One prepared manifold has no classes, no random directions and no encoder. */
    private void requireNoOther() {
        Map<String, Boolean> others = new LinkedHashMap<>();
        others.put("X|RUN", points.isPresent());
        others.put("--labels", labels.isPresent());
        others.put("--directions", directions != STANDARD.directions());
        others.put("--max-points", maxPoints.isPresent());
        others.put("--project", project.isPresent());
        others.put("--simulate", simulate.isPresent());
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
            throw new UsageException("expected --single POINTS.npy and --t T.npy together, found one of them");
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
