package org.mmcr.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.evaluate.EncoderUnderTest;
import org.mmcr.evaluate.Evaluation;
import org.mmcr.evaluate.EvaluationOptions;
import org.mmcr.evaluate.Evaluator;
import org.mmcr.report.Documents;
import org.mmcr.report.analysis.Analysis;
import org.mmcr.run.RunDirectory;
import org.mmcr.run.TrainedModel;
import org.mmcr.run.ViewEmbeddings;

/** Evaluates a run with progress on the terminal, and writes the result into the run. */
final class Measurement {
    private static final int DATUMS = 2000;
    private static final int VIEWS = 4;

    private final CommandContext context;
    private final int threads;

    Measurement(CommandContext context, int threads) {
        this.context = context;
        this.threads = threads;
    }

    /** What {@code evaluate} prints and writes: accuracies, and what the theory says of the run's embeddings. */
    record Measured(
            @JsonUnwrapped Evaluation evaluation,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Analysis> analysis) {}

    Measured evaluate(RunDirectory run, DataSource train, DataSource test, EvaluationOptions options) {
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
            progress.stage("embeddings of views");
            Optional<Analysis> analysis = analyse(model, train, options.seed());
            analysis.ifPresent(found -> run.write(run.analysis(), Documents.text(found) + "\n"));
            return new Measured(evaluation, analysis);
        }
    }

    /** Of a sample of the training pictures, with the run's own number of views up to {@value #VIEWS}. */
    private Optional<Analysis> analyse(TrainedModel model, DataSource data, long seed) {
        int views = Math.max(2, Math.min(VIEWS, model.config().views()));
        ViewEmbeddings embeddings = new ViewEmbeddings(model, views, seed, threads);
        int[] datums = ViewEmbeddings.spread(data, DATUMS);
        try (PointerScope scope = new PointerScope()) {
            Tensor rows = torch.zeros((long) datums.length * views, embeddings.dimension());
            long[] done = {0};
            embeddings.stream(data, datums, block -> {
                rows.narrow(0, done[0], block.size(0)).copy_(block);
                done[0] += block.size(0);
            });
            return Optional.of(Analysis.of(rows, views, Optional.of(labels(data, datums)), seed));
        } catch (MmcrException e) {
            // Too few pictures, or an encoder without a direction: the accuracies stand without it.
            context.terminal().err().println("no analysis of the embeddings: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static List<String> labels(DataSource data, int[] datums) {
        return Arrays.stream(datums)
                .mapToObj(datum -> data.classNames().get(data.label(datum).orElseThrow()))
                .toList();
    }
}
