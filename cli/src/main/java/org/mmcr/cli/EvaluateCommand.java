package org.mmcr.cli;

import java.nio.file.Path;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.evaluate.EvaluationOptions;
import org.mmcr.run.RunDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mmcr evaluate RUN --train DATA --test DATA}. */
@Command(
        name = "evaluate",
        description = "Measures a run's encoder on labelled pictures, beside the untrained encoder and raw pixels.",
        footer = {
            "",
            "The whole result, with every setting, goes to evaluation.json in the run's folder; what the theory says of the run's",
            "embeddings of a sample of the training pictures goes to analysis.json."
        })
final class EvaluateCommand extends Subcommand {
    @Parameters(paramLabel = "RUN", description = "Folder that pretrain wrote.")
    @SuppressWarnings("NullAway.Init")
    Path folder;

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

    EvaluateCommand(CommandContext context) {
        super(context);
    }

    @Override
    int execute() {
        RunDirectory run = RunDirectory.open(folder);
        EvaluationOptions options = EvaluationOptions.defaults().withSeed(common.seed.orElse(0L));
        Measurement measurement = new Measurement(context(), useThreads());
        try (DataSource trainData = DataSources.open(train, DataOptions.defaults());
                DataSource testData = DataSources.open(test, DataOptions.defaults())) {
            Measurement.Measured measured =
                    measurement.evaluate(run, trainData, testData, noBaselines ? options.withoutBaselines() : options);
            if (common.json) {
                printJson(measured);
            } else {
                EvaluationTable.print(measured, text());
                text().println("everything: " + run.evaluation() + " and "
                        + run.analysis().getFileName());
            }
        }
        return ExitCode.DONE;
    }
}
