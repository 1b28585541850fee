package org.mmcr.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.mmcr.analysis.embed.EmbeddingExport;
import org.mmcr.analysis.embed.Provenance;
import org.mmcr.cli.Benchmark;
import org.mmcr.cli.UsageException;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.ProgressListener;
import org.mmcr.train.run.ComputeThreads;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;

/**
 * Times {@code embed} for each output format and the bare forward pass of the same encoder, in alternation. Usage:
 * {@code mmcr bench embed RUN DATA PICTURES ROUNDS}
 */
public final class EmbedBenchmark implements Benchmark {
    private static final List<String> FORMATS = List.of("npy", "parquet", "csv");

    @Override
    public String name() {
        return "embed";
    }

    @Override
    public String summary() {
        return "pictures a second of embed and of the bare forward pass: RUN DATA PICTURES ROUNDS";
    }

    /**
     * The medians over the rounds, in pictures a second.
     *
     * @param precision precision of the forward pass
     * @param pictures number of pictures
     * @param batch batch size of embed
     * @param openSeconds seconds for opening the data, which decodes every picture once
     * @param bare the fastest arrangement of the bare forward pass
     * @param arrangements every arrangement of the bare forward pass (see {@link BareForward})
     * @param npy embed to {@code .npy}
     * @param parquet embed to Parquet
     * @param csv embed to CSV
     * @param fraction speed of each format as a fraction of the bare forward pass, median over the rounds
     */
    record Result(
            String precision,
            int pictures,
            int batch,
            double openSeconds,
            double bare,
            Map<String, Double> arrangements,
            double npy,
            double parquet,
            double csv,
            Map<String, Double> fraction) {}

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) throws IOException {
        if (arguments.size() != 4) {
            throw new UsageException("expected RUN DATA PICTURES ROUNDS, found " + arguments);
        }
        ComputeThreads.use(ComputeThreads.available());
        TrainedModel model = TrainedModel.load(RunDirectory.open(Path.of(arguments.get(0))));
        int pictures = Integer.parseInt(arguments.get(2));
        Path folder = Files.createTempDirectory("mmcr-embed");
        long start = System.nanoTime();
        try (DataSource all = DataSources.open(arguments.get(1), DataOptions.defaults())) {
            double open = (System.nanoTime() - start) / 1e9;
            DataSource source = DataSources.subset(
                    all, IntStream.range(0, Math.min(pictures, all.size())).toArray());
            Rounds rounds = new Rounds(model, source, folder, open);
            rounds.run(1, line -> {}); // warms up the JIT, libtorch's kernels and the page cache
            rounds.clear();
            return rounds.run(Integer.parseInt(arguments.get(3)), progress);
        } finally {
            clean(folder);
            Files.delete(folder);
        }
    }

    private static void clean(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Rounds {
        private final TrainedModel model;
        private final DataSource source;
        private final Path folder;
        private final double open;
        private final FeatureExtractor extractor;
        private final List<BareForward> rivals;
        private final Map<String, List<Double>> rates = new LinkedHashMap<>();

        Rounds(TrainedModel model, DataSource source, Path folder, double open) {
            this.model = model;
            this.source = source;
            this.folder = folder;
            this.open = open;
            int threads = ComputeThreads.available();
            int asked = EvaluationOptions.defaults().batch();
            extractor = new FeatureExtractor(model.features(), asked, threads);
            rivals = IntStream.of(extractor.batch(), asked)
                    .distinct()
                    .boxed()
                    .flatMap(batch ->
                            Stream.of(BareForward.together(model, batch), BareForward.apart(model, batch, threads)))
                    .toList();
        }

        void clear() {
            rates.clear();
        }

        Result run(int rounds, Consumer<String> progress) {
            for (int i = 0; i < rounds; i++) {
                rivals.forEach(rival -> time(rival.name(), () -> rival.run(source.size())));
                FORMATS.forEach(format -> time(format, () -> embed("x." + format)));
                progress.accept(rates.entrySet().stream()
                        .map(entry -> "%s %.0f".formatted(entry.getKey(), last(entry.getValue())))
                        .collect(Collectors.joining(", ", "", " pictures/s")));
            }
            Map<String, Double> medians = new LinkedHashMap<>();
            rates.forEach((what, found) -> medians.put(what, median(found)));
            Map<String, Double> arrangements = new LinkedHashMap<>(medians);
            FORMATS.forEach(arrangements::remove);
            String rival = Collections.max(arrangements.entrySet(), Map.Entry.comparingByValue())
                    .getKey();
            Map<String, Double> fraction = new LinkedHashMap<>();
            FORMATS.forEach(format -> fraction.put(format, fraction(of(format), of(rival))));
            return new Result(
                    model.config().precision().toString(),
                    source.size(),
                    extractor.batch(),
                    open,
                    median(of(rival)),
                    arrangements,
                    median(of("npy")),
                    median(of("parquet")),
                    median(of("csv")),
                    fraction);
        }

        private List<Double> of(String what) {
            return rates.getOrDefault(what, List.of());
        }

        /** Returns the median of the rounds' ratios: a machine that is slower for a while is slower for both. */
        private static double fraction(List<Double> part, List<Double> whole) {
            return median(IntStream.range(0, part.size())
                    .mapToObj(i -> part.get(i) / whole.get(i))
                    .toList());
        }

        /** Times work that writes new files; deleting those of the last round does not count. */
        private void time(String what, Runnable work) {
            clean(folder);
            long start = System.nanoTime();
            work.run();
            rates.computeIfAbsent(what, key -> new ArrayList<>())
                    .add(source.size() / ((System.nanoTime() - start) / 1e9));
        }

        private void embed(String name) {
            Provenance provenance = new Provenance(
                    "bench", List.of(), source.size(), extractor.width(), List.of(), "as the run", "bench");
            new EmbeddingExport(folder.resolve(name), source, provenance).run(extractor, ProgressListener.NONE);
        }

        private static double last(List<Double> values) {
            return values.get(values.size() - 1);
        }

        private static double median(List<Double> values) {
            List<Double> sorted = new ArrayList<>(values);
            Collections.sort(sorted);
            return sorted.get(sorted.size() / 2);
        }
    }
}
