package org.mmcr.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.evaluate.EvaluationOptions;
import org.mmcr.run.RunDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr evaluate RUN --train DATA --test DATA}. */
@Command(
        name = "evaluate",
        description = "Measures an encoder on labelled pictures, beside the untrained encoder and raw pixels.",
        footer = {
            "",
            "Of a run: the whole result, with every setting, goes to evaluation.json in the run's folder; what the theory says of the run's",
            "embeddings of a sample of the training pictures to analysis.json, the capacity of the test pictures' classes to capacity.json;",
            "report.html shows it all, with small pictures of the data; the fitted probe is kept for export --with-probe.",
            "With --encoder nothing is written; --json prints the whole result."
        })
final class EvaluateCommand extends Subcommand {
    @Parameters(arity = "0..1", paramLabel = "RUN", description = "Folder that pretrain wrote.")
    Optional<Path> folder = Optional.empty();

    @Mixin
    final EncoderChoice choice = new EncoderChoice();

    @Option(
            names = "--train",
            required = true,
            paramLabel = "DATA",
            description = "Labelled pictures: the neighbours, and what the linear probe is fitted to.")
    @SuppressWarnings("NullAway.Init")
    String train;

    @Option(names = "--test", required = true, paramLabel = "DATA", description = "Labelled pictures to classify.")
    @SuppressWarnings("NullAway.Init")
    String test;

    @Option(names = "--no-baselines", description = "Leave out the untrained encoder and raw pixels.")
    boolean noBaselines;

    @Option(
            names = "--no-pictures",
            description = "Keep no small pictures of the data in the run's folder and on its page.")
    boolean noPictures;

    EvaluateCommand(CommandContext context) {
        super(context);
    }

    @Override
    int execute() {
        EncoderChoice.Chosen chosen = choice.choose(folder, remarks());
        EvaluationOptions all = EvaluationOptions.defaults().withSeed(common.seed.orElse(0L));
        EvaluationOptions options = noBaselines ? all.withoutBaselines() : all;
        Measurement measurement = new Measurement(context(), useThreads());
        try (DataSource trainData = DataSources.open(train, DataOptions.defaults());
                DataSource testData = DataSources.open(test, DataOptions.defaults())) {
            Optional<RunDirectory> run = folder.map(RunDirectory::open);
            Measurement.Measured measured = run.isPresent()
                    ? measurement.evaluate(
                            run.get(), chosen.run().orElseThrow(), trainData, testData, options, !noPictures)
                    : measurement.evaluate(chosen, trainData, testData, options);
            if (common.json) {
                printJson(measured);
            } else {
                EvaluationTable.print(measured, text());
                run.ifPresent(found -> text().println("everything on one page: " + found.report()));
            }
        }
        return ExitCode.DONE;
    }
}
