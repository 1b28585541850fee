package org.mmcr.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.cli.Benchmark;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs {@link LossBenchmark} and reports the times in a table, with those of the rivals as multiples of ours.
 *
 * <p>{@code mmcr bench loss [--write FOLDER] [JMH options]}; {@code --write} also writes {@code FOLDER/loss-DATE.md}
 * with machine, date and command.
 */
public final class LossComparison implements Benchmark {
    private static final List<String> METHODS = List.of("mmcr", "svdvals", "svd");

    @Override
    public String name() {
        return "loss";
    }

    @Override
    public String summary() {
        return "the objective and its gradient against libtorch's svdvals and svd: [--write FOLDER] [JMH options]";
    }

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) throws Exception {
        boolean write = arguments.size() > 1 && arguments.get(0).equals("--write");
        List<String> forJmh = arguments.subList(write ? 2 : 0, arguments.size());
        Options options = new OptionsBuilder()
                .parent(new CommandLineOptions(forJmh.toArray(String[]::new)))
                .include(LossBenchmark.class.getName())
                .build();
        OutputFormat output = OutputFormatFactory.createFormatInstance(System.err, VerboseMode.NORMAL);
        String report = report(new Runner(options, output).run(), String.join(" ", arguments));
        if (write) {
            Path file = Path.of(arguments.get(1)).resolve("loss-" + LocalDate.now(ZoneId.systemDefault()) + ".md");
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, report);
        }
        progress.accept(report);
        return Map.of("report", report);
    }

    private static String report(Collection<RunResult> results, String arguments) throws IOException {
        StringBuilder text =
                new StringBuilder("# The objective and its gradient against libtorch's decompositions\n\n");
        text.append("N samples x D dimensions, two views each, float32, forward and backward to the raw embeddings;")
                .append(" mean milliseconds and half-width of the 99.9 % interval. Times in brackets are multiples of")
                .append(" ours.\n\n| N x D | MmcrLoss | linalg_svdvals + backward | linalg_svd + backward |\n")
                .append("|---|---|---|---|\n");
        byShape(results).forEach((shape, row) -> text.append(line(shape, row)));
        return text.append('\n').append(circumstances(arguments)).toString();
    }

    /** Returns (mean, half-width) by shape and method. */
    private static Map<String, Map<String, double[]>> byShape(Collection<RunResult> results) {
        Map<String, Map<String, double[]>> shapes =
                new TreeMap<>(Comparator.comparingInt(LossComparison::size).thenComparing(shape -> shape));
        for (RunResult result : results) {
            String benchmark = result.getParams().getBenchmark();
            String method = benchmark.substring(benchmark.lastIndexOf('.') + 1);
            shapes.computeIfAbsent(name(result.getParams()), shape -> new TreeMap<>())
                    .put(method, new double[] {
                        result.getPrimaryResult().getScore(),
                        result.getPrimaryResult().getScoreError()
                    });
        }
        return shapes;
    }

    private static String name(BenchmarkParams parameters) {
        String shape = parameters.getParam("shape");
        double spread = Double.parseDouble(parameters.getParam("spread"));
        return spread == 1 ? shape : String.format(Locale.ROOT, "%s, axes 1..1/%.3g", shape, spread);
    }

    private static int size(String name) {
        String shape = name.split(",", -1)[0];
        return Stream.of(shape.split("x", -1)).mapToInt(Integer::parseInt).reduce(1, (a, b) -> a * b);
    }

    private static String line(String shape, Map<String, double[]> row) {
        StringBuilder text =
                new StringBuilder("| ").append(shape.replaceFirst("x", " x ")).append(" |");
        double ours = row.containsKey("mmcr") ? row.get("mmcr")[0] : Double.NaN;
        for (String method : METHODS) {
            if (!row.containsKey(method)) {
                text.append(" not run |");
                continue;
            }
            double[] time = row.get(method);
            text.append(String.format(Locale.ROOT, " %.2f ± %.2f", time[0], time[1]));
            text.append(method.equals("mmcr") ? " |" : String.format(Locale.ROOT, " (%.1fx) |", time[0] / ours));
        }
        return text.append('\n').toString();
    }

    private static String circumstances(String arguments) throws IOException {
        Path cpuinfo = Path.of("/proc/cpuinfo");
        String processor = Files.isReadable(cpuinfo)
                ? Files.readAllLines(cpuinfo).stream()
                        .filter(text -> text.startsWith("model name"))
                        .map(text -> text.substring(text.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse("unknown processor")
                : System.getProperty("os.arch");
        return String.format(
                Locale.ROOT,
                "Machine: %s, %d processors, %d libtorch threads; %s %s; Java %s. Date: %s.%n"
                        + "Command: `mmcr bench loss %s`%n",
                processor,
                Runtime.getRuntime().availableProcessors(),
                torch.get_num_threads(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version"),
                LocalDate.now(ZoneId.systemDefault()),
                arguments);
    }
}
