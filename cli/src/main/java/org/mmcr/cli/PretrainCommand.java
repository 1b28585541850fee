package org.mmcr.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.distributed.Rank;
import org.mmcr.encoder.EncoderWeights;
import org.mmcr.report.page.ReportPage;
import org.mmcr.run.PretrainConfig;
import org.mmcr.run.Recipes;
import org.mmcr.run.RunDirectory;
import org.mmcr.run.RunReport;
import org.mmcr.run.TrainSummary;
import org.mmcr.run.Trainer;
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
        description = "Trains an encoder on unlabelled pictures, or on the rows of a table of numbers.",
        footer = {
            "",
            "Ctrl-C finishes the step, saves and exits with 130; --resume RUN continues as if nothing had happened.",
            "Next:  mmcr evaluate RUN --train DATA --test DATA,  or  mmcr embed RUN --data DATA --out X.npy"
        })
final class PretrainCommand extends Subcommand {
    @Parameters(
            arity = "0..1",
            paramLabel = "DATA",
            description = "Folder, archive#inner/folder, or a file in one of the known formats. Labels are not used.")
    Optional<String> data = Optional.empty();

    @Option(names = "--out", paramLabel = "RUN", description = "Folder of the run: new, or empty.")
    Optional<Path> out = Optional.empty();

    @Option(
            names = "--resume",
            paramLabel = "RUN",
            description = "Continue that run with its own configuration; DATA only if the data have moved.")
    Optional<Path> resume = Optional.empty();

    @Mixin
    final PretrainOptions options = new PretrainOptions();

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
        String location =
                data.orElseThrow(() -> usage("DATA is missing, for example: mmcr pretrain pictures/ --out runs/first"));
        Path folder = out.orElseThrow(
                () -> usage("--out is missing, for example: mmcr pretrain " + location + " --out runs/first"));
        try (DataSource source = DataSources.open(location, options.dataOptions(common, Recipes.DEFAULT))) {
            PretrainConfig config = options.resolve(common, Recipes.defaultFor(source));
            config.model().init().ifPresent(this::announce);
            Rank rank = Rank.of(System.getenv());
            RunDirectory run = rank.first() ? RunDirectory.create(folder) : RunDirectory.ofAnother(folder);
            return train(run, rank, listener -> new Trainer(config, source, run, listener));
        }
    }

    private void announce(Path file) {
        try (EncoderWeights weights = EncoderWeights.open(file)) {
            List<String> ignored = weights.ignored();
            remarks()
                    .println("starting from " + file
                            + (ignored.isEmpty() ? "" : "; left aside: " + String.join(", ", ignored)));
        }
    }

    private int continueRun(Path folder) {
        if (out.isPresent() || !options.isEmpty(common)) {
            throw usage(
                    "--resume continues a run as it was configured and takes no other option of pretrain; start a new run with --out instead");
        }
        RunDirectory run = RunDirectory.open(folder);
        String location = data.orElseGet(() -> RunReport.read(run).dataLocation());
        try (DataSource source = DataSources.open(location, run.readConfig().data())) {
            return train(run, Rank.of(System.getenv()), listener -> Trainer.resume(run, source, listener));
        }
    }

    /** Rank 0 speaks for all processes. */
    private int train(RunDirectory run, Rank rank, Training.Start start) {
        TrainSummary summary = Training.run(context(), rank, start);
        if (!rank.first()) {
            return summary.finished() ? ExitCode.DONE : ExitCode.INTERRUPTED;
        }
        ReportPage.write(run.root());
        if (common.json) {
            printJson(PretrainResult.of(run, summary));
        }
        report(run, summary, text());
        return summary.finished() ? ExitCode.DONE : ExitCode.INTERRUPTED;
    }

    private static void report(RunDirectory run, TrainSummary summary, PrintWriter text) {
        if (!summary.finished()) {
            text.println("saved; continue with: mmcr pretrain --resume " + run.root());
            return;
        }
        text.printf(
                "%,d steps, %.1f epochs, %,d views in %s (%,.0f views/s, %.1f %% of the time waiting for data)%n",
                summary.steps(),
                summary.epochs(),
                summary.viewsSeen(),
                TrainProgress.duration(summary.seconds()),
                summary.viewsPerSecond(),
                100 * summary.dataWait());
        text.printf(
                "loss %.3f, %.1f %% from its bound; the encoder is in %s, its page is %s%n",
                summary.loss(), 100 * summary.percentError(), run.root(), run.report());
        text.println("next: mmcr evaluate " + run.root() + " --train DATA --test DATA");
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
