package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.analysis.capacity.CapacityRun;
import org.mmcr.analysis.capacity.CapacitySeries;
import org.mmcr.analysis.capacity.CapacitySeries.Over;
import org.mmcr.analysis.capacity.CheckpointSeries;
import org.mmcr.analysis.capacity.CorrelatedReport;
import org.mmcr.analysis.capacity.CorrelatedRun;
import org.mmcr.analysis.capacity.DichotomySimulation;
import org.mmcr.analysis.capacity.DichotomySimulation.Plane;
import org.mmcr.analysis.capacity.LayerProfile;
import org.mmcr.analysis.capacity.PointFile;
import org.mmcr.analysis.capacity.SeriesMeasurement;
import org.mmcr.analysis.capacity.SingleManifold;
import org.mmcr.cli.CapacityMethod.Method;
import org.mmcr.core.capacity.CorrelatedOptions;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.Json;
import org.mmcr.data.io.Provenance;
import org.mmcr.report.page.ReportPage;
import org.mmcr.train.evaluate.EncoderFeatures;
import org.mmcr.train.run.RunDirectory;
import picocli.CommandLine.Command;

/** {@code mmcr capacity X.npy [--labels y.npy]} and {@code mmcr capacity RUN --data DATA}. */
@Command(
        name = "capacity",
        description =
                "Measures manifold capacity: how many classes for each dimension a linear read-out can separate, and why.",
        footer = {
            "",
            "X holds the points of each class: (classes, points, dimensions), or (points, dimensions) with labels. It is a .npy file, an"
                    + " array of a .npz file, x.npz#name, or a CSV, TSV or Parquet table, as embed writes it; labels are taken from"
                    + " --labels, or else from the file itself: its column label, the array y of a .npz file, or x.csv beside x.npy.",
            "",
            "mmcr capacity RUN --data DATA measures the classes of labelled pictures at every layer of a run's encoder, before and after",
            "pretraining, and writes layers.json, a chart and the page into the run, or into --out. Layers wider than --project (here 1024)",
            "are projected; 50 pictures of a class are used unless --max-points says otherwise. --encoder FILE takes the place of RUN;",
            "files are then written with --out alone. The layers of an ONNX file are unknown: its features alone are measured, for",
            "capacity.json.",
            "",
            "--method glue takes the classes as they lie, with their correlations: all of them in one problem for each pair of a direction",
            "and a dichotomy. --t T.npy (pairs, dimensions) and --dichotomies FILE.npy (pairs, classes) give the pairs.",
            "",
            "X may be (times, classes, points, dimensions), or several files: each is measured with the same directions, beside the first.",
            "With --every-checkpoint a run's checkpoints are (--set checkpoint.keep=N keeps more). series.json, a chart and the page are written.",
            "",
            "X may also be a MATLAB file, x.mat#name, or an HDF5 dataset, x.h5#path; with --labels (trials, dimensions) or (trials, dimensions,",
            "times). Of an NWB file the spikes of its units are counted: x.nwb --labels '#stimulus' --window -0.2,0.8 --bin 0.1.",
            "",
            "--single POINTS.npy --t T.npy takes one prepared manifold (D, m) and its directions (D + 1, n), a column each."
        })
final class CapacityCommand extends CapacityArguments {
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
        requireEffect();
        Provenance.seeded(seed());
        if (everyCheckpoint) {
            return checkpoints();
        }
        return ofEncoder() ? layers() : points();
    }

    /** Measures the classes of one file, or of several files and times beside each other. */
    private int points() throws IOException {
        String location = location()
                .orElseThrow(() -> new UsageException(
                        "expected a file of points, found none; for example: mmcr capacity X.npy --labels y.npy"));
        if (Files.isDirectory(Path.of(location))) {
            throw new UsageException("expected --data DATA with the run " + location
                    + ", found none; give labelled pictures, or a .npy file in place of the run");
        }
        choice.requireNone("a file of points, which needs no encoder");
        OutputFolder.requireEffect(output.overwrite, out);
        List<PointFile.Condition> files = points.conditions(locations, seed());
        files.forEach(one -> one.points().remarks().forEach(remarks()::println));
        if (files.size() == 1) {
            return classes(files.get(0).points());
        }
        if (simulate.isPresent()) {
            throw new UsageException(
                    "expected --simulate with one condition, found " + files.size() + "; count each of them by itself");
        }
        return series(files);
    }

    private int series(List<PointFile.Condition> files) throws IOException {
        Over over = files.stream().allMatch(one -> one.at().isPresent()) ? Over.TIME : Over.CONDITION;
        try (OutputFolder.Writing writing = output.open(out, CapacityCommand::seriesFiles);
                WorkProgress progress = new WorkProgress(context().terminal());
                SeriesMeasurement series = measurement(over, threads())) {
            for (int i = 0; i < files.size(); i++) {
                PointFile.Condition one = files.get(i);
                series.add(one.name(), one.at(), points.manifolds(one.points(), seed()));
                progress.at("conditions", i + 1, files.size());
            }
            write(out, series.result());
            print(out, series.result());
        }
        return ExitCode.DONE;
    }

    private static void write(Optional<Path> folder, CapacitySeries series) throws IOException {
        if (folder.isPresent()) {
            series.write(folder.get());
            ReportPage.write(folder.get());
        }
    }

    private void print(Optional<Path> folder, CapacitySeries series) {
        if (common.json) {
            printJson(series);
        } else {
            new CapacityText(text()).print(series);
            folder.ifPresent(to -> text().println("series.json, its chart and the page report.html are in " + to));
        }
    }

    /** Measures the features of every checkpoint of a run. */
    private int checkpoints() throws IOException {
        Path folder = location()
                .map(Path::of)
                .orElseThrow(() -> new UsageException(
                        "expected a RUN with --every-checkpoint, found none; name the folder that pretrain wrote"));
        List<String> others = new ArrayList<>(points.given());
        choice.file().ifPresent(file -> others.add("--encoder"));
        simulate.ifPresent(trials -> others.add("--simulate"));
        if (data.isEmpty() || !others.isEmpty()) {
            throw new UsageException("expected RUN and --data DATA with --every-checkpoint, found "
                    + (data.isEmpty() ? "no --data" : String.join(", ", others) + "; leave it out"));
        }
        choice.requireNone("--every-checkpoint", "--device");
        RunDirectory run = RunDirectory.open(folder);
        int threads = useThreads();
        CheckpointSeries checkpoints = new CheckpointSeries(
                points.most().orElse(LAYER_POINTS),
                points.width().orElse(LAYER_PROJECT),
                seed(),
                threads,
                choice.device.choose());
        Optional<Path> to = Optional.of(out.orElse(folder));
        OutputFolder.requireOutside(to, data.get());
        try (OutputFolder.Writing writing = output.open(to, CapacityCommand::seriesFiles);
                DataSource source = open(data.get(), DataOptions.defaults());
                WorkProgress progress = new WorkProgress(context().terminal());
                SeriesMeasurement measurement = measurement(Over.STEP, threads)) {
            CapacitySeries series = checkpoints.measure(run, source, measurement, progress::at);
            write(to, series);
            print(to, series);
        }
        return ExitCode.DONE;
    }

    private int classes(PointFile file) throws IOException {
        // Each part of the work keeps OpenBLAS to one thread itself, once it needs it.
        int threads = threads();
        requireSimulable(file, threads);
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

    /** Checks what a simulation needs before the measurement, after which it runs. */
    private void requireSimulable(PointFile file, int threads) {
        if (simulate.isPresent()) {
            UsageException.check(() -> new DichotomySimulation(simulate.get(), seed(), threads));
            DichotomySimulation.requireFew(file.size(), file.classes());
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

    private int layers() throws IOException {
        String location = data.orElseThrow(
                () -> new UsageException("expected --data DATA with --encoder, found none; give labelled pictures"));
        List<String> others = new ArrayList<>(points.given());
        simulate.ifPresent(trials -> others.add("--simulate"));
        if (!others.isEmpty()) {
            throw new UsageException("expected " + String.join(", ", others)
                    + " with a file of points only, found it with --data; leave it out");
        }
        int threads = useThreads();
        try (ChosenEncoder chosen = choice.choose(location().map(Path::of), remarks());
                DataSource source = open(location, DataOptions.defaults())) {
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
        Optional<Path> folder = out.or(() -> location().map(Path::of));
        OutputFolder.requireOutside(folder, data.orElseThrow());
        LayerProfile profile;
        try (OutputFolder.Writing writing = output.open(folder, CapacityCommand::layerFiles);
                WorkProgress progress = new WorkProgress(context().terminal())) {
            profile = encoder.layers(network, progress::at);
            if (folder.isPresent()) {
                profile.write(folder.get());
                ReportPage.write(folder.get());
            }
        }
        if (common.json) {
            printJson(profile);
        } else {
            new CapacityText(text()).print(profile);
            text().println(String.format(Locale.ROOT, "%.1f s", profile.seconds())
                    + folder.map(to -> "; layers.json, its chart and the page report.html are in " + to)
                            .orElse(""));
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

    private static List<Path> seriesFiles(Path folder) {
        List<Path> files = new ArrayList<>(CapacitySeries.files(folder));
        files.add(RunDirectory.ofAnother(folder).report());
        return files;
    }

    private static List<Path> layerFiles(Path folder) {
        List<Path> files = new ArrayList<>(LayerProfile.files(folder));
        files.add(RunDirectory.ofAnother(folder).report());
        return files;
    }

    private int single() {
        if (single.isEmpty() || given.isEmpty()) {
            throw new UsageException(
                    "expected --single POINTS.npy and --t T.npy together, found one of them; or --t with --method glue");
        }
        requireNoOther();
        SingleManifold manifold =
                SingleManifold.of(single.get(), given.get(), options().kappa());
        return finish(manifold, found -> new CapacityText(text()).print(found));
    }
}
