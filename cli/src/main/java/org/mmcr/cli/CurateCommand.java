package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.analysis.curate.Curation;
import org.mmcr.analysis.curate.CurationFiles;
import org.mmcr.analysis.curate.Curator;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.LabelFile;
import org.mmcr.data.PictureSource;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.FeatureModel;
import org.mmcr.train.evaluate.FeatureReader;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.InputFeatures;
import org.mmcr.train.run.Budget;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.RunReport;
import org.mmcr.train.run.SizeChoice;
import org.mmcr.train.run.TrainedModel;
import org.mmcr.train.run.Trainer;
import org.mmcr.train.run.TrainingTotals;
import org.mmcr.train.run.ViewEmbeddings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr curate DATA --out DIR}. */
@Command(
        name = "curate",
        description = "Finds near duplicates, outliers, broken pictures and suspected label errors.",
        footer = {
            "",
            "DIR receives curation.csv and curation.parquet, a row for each picture with its flags and scores, curation.json with the",
            "totals, and the page curation.html. --keep DIR/curation.csv of pretrain, evaluate and embed leaves flagged pictures out.",
            "",
            "Without --run and --encoder an encoder is trained on DATA first, for --minutes, into DIR/encoder; the same command uses it",
            "again. Fewer than 256 different pictures are compared by their pixels instead."
        })
final class CurateCommand extends Subcommand {
    private static final double MINUTES = 3;
    /** Fewer pictures do not train an encoder. */
    private static final int FEWEST = 256;
    /** Sides of the pictures whose pixels are compared. */
    private static final int FINE = 32;

    private static final int COARSE = 16;
    /** Pictures that are compared to count different ones. */
    private static final int SAMPLED = 4096;

    @Parameters(paramLabel = "DATA", description = "Pictures; labels are used if there are any.")
    @SuppressWarnings("NullAway.Init")
    private String data;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder of the results.")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Option(
            names = "--against",
            paramLabel = "OTHER",
            description = "Pictures whose copies in DATA are duplicates too, such as test data.")
    private Optional<String> against = Optional.empty();

    @Option(names = "--run", paramLabel = "RUN", description = "Compare by the features of this run's encoder.")
    private Optional<Path> run = Optional.empty();

    @Mixin
    private final EncoderChoice choice = new EncoderChoice();

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "Time to train an encoder where none is given. Default: 3.")
    private Optional<Double> minutes = Optional.empty();

    @Option(
            names = "--labels",
            paramLabel = "y.npy|y.csv",
            description = "A class for each picture in place of those of DATA; negative or empty for none.")
    private Optional<String> labels = Optional.empty();

    @Option(
            names = "--subset",
            paramLabel = "N",
            description = "Choose N pictures that represent all, the most useful first: subset.csv.")
    private int subset;

    @Option(names = "--mirrored", description = "A mirror image is a duplicate too.")
    private boolean mirrored;

    @Mixin
    private final CacheChoice cache = new CacheChoice();

    @Mixin
    private final OutputFolder output = new OutputFolder();

    private volatile boolean cancelled;

    CurateCommand(CommandContext context) {
        super(context);
    }

    /** An encoder, the description of where it comes from, and what is closed after its use. */
    private record Origin(FeatureModel model, String text, Optional<EncoderChoice.Chosen> chosen)
            implements AutoCloseable {
        Origin(FeatureModel model, String text) {
            this(model, text, Optional.empty());
        }

        static Origin of(TrainedModel model, String text) {
            EncoderChoice.Chosen chosen = new EncoderChoice.Chosen(
                    model.features(), Optional.of(model), model.checkpoint().toString());
            return new Origin(chosen.features(), text, Optional.of(chosen));
        }

        @Override
        public void close() {
            chosen.ifPresent(EncoderChoice.Chosen::close);
        }
    }

    @Override
    int execute() throws IOException {
        boolean given = run.isPresent() || choice.file().isPresent();
        if (given && minutes.isPresent()) {
            throw new UsageException(
                    "expected --minutes only without --run and --encoder, found it with one; leave it out");
        }
        if (minutes.orElse(MINUTES) <= 0) {
            throw new UsageException("expected --minutes above 0, found " + minutes.orElseThrow());
        }
        int threads = useThreads();
        Curator.Options options =
                UsageException.check(() -> new Curator.Options(mirrored, subset, common.seed.orElse(0L), threads));
        try (OutputFolder.Writing writing = output.open(Optional.of(out), CurationFiles::files);
                PictureSource source = DataSources.pictures(data, DataOptions.defaults())) {
            if (against.isEmpty()) {
                return curate(source, Optional.empty(), options);
            }
            try (PictureSource other = DataSources.pictures(against.get(), DataOptions.defaults())) {
                return curate(source, Optional.of(other), options);
            }
        }
    }

    private int curate(PictureSource source, Optional<PictureSource> other, Curator.Options options)
            throws IOException {
        List<String> names = labels(source);
        Optional<Origin> origin = origin(source);
        if (origin.isEmpty()) {
            remarks().println("interrupted; the same command goes on with the encoder in " + out.resolve("encoder"));
            return ExitCode.INTERRUPTED;
        }
        Curation curation;
        try (Origin encoder = origin.get();
                Interrupts.Registration ignored = context().interrupts().onRequest(() -> cancelled = true);
                Tensor features = features(source, other, encoder, options.threads());
                PassProgress progress = new PassProgress(context().terminal())) {
            StageProgress stages = new StageProgress(progress);
            curation = new Curator(source, other, options).curate(features, names, encoder.text(), stages::at);
        } catch (CancellationException e) {
            remarks().println("interrupted; nothing was written");
            return ExitCode.INTERRUPTED;
        }
        CurationFiles.write(out, curation, source, other);
        if (common.json) {
            printJson(curation);
        } else {
            print(curation);
        }
        return ExitCode.DONE;
    }

    private List<String> labels(PictureSource source) {
        if (labels.isEmpty()) {
            return IntStream.range(0, source.size())
                    .mapToObj(i -> source.label(i).stream()
                            .mapToObj(source.classNames()::get)
                            .findFirst()
                            .orElse(""))
                    .toList();
        }
        List<String> read = LabelFile.read(labels.get());
        if (read.size() != source.size()) {
            throw new UsageException("expected a label for each of the " + source.size() + " pictures, found "
                    + read.size() + " in " + labels.get() + "; leave one empty or negative for none");
        }
        return read;
    }

    /** Empty if training was interrupted. */
    private Optional<Origin> origin(PictureSource source) {
        if (run.isPresent() || choice.file().isPresent()) {
            EncoderChoice.Chosen chosen = choice.choose(run, remarks());
            return Optional.of(new Origin(chosen.features(), chosen.source(), Optional.of(chosen)));
        }
        if (distinct(source) < FEWEST) {
            remarks().println("fewer than " + FEWEST + " different pictures: they are compared by their pixels");
            return Optional.of(pixels(source));
        }
        RunDirectory encoder = RunDirectory.ofAnother(out.resolve("encoder"));
        return trained(encoder, source)
                ? Optional.of(Origin.of(
                        TrainedModel.load(encoder).on(choice.device.choose()),
                        "an encoder trained on these pictures: " + encoder))
                : Optional.empty();
    }

    /** Copies of a few pictures, however many, need few numbers each. */
    private static Origin pixels(PictureSource source) {
        int side = source.size() > SAMPLED ? COARSE : FINE;
        PictureEvaluationView view =
                PictureEvaluationView.of(PictureViewRecipe.cifar()).withSize(side, side);
        return new Origin(new InputFeatures(view), "pixels, " + side + " x " + side);
    }

    /** Number of different pictures among evenly spaced ones; copies of one picture train nothing. */
    private static long distinct(PictureSource source) {
        return Arrays.stream(ViewEmbeddings.evenlySpaced(source, SAMPLED))
                .map(i -> Arrays.hashCode(source.picture(i).rgb()))
                .distinct()
                .count();
    }

    /** Trains an encoder, continues its training, or finds it finished; false if it was interrupted. */
    private boolean trained(RunDirectory encoder, PictureSource source) {
        double budget = minutes.orElse(MINUTES);
        ComputeDevice where = choice.device.choose();
        if (RunDirectory.isRun(encoder.root())) {
            RunReport report = RunReport.read(RunDirectory.open(encoder.root()));
            if (!report.dataFingerprint().equals(source.fingerprint())) {
                throw new UsageException("expected an encoder of " + data + " in " + encoder
                        + ", found one of other pictures; give another --out, or --run " + encoder + " to use it");
            }
            remarks().println("using the encoder in " + encoder);
            return Training.run(
                            context(),
                            listener ->
                                    Trainer.resume(encoder, source, listener).on(where))
                    .finished();
        }
        remarks()
                .printf(
                        Locale.ROOT,
                        "training an encoder on %,d pictures for %.1f minutes; --run or --encoder takes one that exists%n",
                        source.size(),
                        budget);
        PretrainConfig recipe = common.over(PretrainConfig.defaults()).withBudget(Budget.ofMinutes(budget));
        PretrainConfig config =
                SizeChoice.forPictures(SizeChoice.forSamples(recipe, source.size()), SizeChoice.MedianSize.of(source));
        RunDirectory made = RunDirectory.create(encoder.root());
        TrainingTotals totals =
                Training.run(context(), listener -> new Trainer(config, source, made, listener).on(where));
        return totals.finished();
    }

    /** Features of an encoder are kept, so that the same command after an interruption reads them. */
    private FeatureReader reader(Origin origin, EvaluationOptions computing) {
        return origin.chosen()
                .map(chosen -> new CachedFeatures(cache, computing, remarks()).of(chosen))
                .orElseGet(() -> FeatureReader.computing(computing));
    }

    /** Features of the other pictures, then those of the data. */
    private Tensor features(PictureSource source, Optional<PictureSource> other, Origin origin, int threads) {
        FeatureReader reader = reader(origin, EvaluationOptions.defaults().withThreads(threads));
        List<PictureSource> sources = new ArrayList<>();
        other.ifPresent(sources::add);
        sources.add(source);
        Tensor all = torch.empty(
                sources.stream().mapToInt(DataSource::size).sum(),
                origin.model().width());
        int first = 0;
        for (PictureSource one : sources) {
            try (PassProgress progress = new PassProgress(context().terminal())) {
                progress.stage("computing features of " + one.location());
                try (FeatureSet set = reader.read(origin.model(), one, done -> shown(progress, done, one.size()));
                        PointerScope scope = new PointerScope()) {
                    all.narrow(0, first, one.size()).copy_(set.features());
                }
            }
            first += one.size();
        }
        return all;
    }

    /** Passes stages on. */
    private final class StageProgress {
        private final PassProgress progress;
        private String stage = "";

        StageProgress(PassProgress progress) {
            this.progress = progress;
        }

        void at(String now, int done, int total) {
            if (!stage.equals(now)) {
                stage = now;
                progress.stage(now);
            }
            shown(progress, done, total);
        }
    }

    private void shown(PassProgress progress, int done, int total) {
        if (cancelled) {
            throw new CancellationException();
        }
        progress.progress(done, total);
    }

    private void print(Curation found) {
        text().printf(Locale.ROOT, "%s: %,d pictures, features: %s%n", data, found.pictures(), found.features());
        line(
                "duplicates",
                "%,d in %,d groups, %,d of them exact%s",
                found.duplicates().flagged(),
                found.duplicates().groups(),
                found.duplicates().exact(),
                found.against()
                        .map(location -> String.format(
                                Locale.ROOT,
                                ", %,d of pictures in %s",
                                found.duplicates().across(),
                                location))
                        .orElse(""));
        line("outliers", "%,d", found.outliers());
        line("broken", "%,d unreadable or of one colour", found.broken());
        found.labels().ifPresent(labelled -> {
            line("labels", "%,d of %,d suspect", labelled.suspected(), labelled.judged());
            labelled.overlaps().stream()
                    .limit(3)
                    .forEach(pair -> line("", "%s, rather %s: %,d", pair.label(), pair.suggested(), pair.pictures()));
        });
        found.classes().stream()
                .limit(3)
                .forEach(one -> line(
                        "low capacity",
                        "%s: %.3f, radius %.3f, dimension %.1f; %.1f %% of the cost",
                        one.name(),
                        one.capacity(),
                        one.radius(),
                        one.dimension(),
                        100 * one.share()));
        for (int i = 0; i < Math.min(3, found.costliest().size()); i++) {
            Curation.PictureCost one = found.costliest().get(i);
            line(i == 0 ? "costliest" : "", "%s: %.2f %% of the cost", one.path(), 100 * one.share());
        }
        found.subset()
                .ifPresent(chosen -> chosen.coverage()
                        .forEach(one ->
                                line("subset", "%,d pictures cover %.1f %%", one.pictures(), 100 * one.coverage())));
        found.notes().forEach(note -> text().println("- " + note));
        text().printf("curation.csv, curation.parquet, curation.json and the page curation.html are in %s%n", out);
    }

    private void line(String name, String format, Object... values) {
        text().printf("  %-13s %s%n", name, String.format(Locale.ROOT, format, values));
    }
}
