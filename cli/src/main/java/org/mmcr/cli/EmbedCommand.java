package org.mmcr.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.analysis.embed.EmbeddingExport;
import org.mmcr.analysis.embed.EmbeddingFormat;
import org.mmcr.analysis.embed.Provenance;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.ExclusiveLock;
import org.mmcr.data.io.NpyRowWriter;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.PictureCrop;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureModel;
import org.mmcr.train.evaluate.NonFiniteFeaturesException;
import org.mmcr.train.evaluate.ProgressListener;
import org.mmcr.train.evaluate.WhitenedFeatures;
import org.mmcr.train.run.ViewEmbeddings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr embed RUN --data DATA --out X.{npy,parquet,csv}}. */
@Command(
        name = "embed",
        description = "Writes an encoder's features of every picture.",
        footer = {
            "",
            "X.npy is float32 (N, D), and X.csv beside it holds each picture's path and label in the same order. X.parquet has the",
            "columns path, label and embedding (a list of float); X.csv alone has path, label, e0, e1 and so on. A pass that was",
            "stopped continues where it was when the same command is given again. With --views K, X.npy is (N*K, D), the K views of a",
            "picture in adjacent rows, and X.csv still has one line a picture."
        })
final class EmbedCommand extends Subcommand {
    @Parameters(arity = "0..1", paramLabel = "RUN", description = "Folder that pretrain wrote.")
    Optional<Path> folder = Optional.empty();

    @Mixin
    final EncoderChoice choice = new EncoderChoice();

    @Option(names = "--data", required = true, paramLabel = "DATA", description = "The pictures, or a table.")
    @SuppressWarnings("NullAway.Init")
    String data;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "X",
            description = "Where the features go: a file that ends in .npy, .parquet or .csv.")
    @SuppressWarnings("NullAway.Init")
    Path out;

    @Option(
            names = "--modality",
            paramLabel = "NAME|INDEX",
            description =
                    "Of a run on paired data: DATA are of this modality; writes its embeddings in the space of all.")
    Optional<String> modality = Optional.empty();

    @Option(
            names = "--views",
            paramLabel = "K",
            description = {
                "Write K random views of each picture, for mmcr analyze: the projector's embeddings for a run, otherwise",
                "the features."
            })
    Optional<Integer> views = Optional.empty();

    @Mixin
    final AugmentChoice augment = new AugmentChoice();

    @Option(
            names = "--crops",
            paramLabel = "C",
            description =
                    "Average the features of 1 to 10 crops: centre, its mirror image, then the corners. Default: 1.")
    int crops = 1;

    @Option(
            names = "--whiten",
            description = {
                "Whiten the features with the run's statistics, or with those of DATA where there are none. Default: the",
                "features as they are."
            })
    boolean whiten;

    @Mixin
    final OutputFile output = new OutputFile();

    @Mixin
    final KeepChoice kept = new KeepChoice();

    @Mixin
    final CacheChoice cache = new CacheChoice();

    @Option(names = "--strict", description = "A picture that cannot be read is an error instead of being skipped.")
    boolean strict;

    @Mixin
    final TableChoice table = new TableChoice();

    private volatile boolean cancelled;
    /** Identifies the weights with {@link #fingerprint}. Both are read first: a trainer may prune the checkpoint. */
    private String stamp = "";

    private String fingerprint = "";

    EmbedCommand(CommandContext context) {
        super(context);
    }

    /** What {@code embed --json} prints. */
    record EmbedResult(
            String features,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> names,
            int rows,
            int dimension,
            int broken,
            String checkpoint,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Provenance.Whitened> whitened,
            int resumed) {}

    @Override
    int execute() {
        EmbeddingFormat format = UsageException.check(() -> EmbeddingFormat.of(out));
        if (views.isPresent() && format != EmbeddingFormat.NPY) {
            throw new UsageException("expected --out to end in .npy with --views, found " + out
                    + "; views are written as (N*K, D) for mmcr analyze");
        }
        if (views.orElse(1) < 1) {
            throw new UsageException("expected --views of at least 1, found " + views.orElseThrow());
        }
        if (views.isPresent() && crops != 1) {
            throw new UsageException("expected either --views or --crops, found both; random views are not averaged");
        }
        if (views.isPresent() && whiten) {
            throw new UsageException("expected either --views or --whiten, found both; the embeddings of views are"
                    + " measured as they are");
        }
        if (modality.isPresent() && (folder.isEmpty() || choice.file().isPresent() || views.isPresent())) {
            throw new UsageException("expected --modality with a RUN on paired data and without --encoder or --views,"
                    + " found another combination; leave one of them out");
        }
        if (modality.isPresent()) {
            choice.requireNone("--modality");
        }
        augment.require(views, choice.file());
        int threads = useThreads();
        List<String> inputs = new ArrayList<>(List.of(data));
        choice.file().ifPresent(file -> inputs.add(file.toString()));
        kept.keep.ifPresent(file -> inputs.add(file.toString()));
        requireNamesFile(inputs);
        try (ChosenEncoder chosen = chosen();
                ExclusiveLock lock = output.open(out, inputs)) {
            if (format != EmbeddingFormat.NPY) {
                return embed(format, chosen, threads);
            }
            try (ExclusiveLock names = OutputFile.lock(EmbeddingExport.namesFile(out))) {
                return embed(format, chosen, threads);
            }
        } catch (CancellationException e) {
            remarks()
                    .println(
                            views.isEmpty() && EmbeddingExport.isInterrupted(out)
                                    ? "interrupted; what is embedded is kept beside " + out
                                            + ", and the same command continues from there"
                                    : "interrupted; nothing was written");
            return ExitCode.INTERRUPTED;
        }
    }

    private int embed(EmbeddingFormat format, ChosenEncoder chosen, int threads) {
        if (views.isEmpty()) {
            stamp = Provenance.stamp(chosen.source());
            fingerprint = chosen.fingerprint();
        }
        try (DataSource source = open(data, kept.over(chosen.dataOptions(table).withStrict(strict)));
                Interrupts.Registration ignored = context().interrupts().onRequest(() -> cancelled = true)) {
            return finish(
                    views.isPresent()
                            ? writeViews(source, chosen, threads)
                            : writeFeatures(source, format, chosen, threads),
                    this::print);
        }
    }

    private ChosenEncoder chosen() {
        return modality.map(name -> ChosenEncoder.ofModality(folder.orElseThrow(), name))
                .orElseGet(() -> choice.choose(folder, remarks()));
    }

    /** The names beside a {@code .npy} file replace only names of an earlier pass, or others with --overwrite. */
    private void requireNamesFile(List<String> inputs) {
        Path names = EmbeddingExport.namesFile(out);
        if (EmbeddingFormat.of(out) != EmbeddingFormat.NPY || !Files.exists(names)) {
            return;
        }
        output.requireOther(names, inputs);
        if (!EmbeddingExport.isNamesFile(names)) {
            throw new UsageException("expected room for names and labels in " + names + " beside " + out
                    + ", found another file of that name; give another --out");
        }
        if (!output.overwrite && !EmbeddingExport.isInterrupted(out) && !Files.exists(out)) {
            throw new UsageException("expected no file at " + names + ", where names and labels go, found one without "
                    + out + "; give another --out, or --overwrite to replace it");
        }
    }

    private EmbedResult writeViews(DataSource source, ChosenEncoder chosen, int threads) {
        ViewEmbeddings embeddings = augment.views(chosen, views.orElseThrow(), seed(0), threads);
        long all = (long) source.size() * views.orElseThrow();
        if (all > Integer.MAX_VALUE) {
            throw new UsageException("expected fewer than 2^31 rows, found " + source.size() + " samples with "
                    + views.orElseThrow() + " views; give fewer --views");
        }
        int rows = (int) all;
        try (NpyRowWriter writer = new NpyRowWriter(out, rows, embeddings.dimension());
                PassProgress progress = new PassProgress(context().terminal())) {
            progress.stage("embedding views of " + source.location());
            int[] done = {0};
            embeddings.stream(source, IntStream.range(0, source.size()).toArray(), block -> {
                NonFiniteFeaturesException.check(block, row -> source.name((done[0] + row) / views.orElseThrow()));
                append(writer, block);
                done[0] += Math.toIntExact(block.size(0));
                shown(progress, done[0], rows);
            });
            writer.finish();
        }
        Path names = EmbeddingExport.writeNames(source, out);
        return result(source, Optional.of(names), rows, embeddings.dimension(), chosen, Optional.empty(), 0);
    }

    private EmbedResult writeFeatures(DataSource source, EmbeddingFormat format, ChosenEncoder chosen, int threads) {
        if (!whiten) {
            return writeFeatures(source, format, chosen, chosen.features(), Optional.empty(), threads);
        }
        try (WhiteningChoice whitening = WhiteningChoice.of(
                chosen.run(), chosen.features(), source, threads, context(), this::requireGoOn, remarks())) {
            FeatureModel features = new WhitenedFeatures(chosen.features(), whitening.statistics());
            return writeFeatures(source, format, chosen, features, Optional.of(whitening.document()), threads);
        }
    }

    private EmbedResult writeFeatures(
            DataSource source,
            EmbeddingFormat format,
            ChosenEncoder chosen,
            FeatureModel features,
            Optional<Provenance.Whitened> whitened,
            int threads) {
        List<EvaluationView> shown = crops(features.view());
        FeatureExtractor extractor = new FeatureExtractor(
                features, shown, EvaluationOptions.defaults().batch(), threads);
        Provenance provenance = new Provenance(
                stamp + " " + fingerprint + modality.map(name -> " " + name).orElse(""),
                List.of(source.location(), source.fingerprint()),
                source.size(),
                extractor.width(),
                shown.stream().map(Object::toString).toList(),
                chosen.arithmetic(),
                new Version().getVersion()[0],
                whitened);
        int resumed = export(new EmbeddingExport(out, source, provenance), extractor, source, chosen);
        Optional<Path> names =
                format == EmbeddingFormat.NPY ? Optional.of(EmbeddingExport.namesFile(out)) : Optional.empty();
        return result(source, names, source.size(), extractor.width(), chosen, whitened, resumed);
    }

    /** Writes the features of an earlier command, or computes and keeps them; returns the rows of a stopped pass. */
    private int export(EmbeddingExport export, FeatureExtractor extractor, DataSource source, ChosenEncoder chosen) {
        try (PassProgress progress = new PassProgress(context().terminal())) {
            progress.stage("embedding " + source.location());
            ProgressListener listener = done -> shown(progress, done, source.size());
            if (crops > 1 || whiten || modality.isPresent()) {
                return export.run(extractor, listener);
            }
            CachedFeatures cached = new CachedFeatures(cache, EvaluationOptions.defaults(), remarks());
            Optional<Path> known = cached.file(chosen, fingerprint, source, listener);
            if (known.isEmpty()) {
                return export.keeping(rows -> cached.keep(fingerprint, source, rows))
                        .run(extractor, listener);
            }
            export.copy(known.get(), listener);
            return 0;
        }
    }

    private List<EvaluationView> crops(EvaluationView view) {
        if (crops == 1) {
            return List.of(view);
        }
        if (view instanceof PictureEvaluationView picture) {
            return UsageException.check(() -> PictureCrop.of(picture, crops));
        }
        throw new UsageException("expected pictures with --crops, found a table; leave it out");
    }

    private EmbedResult result(
            DataSource source,
            Optional<Path> names,
            int rows,
            int dimension,
            ChosenEncoder chosen,
            Optional<Provenance.Whitened> whitened,
            int resumed) {
        return new EmbedResult(
                out.toString(),
                names.map(Path::toString),
                rows,
                dimension,
                source.broken().size(),
                chosen.source(),
                whitened,
                resumed);
    }

    private void shown(PassProgress progress, int done, int total) {
        requireGoOn();
        progress.progress(done, total);
    }

    private void requireGoOn() {
        if (cancelled) {
            throw new CancellationException();
        }
    }

    private static void append(NpyRowWriter writer, Tensor block) {
        float[] values = new float[Math.toIntExact(block.numel())];
        block.data_ptr_float().get(values);
        writer.write(values, 0, Math.toIntExact(block.size(0)));
    }

    private void print(EmbedResult result) {
        text().printf(
                        "%,d rows of %,d numbers: %s%s%n",
                        result.rows(),
                        result.dimension(),
                        result.features(),
                        result.names()
                                .map(names -> "; names and labels: " + names)
                                .orElse(""));
        if (result.resumed() > 0) {
            text().printf("%,d of them were there from a pass that was stopped%n", result.resumed());
        }
        if (result.broken() > 0) {
            text().printf("pictures that could not be read and have no row: %,d%n", result.broken());
        }
    }
}
