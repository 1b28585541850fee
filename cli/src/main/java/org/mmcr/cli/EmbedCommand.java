package org.mmcr.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.MmcrException;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.NpyRowWriter;
import org.mmcr.evaluate.EvaluationOptions;
import org.mmcr.evaluate.FeatureExtractor;
import org.mmcr.run.TrainedModel;
import org.mmcr.run.ViewEmbeddings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr embed RUN --data DATA --out X.npy}. */
@Command(
        name = "embed",
        description = "Writes an encoder's features of every picture.",
        footer = {
            "",
            "X.npy is float32 (N, D); X.csv holds each picture's name and label in the same order. With --views K it is (N*K, D),",
            "the K views of a picture in adjacent rows, and X.csv still has one line a picture."
        })
final class EmbedCommand extends Subcommand {
    @Parameters(arity = "0..1", paramLabel = "RUN", description = "Folder that pretrain wrote.")
    Optional<Path> folder = Optional.empty();

    @Mixin
    final EncoderChoice choice = new EncoderChoice();

    @Option(names = "--data", required = true, paramLabel = "DATA", description = "The pictures.")
    @SuppressWarnings("NullAway.Init")
    String data;

    @Option(names = "--out", required = true, paramLabel = "X.npy", description = "Where the features go.")
    @SuppressWarnings("NullAway.Init")
    Path out;

    @Option(
            names = "--views",
            paramLabel = "K",
            description =
                    "Write the projector's embeddings of K random views of each picture, for mmcr analyze, in place of features.")
    Optional<Integer> views = Optional.empty();

    @Option(names = "--strict", description = "A picture that cannot be read is an error instead of being skipped.")
    boolean strict;

    private volatile boolean cancelled;

    EmbedCommand(CommandContext context) {
        super(context);
    }

    /** What {@code embed --json} prints. */
    record EmbedResult(String features, String names, int rows, int dimension, int broken, String checkpoint) {}

    @Override
    int execute() {
        Path names = namesFile();
        DataOptions defaults = DataOptions.defaults();
        DataOptions options =
                new DataOptions(strict, defaults.cacheBudgetBytes(), defaults.threads(), defaults.cacheDirectory());
        int threads = useThreads();
        EncoderChoice.Chosen chosen = choice.choose(folder, remarks());
        try (DataSource source = DataSources.open(data, options);
                Interrupts.Registration ignored = context().interrupts().onRequest(() -> cancelled = true)) {
            int width = views.isPresent()
                    ? writeViews(
                            source,
                            new ViewEmbeddings(projecting(chosen), views.get(), common.seed.orElse(0L), threads))
                    : writeFeatures(source, chosen, threads);
            OutputFile.write(names, file -> writeNames(source, file));
            report(new EmbedResult(
                    out.toString(),
                    names.toString(),
                    source.size() * views.orElse(1),
                    width,
                    source.broken().size(),
                    chosen.source()));
            return ExitCode.DONE;
        } catch (CancellationException e) {
            remarks().println("interrupted; nothing was written");
            return ExitCode.INTERRUPTED;
        }
    }

    private static TrainedModel projecting(EncoderChoice.Chosen chosen) {
        return chosen.run()
                .orElseThrow(
                        () -> new MmcrException("expected RUN with --views, which embeds through the projector, found"
                                + " --encoder; leave --views out"));
    }

    private Path namesFile() {
        String name = String.valueOf(out.getFileName());
        if (!name.endsWith(".npy")) {
            throw new MmcrException(
                    "expected --out to end in .npy, found " + out + "; name it for example " + name + ".npy");
        }
        return out.resolveSibling(name.substring(0, name.length() - ".npy".length()) + ".csv");
    }

    private int writeViews(DataSource source, ViewEmbeddings embeddings) {
        int rows = Math.multiplyExact(source.size(), views.orElseThrow());
        try (NpyRowWriter writer = new NpyRowWriter(out, rows, embeddings.dimension());
                PassProgress progress = new PassProgress(context().terminal())) {
            progress.stage("embedding views of " + source.location());
            int[] done = {0};
            embeddings.stream(source, ViewEmbeddings.spread(source, source.size()), block -> {
                append(writer, block);
                done[0] += Math.toIntExact(block.size(0));
                shown(progress, done[0], rows);
            });
            writer.finish();
        }
        return embeddings.dimension();
    }

    private int writeFeatures(DataSource source, EncoderChoice.Chosen chosen, int threads) {
        FeatureExtractor extractor = new FeatureExtractor(
                chosen.encoder(),
                chosen.view(),
                chosen.precision(),
                EvaluationOptions.defaults().batch(),
                threads);
        try (NpyRowWriter writer = new NpyRowWriter(out, source.size(), extractor.width());
                PassProgress progress = new PassProgress(context().terminal())) {
            progress.stage("embedding " + source.location());
            extractor.stream(
                    source, (first, block) -> append(writer, block), done -> shown(progress, done, source.size()));
            writer.finish();
        }
        return extractor.width();
    }

    private void shown(PassProgress progress, int done, int total) {
        if (cancelled) {
            throw new CancellationException();
        }
        progress.progress(done, total);
    }

    private static void append(NpyRowWriter writer, Tensor block) {
        float[] values = new float[Math.toIntExact(block.numel())];
        block.data_ptr_float().get(values);
        writer.write(values, 0, Math.toIntExact(block.size(0)));
    }

    private static void writeNames(DataSource source, Path file) throws IOException {
        try (BufferedWriter writer = Files.newBufferedWriter(file)) {
            writer.write("name,label\n");
            for (int i = 0; i < source.size(); i++) {
                writer.write(quoted(source.name(i)) + "," + label(source, i) + "\n");
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static String label(DataSource source, int index) {
        return source.label(index).isPresent()
                ? quoted(source.classNames().get(source.label(index).getAsInt()))
                : "";
    }

    /** RFC 4180: quoted only where it has to be. */
    private static String quoted(String field) {
        return field.matches("[^\",\r\n]*") ? field : '"' + field.replace("\"", "\"\"") + '"';
    }

    private void report(EmbedResult result) {
        if (common.json) {
            printJson(result);
            return;
        }
        text().printf(
                        "%,d rows of %d numbers: %s; names and labels: %s%n",
                        result.rows(), result.dimension(), result.features(), result.names());
        if (result.broken() > 0) {
            text().printf("%,d pictures could not be read and have no row%n", result.broken());
        }
    }
}
