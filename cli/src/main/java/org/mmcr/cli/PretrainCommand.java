package org.mmcr.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.PairedSource;
import org.mmcr.data.io.Provenance;
import org.mmcr.report.page.PictureSample;
import org.mmcr.report.page.PictureSampleBuilder;
import org.mmcr.report.page.ReportPage;
import org.mmcr.train.distributed.ProcessGroup;
import org.mmcr.train.distributed.Rank;
import org.mmcr.train.distributed.StoppedException;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.encoder.EncoderSpec;
import org.mmcr.train.encoder.EncoderWeights;
import org.mmcr.train.run.PairedModel;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.Recipes;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.RunReport;
import org.mmcr.train.run.TrainedModel;
import org.mmcr.train.run.Trainer;
import org.mmcr.train.run.TrainingTotals;
import org.mmcr.train.run.TrainingVerdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mmcr pretrain DATA --out RUN}, and {@code mmcr pretrain --resume RUN}. */
@Command(
        name = "pretrain",
        abbreviateSynopsis = true,
        description =
                "Trains an encoder on unlabelled pictures, on the rows of a table of numbers, or on paired tables.",
        footer = {
            "",
            "Ctrl-C finishes the step, saves and exits with 130; --resume RUN continues with the numbers of an"
                    + " uninterrupted run.",
            "Next:  mmcr evaluate RUN --train DATA --test DATA,  or  mmcr embed RUN --data DATA --out X.npy"
        })
final class PretrainCommand extends Subcommand {
    private static final PrintWriter NOWHERE = new PrintWriter(Writer.nullWriter());

    @Parameters(
            arity = "0..1",
            paramLabel = "DATA",
            description = "Folder, archive#inner/folder, or a file in one of the known formats. Labels are not used.")
    Optional<String> data = Optional.empty();

    @Option(
            names = "--pairs",
            paramLabel = "A,B",
            description = {
                "In place of DATA: tables whose rows belong together, a.npy,b.npy or X.parquet#column,column. A row of NaN",
                "or a null is a missing modality."
            })
    Optional<String> pairs = Optional.empty();

    @Option(names = "--out", paramLabel = "RUN", description = "Folder of the run: new, or empty.")
    Optional<Path> out = Optional.empty();

    @Option(
            names = "--resume",
            paramLabel = "RUN",
            description = "Continue that run with its own configuration; DATA only if the data have moved.")
    Optional<Path> resume = Optional.empty();

    @Mixin
    @SuppressWarnings("NullAway.Init")
    PretrainOptions options;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    DeviceOption device;

    @Option(
            names = "--no-pictures",
            description =
                    "Keep small pictures and names of the data out of the page, and save the seconds for its map.")
    boolean noPictures;

    @Option(
            names = "--profile",
            description = "Measure where the time of a step goes: a table at the end, and profile.json in the run.")
    boolean profile;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    PretrainCommand(CommandContext context) {
        super(context);
    }

    @Override
    int execute() {
        return resume.isPresent() ? continueRun(resume.get()) : newRun();
    }

    private int newRun() {
        if (data.isPresent() && pairs.isPresent()) {
            throw usage("expected either DATA or --pairs, found both; leave one of them out");
        }
        String location = data.or(() -> pairs)
                .orElseThrow(() -> usage("DATA is missing, for example: mmcr pretrain pictures/ --out runs/first"));
        Path folder = out.orElseThrow(
                () -> usage("--out is missing, for example: mmcr pretrain " + location + " --out runs/first"));
        Rank rank = Rank.of(System.getenv());
        try (DataSource source = ProcessGroup.beforeJoining(
                rank,
                () -> open(
                        location,
                        pairs.isPresent(),
                        KeepChoice.require(options.dataOptions(common, Recipes.DEFAULT))))) {
            boolean labelled = !source.classNames().isEmpty();
            return train(rank, ProcessGroup.beforeJoining(rank, () -> newPlan(source, folder, rank)), labelled);
        }
    }

    /** A run and the factory of its trainer. */
    private record Plan(RunDirectory run, DataSource data, Training.Start start) {}

    private Plan newPlan(DataSource source, Path folder, Rank rank) {
        ComputeDevice where = chooseDevice(rank);
        PretrainConfig config = options.resolve(common, source, source.size(), rank.first() ? remarks() : NOWHERE);
        Provenance.seeded(config.seed());
        config.model().init().ifPresent(file -> announce(file, config.model().encoder()));
        PretrainConfig fitted = config.fittedTo(source);
        UsageException.check(() -> fitted.model().frozenBlocks());
        RunDirectory run = rank.first() ? RunDirectory.create(folder) : RunDirectory.ofAnother(folder);
        return new Plan(run, source, listener -> prepared(new Trainer(config, source, run, listener), where));
    }

    private ComputeDevice chooseDevice(Rank rank) {
        device.name = device.name.map(name -> ownCard(name, rank, ComputeDevice.cards()));
        return device.choose();
    }

    /** Of several processes on a machine, each takes the next card unless the name has a number. */
    static String ownCard(String device, Rank rank, int cards) {
        return device.equals("cuda") && !rank.alone() && cards > 0 ? "cuda:" + rank.localRank() % cards : device;
    }

    private Trainer prepared(Trainer trainer, ComputeDevice where) {
        Trainer there = trainer.on(where);
        return profile ? there.profiled() : there;
    }

    /** Says how the names of the initial weights are read, and what is left aside. */
    private void announce(Path file, EncoderSpec network) {
        try (EncoderWeights weights = EncoderWeights.open(file)) {
            List<String> names = weights.remarks(network.build(0));
            remarks().println("starting from " + file);
            names.forEach(remarks()::println);
        }
    }

    private int continueRun(Path folder) {
        if (out.isPresent() || !options.isEmpty(common)) {
            throw usage(
                    "--resume continues a run as it was configured and takes no other option of pretrain than --device and --profile;"
                            + " start a new run with --out instead");
        }
        Rank rank = Rank.of(System.getenv());
        RunDirectory run = ProcessGroup.beforeJoining(rank, () -> RunDirectory.open(folder));
        try (DataSource source = ProcessGroup.beforeJoining(rank, () -> dataOf(run))) {
            boolean labelled = !source.classNames().isEmpty();
            ComputeDevice where = ProcessGroup.beforeJoining(rank, () -> chooseDevice(rank));
            return train(
                    rank,
                    new Plan(run, source, listener -> prepared(Trainer.resume(run, source, listener), where)),
                    labelled);
        }
    }

    private DataSource dataOf(RunDirectory run) {
        String location =
                data.or(() -> pairs).orElseGet(() -> RunReport.read(run).dataLocation());
        PretrainConfig config = run.readConfig();
        Provenance.seeded(config.seed());
        return open(location, PairedModel.isPaired(run), config.data());
    }

    /** Opens the data, and says how many rows of paired data have no modality. */
    private DataSource open(String location, boolean paired, DataOptions how) {
        DataSource source = paired ? openPairs(location, how) : open(location, how);
        if (paired && !source.broken().isEmpty()) {
            remarks()
                    .printf(
                            "%,d rows have no modality and are left out, first %s; broken.csv in the run names them%n",
                            source.broken().size(), source.broken().get(0).name());
        }
        return source;
    }

    /** Only rank 0 prints the result. */
    private int train(Rank rank, Plan plan, boolean labelled) {
        TrainingTotals totals;
        try {
            totals = Training.run(context(), rank, plan.start());
        } catch (StoppedException e) {
            remarks().println(e.getMessage());
            return ExitCode.INTERRUPTED;
        }
        if (!rank.first()) {
            return totals.finished() ? ExitCode.DONE : ExitCode.INTERRUPTED;
        }
        if (totals.finished() && !(plan.data() instanceof PairedSource)) {
            int threads = useThreads();
            WhiteningChoice.keep(plan.run(), plan.data(), threads, context(), remarks());
            samplePictures(plan, threads);
        }
        ReportPage.write(plan.run().root());
        if (common.json) {
            printJson(PretrainResult.of(plan.run(), totals));
        }
        report(plan.run(), totals, labelled, text());
        if (profile) {
            ProfileTable.print(plan.run().readProfile(), text());
        }
        return totals.finished() ? ExitCode.DONE : ExitCode.INTERRUPTED;
    }

    /** Keeps a map and neighbours of training samples for the page. Without them, the run is still whole. */
    private void samplePictures(Plan plan, int threads) {
        RunDirectory run = plan.run();
        if (noPictures || plan.data().size() < 2) {
            run.delete(run.pictureSample());
            return;
        }
        try (PassProgress progress = new PassProgress(context().terminal())) {
            int samples = Math.min(PictureSampleBuilder.ALONE, plan.data().size());
            progress.stage("map of " + String.format(Locale.ROOT, "%,d", samples) + " training "
                    + plan.data().plural() + " for the page");
            TrainedModel model = TrainedModel.load(run);
            PictureSample sample = new PictureSampleBuilder(
                            model, model.config().seed(), threads)
                    .ofTraining(plan.data(), done -> progress.progress(done, samples));
            run.writeJson(run.pictureSample(), sample);
        } catch (MmcrException e) {
            remarks().println("the page has no map of the data: " + e.getMessage());
        }
    }

    private static void report(RunDirectory run, TrainingTotals totals, boolean labelled, PrintWriter text) {
        if (!totals.finished()) {
            text.println("saved; continue with: mmcr pretrain --resume " + run.root());
            return;
        }
        text.println(TrainingVerdict.of(totals));
        text.printf(
                "%,d steps, %.1f epochs, %,d views in %s (%,.0f views/s, %.1f %% of the time waiting for data)%n",
                totals.steps(),
                totals.epochs(),
                totals.viewsSeen(),
                TrainProgress.duration(totals.seconds()),
                totals.viewsPerSecond(),
                100 * totals.dataWait());
        text.printf(
                "loss %.3f, %s; the encoder is in %s, its page is %s%n",
                totals.loss(), RunReport.read(run).objective().headline(totals.figures()), run.root(), run.report());
        String next = "next: mmcr evaluate " + run.root() + " --train DATA --test DATA";
        if (PairedModel.isPaired(run)) {
            next = "next: mmcr evaluate " + run.root() + " --test A,B";
        } else if (!labelled) {
            next = "next: mmcr explore " + run.root() + " --open";
        }
        text.println(next);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
