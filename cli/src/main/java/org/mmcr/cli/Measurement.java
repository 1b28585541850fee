package org.mmcr.cli;

import org.mmcr.data.DataSource;
import org.mmcr.evaluate.EncoderUnderTest;
import org.mmcr.evaluate.Evaluation;
import org.mmcr.evaluate.EvaluationOptions;
import org.mmcr.evaluate.Evaluator;
import org.mmcr.report.Documents;
import org.mmcr.run.RunDirectory;
import org.mmcr.run.TrainedModel;

/** Evaluates a run with progress on the terminal, and writes the result into the run. */
final class Measurement {
    private final CommandContext context;
    private final int threads;

    Measurement(CommandContext context, int threads) {
        this.context = context;
        this.threads = threads;
    }

    Evaluation evaluate(RunDirectory run, DataSource train, DataSource test, EvaluationOptions options) {
        TrainedModel model = TrainedModel.load(run);
        EncoderUnderTest subject = new EncoderUnderTest(
                model.model().encoder(), () -> model.untrained().model().encoder(), model.view());
        try (PassProgress progress = new PassProgress(context.terminal())) {
            Evaluation evaluation = Evaluator.evaluate(
                    subject,
                    train,
                    test,
                    options.withThreads(threads).withPrecision(model.config().precision()),
                    progress);
            run.write(run.evaluation(), Documents.text(evaluation) + "\n");
            return evaluation;
        }
    }
}
