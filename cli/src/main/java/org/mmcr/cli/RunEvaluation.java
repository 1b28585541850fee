package org.mmcr.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.analysis.capacity.ClassCapacity;
import org.mmcr.analysis.embeddings.Analysis;
import org.mmcr.analysis.export.KeptProbe;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.io.Json;
import org.mmcr.report.page.PictureSample;
import org.mmcr.report.page.PictureSampleBuilder;
import org.mmcr.report.page.ReportPage;
import org.mmcr.report.tensorboard.EvaluationEvents;
import org.mmcr.train.encoder.Encoders;
import org.mmcr.train.evaluate.EncoderUnderTest;
import org.mmcr.train.evaluate.Evaluation;
import org.mmcr.train.evaluate.EvaluationListener;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.Evaluator;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.LinearHead;
import org.mmcr.train.evaluate.ProgressListener;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;
import org.mmcr.train.run.ViewEmbeddings;

/** Evaluates a run with progress on the terminal, and writes the result into the run. */
final class RunEvaluation {
    private static final int SAMPLES = 2000;
    private static final int VIEWS = 4;

    private final CommandContext context;
    private final int threads;

    RunEvaluation(CommandContext context, int threads) {
        this.context = context;
        this.threads = threads;
    }

    /** What {@code evaluate} prints and writes: accuracies, and what the theory says of the run's embeddings. */
    record Measured(
            @JsonUnwrapped Evaluation evaluation,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Analysis> analysis,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<CapacityReport> capacity) {}

    Measured evaluate(
            RunDirectory run, DataSource train, DataSource test, EvaluationOptions options, boolean pictures) {
        return evaluate(run, TrainedModel.load(run), train, test, options, pictures);
    }

    /**
     * Of a model that was read from the run: the results, and the probe, are kept there; small pictures of the data and names
     * of its rows only where {@code pictures} says so.
     */
    Measured evaluate(
            RunDirectory run,
            TrainedModel model,
            DataSource train,
            DataSource test,
            EvaluationOptions options,
            boolean pictures) {
        EncoderUnderTest subject = new EncoderUnderTest(
                model.model().encoder(), () -> model.untrained().model().encoder(), model.view());
        try (PassProgress progress = new PassProgress(context.terminal())) {
            Evaluation evaluation = Evaluator.evaluate(
                    subject,
                    train,
                    test,
                    options.withThreads(threads).withPrecision(model.config().precision()),
                    keeping(progress, run, model));
            run.write(run.evaluation(), Json.text(evaluation) + "\n");
            EvaluationEvents.write(run, evaluation, model.step());
            progress.stage("embeddings of views");
            Optional<Analysis> analysis = analyse(model, train, options.seed());
            analysis.ifPresent(found -> run.write(run.analysis(), Json.text(found) + "\n"));
            progress.stage("capacity of the classes");
            Optional<CapacityReport> capacity = capacity(model, test, options);
            capacity.ifPresent(found -> run.write(run.capacity(), Json.text(found) + "\n"));
            if (pictures) {
                progress.stage("neighbours and map for the page");
                PictureSample sample = new PictureSampleBuilder(model, options.seed(), threads)
                        .make(
                                train,
                                test,
                                (made, features) -> EvaluationEvents.addPictureSample(run, made, features, model.step()));
                run.write(run.pictureSample(), Json.text(sample) + "\n");
            } else {
                run.delete(run.pictureSample());
            }
            ReportPage.write(run.root());
            return new Measured(evaluation, analysis, capacity);
        }
    }

    /** Of an encoder by itself: nothing is written. */
    Measured evaluate(EncoderChoice.Chosen chosen, DataSource train, DataSource test, EvaluationOptions options) {
        EncoderUnderTest subject = new EncoderUnderTest(
                chosen.encoder(), () -> Encoders.create(chosen.encoder().spec(), options.seed()), chosen.view());
        try (PassProgress progress = new PassProgress(context.terminal())) {
            EvaluationOptions used = options.withThreads(threads).withPrecision(chosen.precision());
            return new Measured(
                    Evaluator.evaluate(subject, train, test, used, progress), Optional.empty(), Optional.empty());
        }
    }

    private static EvaluationListener keeping(PassProgress progress, RunDirectory run, TrainedModel model) {
        return new EvaluationListener() {
            @Override
            public void stage(String name) {
                progress.stage(name);
            }

            @Override
            public void progress(int done, int total) {
                progress.progress(done, total);
            }

            @Override
            public void probe(LinearHead head) {
                KeptProbe.keep(run, model, head);
            }
        };
    }

    /** Of a sample of the training pictures, with the run's own number of views up to {@value #VIEWS}. */
    private Optional<Analysis> analyse(TrainedModel model, DataSource data, long seed) {
        int views = Math.max(2, Math.min(VIEWS, model.config().views()));
        ViewEmbeddings embeddings = new ViewEmbeddings(model, views, seed, threads);
        int[] samples = ViewEmbeddings.spread(data, SAMPLES);
        try (PointerScope scope = new PointerScope()) {
            Tensor rows = torch.zeros((long) samples.length * views, embeddings.dimension());
            long[] done = {0};
            embeddings.stream(data, samples, block -> {
                rows.narrow(0, done[0], block.size(0)).copy_(block);
                done[0] += block.size(0);
            });
            return Optional.of(Analysis.of(rows, views, Optional.of(labels(data, samples)), seed));
        } catch (MmcrException e) {
            // Too few pictures, or an encoder without a direction: the accuracies stand without it.
            context.terminal().err().println("no analysis of the embeddings: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Of the features of a sample of the test pictures, each class a manifold. */
    private Optional<CapacityReport> capacity(TrainedModel model, DataSource data, EvaluationOptions options) {
        FeatureExtractor extractor = new FeatureExtractor(
                model.model().encoder(), model.view(), model.config().precision(), options.batch(), threads);
        DataSource sample = DataSources.subset(data, ViewEmbeddings.spread(data, SAMPLES));
        try (FeatureSet features = extractor.extract(sample, ProgressListener.NONE)) {
            return ClassCapacity.measure(features, options.seed(), threads);
        } catch (MmcrException e) {
            context.terminal().err().println("no capacity of the classes: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static List<String> labels(DataSource data, int[] samples) {
        return Arrays.stream(samples)
                .mapToObj(sample -> data.classNames().get(data.label(sample).orElseThrow()))
                .toList();
    }
}
