package org.mmcr.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.MmcrException;
import org.mmcr.cli.Benchmark;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.embed.EmbeddingExport;
import org.mmcr.embed.Provenance;
import org.mmcr.evaluate.EvaluationOptions;
import org.mmcr.evaluate.FeatureExtractor;
import org.mmcr.evaluate.ProgressListener;
import org.mmcr.run.ComputeThreads;
import org.mmcr.run.RunDirectory;
import org.mmcr.run.TrainedModel;

/**
 * Pictures a second of {@code embed} into each format beside the bare forward pass of the same encoder on one batch that lies
 * in memory, in alternation. Arguments: a run, the data, how many pictures of it, rounds.
 */
public final class EmbedBenchmark implements Benchmark {
    @Override
    public String name() {
        return "embed";
    }

    @Override
    public String summary() {
        return "embed RUN DATA PICTURES ROUNDS: pictures a second of embed, beside the bare forward pass";
    }

    /**
     * Medians over rounds, pictures a second.
     *
     * @param openSeconds until the data could be read: pictures are decoded then, once
     * @param bare forward pass alone
     * @param share of each format's median in the bare one
     */
    record Result(
            String precision,
            int pictures,
            int batch,
            double openSeconds,
            double bare,
            double npy,
            double parquet,
            double csv,
            Map<String, Double> share) {}

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) throws IOException {
        if (arguments.size() != 4) {
            throw new MmcrException("expected RUN DATA PICTURES ROUNDS, found " + arguments);
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
            rounds.run(1, line -> {}); // warms the JIT, libtorch's kernels and the page cache
            rounds.clear();
            return rounds.run(Integer.parseInt(arguments.get(3)), progress);
        } finally {
            for (String name : List.of("x.npy", "x.parquet", "x.csv")) {
                Files.deleteIfExists(folder.resolve(name));
            }
            Files.delete(folder);
        }
    }

    private static final class Rounds {
        private final TrainedModel model;
        private final DataSource source;
        private final Path folder;
        private final double open;
        private final int batch = EvaluationOptions.defaults().batch();
        private final FeatureExtractor extractor;
        private final List<Double> bare = new ArrayList<>();
        private final List<Double> npy = new ArrayList<>();
        private final List<Double> parquet = new ArrayList<>();
        private final List<Double> csv = new ArrayList<>();

        Rounds(TrainedModel model, DataSource source, Path folder, double open) {
            this.model = model;
            this.source = source;
            this.folder = folder;
            this.open = open;
            extractor = new FeatureExtractor(
                    model.model().encoder(),
                    model.view(),
                    model.config().precision(),
                    batch,
                    ComputeThreads.available());
        }

        void clear() {
            List.of(bare, npy, parquet, csv).forEach(List::clear);
        }

        Result run(int rounds, Consumer<String> progress) {
            for (int i = 0; i < rounds; i++) {
                bare.add(rate(this::forward));
                npy.add(rate(() -> embed("x.npy")));
                parquet.add(rate(() -> embed("x.parquet")));
                csv.add(rate(() -> embed("x.csv")));
                progress.accept("bare %.0f, npy %.0f, parquet %.0f, csv %.0f pictures/s"
                        .formatted(bare.get(i), npy.get(i), parquet.get(i), csv.get(i)));
            }
            return new Result(
                    model.config().precision().toString(),
                    source.size(),
                    batch,
                    open,
                    median(bare),
                    median(npy),
                    median(parquet),
                    median(csv),
                    Map.of("npy", share(npy), "parquet", share(parquet), "csv", share(csv)));
        }

        private double share(List<Double> rates) {
            return median(rates) / median(bare);
        }

        private double rate(Runnable work) {
            long start = System.nanoTime();
            work.run();
            return source.size() / ((System.nanoTime() - start) / 1e9);
        }

        private void forward() {
            try (NoGradGuard noGrad = new NoGradGuard();
                    var autocast = model.config().precision().autocast();
                    PointerScope outer = new PointerScope()) {
                Tensor rows = torch.randn(batch, model.view().shape().length());
                for (int done = 0; done < source.size(); done += batch) {
                    try (PointerScope scope = new PointerScope()) {
                        int count = Math.min(batch, source.size() - done);
                        model.model()
                                .encoder()
                                .forward(model.view().shape().arrange(rows.narrow(0, 0, count)))
                                .contiguous();
                    }
                }
            }
        }

        private void embed(String name) {
            Provenance provenance = new Provenance(
                    "bench", List.of(), source.size(), extractor.width(), List.of(), "as the run", "bench");
            new EmbeddingExport(folder.resolve(name), source, provenance)
                    .run(extractor::stream, batch, ProgressListener.NONE);
        }

        private static double median(List<Double> values) {
            List<Double> sorted = new ArrayList<>(values);
            Collections.sort(sorted);
            return sorted.get(sorted.size() / 2);
        }
    }
}
