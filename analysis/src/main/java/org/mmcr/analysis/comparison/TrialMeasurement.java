package org.mmcr.analysis.comparison;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.analysis.capacity.CautionNote;
import org.mmcr.analysis.capacity.ClassCapacity;
import org.mmcr.analysis.embeddings.Analysis;
import org.mmcr.analysis.trials.SampledAccuracy;
import org.mmcr.core.JitteredSample;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.Caution;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.quality.SpectralMeasures;
import org.mmcr.data.DataSource;
import org.mmcr.objective.linalg.TensorArrays;
import org.mmcr.train.evaluate.Evaluation;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.evaluate.EvaluationListener;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.Evaluator;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.LinearProbe;
import org.mmcr.train.evaluate.ProbeOptions;
import org.mmcr.train.evaluate.ProgressListener;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;
import org.mmcr.train.run.TrainingTotals;
import org.mmcr.train.run.ViewEmbeddings;

/** The measurements of one trial, the same for every objective. */
final class TrialMeasurement {
    /** Number of test samples for geometry, information and capacity. */
    private static final int SAMPLES = 2000;
    /** Number of samples for each point of the path. */
    private static final int PATH_SAMPLES = 1000;
    /** kNN of the path: samples on either side. */
    private static final int PATH_NEIGHBOURS = 2000;

    private static final int VIEWS = 4;
    /** Cautions that are the same for every encoder. */
    private static final Set<String> OF_DATA = Stream.of(
                    Caution.TWO_MANIFOLDS, Caution.FEW_MANIFOLDS, Caution.UNEQUAL_COUNTS)
            .map(one -> one.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());

    private final String trial;
    private final EvaluationData data;
    private final EvaluationOptions options;
    private final EvaluationListener listener;
    private final Set<String> notes = new LinkedHashSet<>();

    /** Prepares the measurements of a trial with a name. */
    TrialMeasurement(String trial, EvaluationData data, EvaluationOptions options, EvaluationListener listener) {
        this.trial = trial;
        this.data = data;
        this.options = options.withoutBaselines();
        this.listener = listener;
    }

    /** Remarks about what could not be measured and what a figure is worth. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    /** Linear accuracy on {@code heldOut} of a probe that is fitted to {@code rest}. */
    static double validation(TrainedModel model, DataSource rest, DataSource heldOut, EvaluationOptions options) {
        FeatureExtractor extractor = new FeatureExtractor(model.features(), options.batch(), options.threads());
        try (FeatureSet fitted = extractor.extract(rest, ProgressListener.NONE);
                FeatureSet scored = extractor.extract(heldOut, ProgressListener.NONE)) {
            return new LinearProbe(ProbeOptions.defaults().withSeed(options.seed()))
                    .evaluate(fitted, scored)
                    .top1();
        }
    }

    /** Measures a finished run, by {@link ComparisonFigure#name()}. */
    Map<String, Double> figures(TrainedModel model) {
        Map<String, Double> figures = new LinkedHashMap<>();
        Evaluation.Subject scores = Evaluator.evaluate(model.features(), model::features, data, options, listener)
                .measured();
        for (String protocol : List.of(ComparisonFigure.LINEAR, ComparisonFigure.KNN_20, ComparisonFigure.KNN_200)) {
            figures.put(protocol, scores.score(protocol).top1());
        }
        for (int labels : options.labelsPerClass()) {
            String name = ComparisonFigure.fewLabels(labels);
            figures.put(name, scores.score(name).top1());
        }
        listener.stage("capacity and information of the test samples");
        ofFeatures(model, figures);
        analysis(model, SAMPLES).ifPresent(found -> {
            figures.put(ComparisonFigure.PERCENT_ERROR, found.centroids().percentError());
            figures.put(
                    ComparisonFigure.ALIGNMENT, found.information().alignment().orElseThrow());
            figures.put(ComparisonFigure.UNIFORMITY, found.information().uniformity());
            figures.put("mi_lower_bound", found.information().miLowerBound().orElseThrow());
            figures.put("infonce", found.information().infonce().orElseThrow());
            figures.put("effective_rank", found.centroids().effectiveRank());
        });
        return figures;
    }

    private void ofFeatures(TrainedModel model, Map<String, Double> figures) {
        try (FeatureSet features = sampled(SAMPLES).features(model, data.test())) {
            Matrix rows = new Matrix(features.size(), features.width(), TensorArrays.of(features.features()));
            SpectralMeasures.rankMe(rows).ifPresent(found -> figures.put("rankme", found));
            ClassCapacity.measure(features, options.seed(), options.threads()).ifPresent(found -> {
                figures.putAll(capacity(found));
                notes.addAll(cautions(trial, found.cautions()));
            });
        } catch (MmcrException e) {
            notes.add(trial + ": no capacity: " + e.getMessage());
        }
    }

    /** Capacity, radius and dimension over the classes: means, then medians. */
    static Map<String, Double> capacity(CapacityReport found) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("capacity", found.capacity().value());
        figures.put("radius", found.radius().value());
        figures.put("dimension", found.dimension().value());
        figures.put("capacity_median", found.medians().capacity());
        figures.put("radius_median", found.medians().radius());
        figures.put("dimension_median", found.medians().dimension());
        return figures;
    }

    /** Cautions as notes; one about the data does not name the trial. */
    static List<String> cautions(String trial, List<CautionNote> cautions) {
        return cautions.stream()
                .map(one -> (OF_DATA.contains(one.name()) ? "" : trial + ": ") + "capacity, " + one.sentence())
                .toList();
    }

    private Optional<Analysis> analysis(TrainedModel model, int most) {
        int views = Math.max(2, Math.min(VIEWS, model.config().views()));
        int[] samples = JitteredSample.of(data.test().size(), most);
        try (PointerScope scope = new PointerScope()) {
            ViewEmbeddings embeddings = new ViewEmbeddings(model, views, options.seed(), options.threads());
            return Optional.of(
                    Analysis.of(embeddings.collect(data.test(), samples), views, Optional.empty(), options.seed()));
        } catch (MmcrException e) {
            notes.add(trial + ": no geometry and information of the embeddings: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Measures every checkpoint after the start. */
    List<TrialResult.PathPoint> path(RunDirectory run) {
        listener.stage("path through the checkpoints");
        List<TrialResult.PathPoint> path = new ArrayList<>();
        for (Path checkpoint : run.allCheckpoints()) {
            TrainingTotals totals = run.totals(checkpoint);
            if (totals.steps() > 0) {
                path.add(point(TrainedModel.ofCheckpoint(checkpoint), totals));
            }
        }
        return path;
    }

    private TrialResult.PathPoint point(TrainedModel model, TrainingTotals totals) {
        double accuracy = sampled(PATH_NEIGHBOURS).of(model, data.train(), data.test());
        Optional<Analysis> found = analysis(model, PATH_SAMPLES);
        return new TrialResult.PathPoint(
                totals.steps(),
                totals.viewsSeen(),
                totals.seconds(),
                accuracy,
                figure(found, one -> one.centroids().percentError()),
                figure(found, one -> one.information().alignment().orElseThrow()),
                figure(found, one -> one.information().uniformity()));
    }

    private static OptionalDouble figure(Optional<Analysis> found, ToDoubleFunction<Analysis> value) {
        return found.stream().mapToDouble(value).findFirst();
    }

    private SampledAccuracy sampled(int most) {
        return new SampledAccuracy(most, options.batch(), options.threads());
    }
}
