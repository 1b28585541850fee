package org.mmcr.report.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.analysis.capacity.ClassCapacity;
import org.mmcr.analysis.embeddings.Analysis;
import org.mmcr.analysis.export.SavedProbe;
import org.mmcr.core.JitteredSample;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.report.page.PictureSample;
import org.mmcr.report.page.PictureSampleBuilder;
import org.mmcr.report.page.ReportPage;
import org.mmcr.report.tensorboard.EvaluationEvents;
import org.mmcr.train.evaluate.Evaluation;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.evaluate.EvaluationListener;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.Evaluator;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureReader;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.LinearHead;
import org.mmcr.train.evaluate.ProgressListener;
import org.mmcr.train.run.CrossEntropySpec;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;
import org.mmcr.train.run.ViewEmbeddings;

/**
 * Evaluates a run and writes the results into its folder: accuracies, the linear probe, the analysis of its
 * embeddings, the capacity of the classes, events for TensorBoard, a sample of the pictures, and the page. A fine-tuned
 * run keeps its own classifier in place of the linear probe.
 */
public final class RunEvaluation {
    private static final int SAMPLES = 2000;
    private static final int VIEWS = 4;

    private final RunDirectory run;
    private final TrainedModel model;
    private final EvaluationOptions options;
    private final EvaluationListener listener;
    private final FeatureReader reader;

    /**
     * The results.
     *
     * @param evaluation the accuracies
     * @param analysis analysis of the embeddings of a sample of the training data; absent if it was skipped
     * @param capacity capacity of a sample of the test data; absent if it was skipped
     */
    public record Result(
            @JsonUnwrapped Evaluation evaluation,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Analysis> analysis,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<CapacityReport> capacity) {}

    /**
     * Prepares an evaluation.
     *
     * @param run run whose folder receives the results
     * @param model model of the run; nothing else may use it meanwhile
     * @param reader gives the features of the run's encoder
     */
    public RunEvaluation(
            RunDirectory run,
            TrainedModel model,
            EvaluationOptions options,
            EvaluationListener listener,
            FeatureReader reader) {
        this.run = run;
        this.model = model;
        this.options = options;
        this.listener = listener;
        this.reader = reader;
    }

    /** Prepares an evaluation that computes every feature. */
    public RunEvaluation(RunDirectory run, TrainedModel model, EvaluationOptions options, EvaluationListener listener) {
        this(run, model, options, listener, FeatureReader.computing(options));
    }

    /**
     * Evaluates on the test data with the labels of the training data.
     *
     * @param data labelled data, checked with the options of this evaluation
     * @param pictures whether small pictures of the data and the names of its samples are stored in the run
     */
    public Result evaluate(EvaluationData data, boolean pictures) {
        DataSource train = data.train();
        DataSource test = data.test();
        Evaluation evaluation = Evaluator.evaluate(
                model.features(),
                Optional.of(() -> model.untrained().features()),
                data,
                options,
                keepingProbe(),
                reader);
        run.writeJson(run.evaluation(), evaluation);
        EvaluationEvents.write(run, evaluation, model.step());
        listener.stage("embeddings of views");
        Optional<Analysis> analysis = analyse(train);
        write(run.analysis(), analysis);
        listener.stage("capacity of the classes");
        Optional<CapacityReport> capacity = capacity(test);
        write(run.capacity(), capacity);
        if (pictures) {
            listener.stage("neighbours and map for the page");
            samplePictures(train, test);
        } else {
            run.delete(run.pictureSample());
        }
        ReportPage.write(run.root());
        return new Result(evaluation, analysis, capacity);
    }

    /** Writes a document of this evaluation, or removes that of an earlier one. */
    private <T> void write(Path file, Optional<T> document) {
        document.ifPresentOrElse(found -> run.writeJson(file, found), () -> run.delete(file));
    }

    private EvaluationListener keepingProbe() {
        return new EvaluationListener() {
            @Override
            public void stage(String name) {
                listener.stage(name);
            }

            @Override
            public void progress(int done, int total) {
                listener.progress(done, total);
            }

            @Override
            public void probe(LinearHead head) {
                if (model.config().objective() instanceof CrossEntropySpec) {
                    listener.skipped("the run keeps the classifier of its fine-tuning, not this linear probe");
                } else {
                    SavedProbe.write(run, model, head);
                }
                listener.probe(head);
            }
        };
    }

    /** Analyses a sample of the training data, with the run's own number of views up to {@value #VIEWS}. */
    private Optional<Analysis> analyse(DataSource data) {
        int views = Math.max(2, Math.min(VIEWS, model.config().views()));
        int[] samples = JitteredSample.of(data.size(), SAMPLES);
        try (PointerScope scope = new PointerScope()) {
            ViewEmbeddings embeddings = new ViewEmbeddings(model, views, options.seed(), options.threads());
            return Optional.of(Analysis.of(
                    embeddings.collect(data, samples), views, Optional.of(labels(data, samples)), options.seed()));
        } catch (MmcrException e) {
            // Too few pictures, or embeddings of length zero: the accuracies are valid without the analysis.
            listener.skipped("no analysis of the embeddings: " + e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<CapacityReport> capacity(DataSource data) {
        FeatureExtractor extractor = new FeatureExtractor(model.features(), options.batch(), options.threads());
        DataSource sample = DataSources.subset(data, JitteredSample.of(data.size(), SAMPLES));
        try (FeatureSet features = extractor.extract(sample, ProgressListener.NONE)) {
            return ClassCapacity.measure(features, options.seed(), options.threads());
        } catch (MmcrException e) {
            listener.skipped("no capacity of the classes: " + e.getMessage());
            return Optional.empty();
        }
    }

    private void samplePictures(DataSource train, DataSource test) {
        PictureSample sample = new PictureSampleBuilder(model, options.seed(), options.threads())
                .make(train, test, (made, features) -> EvaluationEvents.addPictures(run, made, features, model.step()));
        run.writeJson(run.pictureSample(), sample);
    }

    private static List<String> labels(DataSource data, int[] samples) {
        return Arrays.stream(samples)
                .mapToObj(sample -> data.classNames().get(data.label(sample).orElseThrow()))
                .toList();
    }
}
