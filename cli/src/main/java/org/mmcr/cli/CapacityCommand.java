package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.MmcrException;
import org.mmcr.capacity.ManifoldGeometry;
import org.mmcr.data.NpyFiles;
import org.mmcr.report.Documents;
import org.mmcr.report.capacity.CapacityOptions;
import org.mmcr.report.capacity.CapacityReport;
import org.mmcr.report.capacity.CapacityRun;
import org.mmcr.report.page.ReportPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr capacity X.npy [--labels y.npy]}. */
@Command(
        name = "capacity",
        description =
                "Measures manifold capacity: how many classes for each dimension a linear read-out can separate, and why.",
        footer = {
            "",
            "X holds the points of each class: (classes, points, dimensions), or (points, dimensions) with --labels.",
            "--single POINTS.npy --t T.npy takes one prepared manifold (D, m) and its directions (D + 1, n), a column each."
        })
final class CapacityCommand extends Subcommand {
    private static final CapacityOptions STANDARD = CapacityOptions.defaults();
    private static final long LINE_NANOS = Duration.ofSeconds(10).toNanos();

    @Parameters(arity = "0..1", paramLabel = "X.npy", description = "The points.")
    private Optional<Path> points = Optional.empty();

    @Option(names = "--labels", paramLabel = "y.npy", description = "The class of each point, as a whole number.")
    private Optional<Path> labels = Optional.empty();

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

    @Option(names = "--out", paramLabel = "DIR", description = "Write capacity.json and the page report.html there.")
    private Optional<Path> out = Optional.empty();

    @Option(names = "--single", paramLabel = "POINTS.npy", description = "One prepared manifold instead.")
    private Optional<Path> single = Optional.empty();

    @Option(names = "--t", paramLabel = "T.npy", description = "Its directions.")
    private Optional<Path> given = Optional.empty();

    private long lastLine;

    CapacityCommand(CommandContext context) {
        super(context);
    }

    /** What {@code --single} prints. */
    record SingleResult(double capacity, double radius, double dimension, double worstKktGap) {}

    @Override
    int execute() throws IOException {
        int threads = threadsOfJava();
        if (single.isPresent() || given.isPresent()) {
            return single();
        }
        Path file = points.orElseThrow(() -> new MmcrException(
                "expected a .npy file of points, found none; for example: mmcr capacity X.npy --labels y.npy"));
        CapacityOptions options = new CapacityOptions(
                kappa, directions, common.seed.orElse(STANDARD.seed()), optional(maxPoints), optional(project));
        lastLine = System.nanoTime();
        CapacityReport report;
        try (PointerScope scope = new PointerScope()) {
            Map<String, Tensor> manifolds = manifolds(file);
            report = new CapacityRun(options, threads)
                    .measure(
                            List.copyOf(manifolds.values()),
                            List.copyOf(manifolds.keySet()),
                            done -> progress(done, manifolds.size()));
        }
        if (out.isPresent()) {
            Files.createDirectories(out.get());
            Documents.write(out.get().resolve("capacity.json"), report);
            ReportPage.write(out.get());
        }
        if (common.json) {
            printJson(report);
        } else {
            print(report);
        }
        return ExitCode.DONE;
    }

    private static OptionalInt optional(Optional<Integer> value) {
        return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    /** Classes in the order of their labels. */
    private Map<String, Tensor> manifolds(Path file) {
        NpyFiles.DoubleArray array = NpyFiles.readNumbers(file);
        long[] shape = array.shape().stream().mapToLong(Long::longValue).toArray();
        Tensor all = Tensor.create(array.values());
        Map<String, Tensor> manifolds = new java.util.LinkedHashMap<>();
        if (shape.length == 3 && labels.isEmpty()) {
            Tensor cube = all.view(shape);
            IntStream.range(0, Math.toIntExact(shape[0]))
                    .forEach(i -> manifolds.put(String.valueOf(i), cube.select(0, i)));
            return manifolds;
        }
        if (shape.length != 2 || labels.isEmpty()) {
            throw new MmcrException(
                    "expected (classes, points, dimensions), or (points, dimensions) with --labels, found "
                            + array.shape() + " in " + file + (labels.isEmpty() ? "" : " with --labels"));
        }
        long[] classes = NpyFiles.readIntegers(labels.get());
        if (classes.length != shape[0]) {
            throw new MmcrException("expected a label for each of the " + shape[0] + " points, found " + classes.length
                    + " in " + labels.get());
        }
        TreeMap<Long, List<Long>> members = new TreeMap<>();
        for (int i = 0; i < classes.length; i++) {
            members.computeIfAbsent(classes[i], label -> new ArrayList<>()).add((long) i);
        }
        Tensor rows = all.view(shape);
        members.forEach((label, indices) -> manifolds.put(
                String.valueOf(label),
                rows.index_select(
                        0,
                        Tensor.create(
                                indices.stream().mapToLong(Long::longValue).toArray()))));
        return manifolds;
    }

    private int single() {
        if (single.isEmpty() || given.isEmpty()) {
            throw new MmcrException("expected --single POINTS.npy and --t T.npy together, found one of them");
        }
        ManifoldGeometry found = ManifoldGeometry.of(columns(single.get()), columns(given.get()), kappa);
        SingleResult result = new SingleResult(found.capacity(), found.radius(), found.dimension(), found.worstGap());
        if (common.json) {
            printJson(result);
        } else {
            text().printf(Locale.ROOT, "capacity   %.6f%n", result.capacity());
            text().printf(Locale.ROOT, "radius     %.6f%n", result.radius());
            text().printf(Locale.ROOT, "dimension  %.6f%n", result.dimension());
        }
        return ExitCode.DONE;
    }

    private static double[][] columns(Path file) {
        NpyFiles.DoubleArray array = NpyFiles.readNumbers(file);
        if (array.shape().size() != 2) {
            throw new MmcrException(
                    "expected a two-dimensional array, a column each, found " + array.shape() + " in " + file);
        }
        int rows = Math.toIntExact(array.shape().get(0));
        int count = Math.toIntExact(array.shape().get(1));
        double[][] columns = new double[count][rows];
        for (int c = 0; c < count; c++) {
            for (int r = 0; r < rows; r++) {
                columns[c][r] = array.values()[r * count + c];
            }
        }
        return columns;
    }

    private void progress(int done, int all) {
        long now = System.nanoTime();
        if (now - lastLine >= LINE_NANOS) {
            lastLine = now;
            remarks().printf("%3d %%  %d of %d classes%n", 100 * done / all, done, all);
        }
    }

    private void print(CapacityReport report) {
        text().printf(
                        Locale.ROOT,
                        "%d classes, %d to %d points each%n",
                        report.perManifold().size(),
                        report.perManifold().stream()
                                .mapToInt(CapacityReport.Manifold::points)
                                .min()
                                .orElse(0),
                        report.perManifold().stream()
                                .mapToInt(CapacityReport.Manifold::points)
                                .max()
                                .orElse(0));
        line("capacity", report.capacity(), "classes for each dimension");
        line("radius", report.radius(), "lengths of a class's centre");
        line("dimension", report.dimension(), "of a class");
        text().printf(
                        Locale.ROOT,
                        "centres      correlation %.4f, %.4f after removing %d common directions%n",
                        report.centerCorrelation(),
                        report.residualCorrelation(),
                        report.lowRank());
        text().printf(
                        Locale.ROOT,
                        "all points   participation ratio %.2f; about 90 %% of the variance in %d directions%n",
                        report.participationRatio(),
                        report.explainedVarianceDimension());
        text().printf(Locale.ROOT, "%.1f s, worst optimality gap %.1e%n", report.seconds(), report.worstKktGap());
        out.ifPresent(folder -> text().println("capacity.json and the page report.html are in " + folder));
    }

    private void line(String name, CapacityReport.Value value, String unit) {
        text().printf(
                        Locale.ROOT,
                        "%-12s %.4f [%.4f, %.4f] %s%n",
                        name,
                        value.value(),
                        value.ci95().get(0),
                        value.ci95().get(1),
                        unit);
    }
}
