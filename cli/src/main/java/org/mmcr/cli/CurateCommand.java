package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
import org.mmcr.data.LabelFile;
import org.mmcr.data.PictureSource;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.FeatureReader;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.run.Budget;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
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

    @Override
    int execute() throws IOException {
        boolean given = run.isPresent() || choice.file().isPresent();
        if (given && minutes.isPresent()) {
            throw new UsageException(
                    "expected --minutes only without --run and --encoder, found it with one; leave it out");
        }
        if (!(minutes.orElse(MINUTES) > 0 && minutes.orElse(MINUTES) < Double.POSITIVE_INFINITY)) {
            throw new UsageException("expected --minutes above 0 and finite, found " + minutes.orElseThrow());
        }
        int threads = useThreads();
        long seed = seed(given ? 0 : seedOfKeptEncoder());
        Curator.Options options = UsageException.check(() -> new Curator.Options(mirrored, subset, seed, threads));
        try (OutputFolder.Writing writing = output.open(Optional.of(out), CurationFiles::files);
                PictureSource source = openPictures(data, DataOptions.defaults())) {
            if (against.isEmpty()) {
                return curate(source, Optional.empty(), options);
            }
            try (PictureSource other = openPictures(against.get(), DataOptions.defaults())) {
                return curate(source, Optional.of(other), options);
            }
        }
    }

    private int curate(PictureSource source, Optional<PictureSource> other, Curator.Options options)
            throws IOException {
        List<String> names = labels(source);
        Optional<CurationEncoder> found = run.isPresent() || choice.file().isPresent()
                ? Optional.of(CurationEncoder.of(choice.choose(run, remarks())))
                : encoder(source);
        if (found.isEmpty()) {
            remarks().println("interrupted; the same command continues with the encoder in " + out.resolve("encoder"));
            return ExitCode.INTERRUPTED;
        }
        Curation curation;
        try (CurationEncoder encoder = found.get();
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
        return finish(curation, result -> new CurationText(text()).print(result, data, out));
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

    /** Returns the seed of the encoder that an earlier command has trained, or begun; 0 without one. */
    private long seedOfKeptEncoder() {
        RunDirectory folder = RunDirectory.ofAnother(out.resolve("encoder"));
        return RunDirectory.isRun(folder.root()) ? folder.readConfig().seed() : 0;
    }

    /** An encoder for these pictures where none is given; empty if its training was interrupted. */
    private Optional<CurationEncoder> encoder(PictureSource source) {
        choice.requireNone("an encoder that is trained on DATA", "--device");
        RunDirectory folder = RunDirectory.ofAnother(out.resolve("encoder"));
        requireSettingsOf(folder);
        PretrainConfig recipe =
                common.over(PretrainConfig.defaults()).withBudget(Budget.ofMinutes(minutes.orElse(MINUTES)));
        return CurationEncoder.ofPictures(context(), source, recipe, folder, choice.device.choose(), remarks());
    }

    /** Refuses other minutes and seeds than those of an encoder that was trained, or is being trained, before. */
    private void requireSettingsOf(RunDirectory folder) {
        if (!RunDirectory.isRun(folder.root())) {
            return;
        }
        PretrainConfig known = folder.readConfig();
        if (minutes.isPresent() && !known.budget().equals(Budget.ofMinutes(minutes.get()))) {
            throw other("--minutes", folder, minutes.get());
        }
        if (common.seed.isPresent() && common.seed.get() != known.seed()) {
            throw other("--seed", folder, common.seed.get());
        }
    }

    private static UsageException other(String option, RunDirectory folder, Object found) {
        return new UsageException("expected no other " + option + " than the encoder in " + folder
                + " was given, found " + found + "; leave it out to use that encoder, or give another --out");
    }

    /** Features of an encoder are kept, so that the same command after an interruption reads them. */
    private FeatureReader reader(CurationEncoder encoder, EvaluationOptions computing) {
        return encoder.chosen()
                .map(chosen -> new CachedFeatures(cache, computing, remarks()).of(chosen))
                .orElseGet(() -> FeatureReader.computing(computing));
    }

    /** Features of the other pictures, then those of the data. */
    private Tensor features(PictureSource source, Optional<PictureSource> other, CurationEncoder encoder, int threads) {
        FeatureReader reader = reader(encoder, EvaluationOptions.defaults().withThreads(threads));
        List<PictureSource> sources = new ArrayList<>();
        other.ifPresent(sources::add);
        sources.add(source);
        Tensor all = torch.empty(
                sources.stream().mapToInt(DataSource::size).sum(),
                encoder.model().width());
        int first = 0;
        for (PictureSource one : sources) {
            try (PassProgress progress = new PassProgress(context().terminal())) {
                progress.stage("computing features of " + one.location());
                try (FeatureSet set = reader.read(encoder.model(), one, done -> shown(progress, done, one.size()));
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
}
