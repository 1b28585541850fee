package org.mmcr.analysis.threshold;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mmcr.analysis.trials.DataUsed;
import org.mmcr.analysis.trials.SampledAccuracy;
import org.mmcr.analysis.trials.TrialFolder;
import org.mmcr.analysis.trials.TrialProgress;
import org.mmcr.analysis.trials.TrialTraining;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Csv;
import org.mmcr.data.io.Json;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.StratifiedSplit;
import org.mmcr.train.run.DivergedException;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;
import org.mmcr.train.run.TrainingTotals;

/**
 * A study of the threshold N = D in trained networks, in a folder of trials (Schaeffer et al. 2024, arXiv 2406.09366).
 *
 * <p>Each cell is trained with the same number of views. The run of a training is deleted once its result is written.
 */
public final class ThresholdStudy {
    /** Samples on either side of the kNN accuracy. */
    private static final int NEIGHBOURS = 2000;

    private static final double HELD_OUT = 0.1;

    private final ThresholdSettings settings;
    private final PretrainConfig base;
    private final DataSource trained;
    private final Optional<EvaluationData> measured;
    private final EvaluationOptions options;

    private ThresholdStudy(
            ThresholdSettings settings,
            PretrainConfig base,
            DataSource trained,
            Optional<EvaluationData> measured,
            EvaluationOptions options) {
        this.settings = settings;
        this.base = base;
        this.trained = trained;
        this.measured = measured;
        this.options = options;
    }

    /**
     * Prepares a study of some data, which stay open.
     *
     * @param data trained on; labelled for the accuracy
     * @param test labelled data to classify; if empty, a tenth of labelled {@code data} is held out
     * @throws MmcrException if a step has more samples than are trained on
     */
    public static ThresholdStudy of(
            ThresholdGrid grid,
            PretrainConfig base,
            DataSource data,
            Optional<DataSource> test,
            EvaluationOptions options) {
        ThresholdSettings settings =
                new ThresholdSettings(DataUsed.of(data), test.map(DataUsed::of), grid, base.toYaml());
        DataSource trained = data;
        Optional<EvaluationData> measured = Optional.empty();
        if (test.isPresent()) {
            measured = Optional.of(EvaluationData.of(data, test.get(), options));
        } else if (isLabelled(data)) {
            int[] labels = IntStream.range(0, data.size())
                    .map(sample -> data.label(sample).orElseThrow())
                    .toArray();
            StratifiedSplit split = StratifiedSplit.of(labels, data.classNames().size(), HELD_OUT, base.seed());
            if (split.heldOut().length > 0) {
                trained = DataSources.subset(data, split.rest());
                measured = Optional.of(
                        new EvaluationData(trained, DataSources.subset(data, split.heldOut()), List.of()));
            }
        }
        grid.requireData(trained.size());
        return new ThresholdStudy(settings, base, trained, measured, options);
    }

    private static boolean isLabelled(DataSource data) {
        return data.size() > 0
                && IntStream.range(0, data.size())
                        .allMatch(sample -> data.label(sample).isPresent());
    }

    /** Returns the files beside {@code trials/} that {@link #run} writes into a folder. */
    public List<Path> files(Path folder) {
        List<Path> files = new ArrayList<>(new ThresholdCharts(settings.grid(), measured.isPresent()).files(folder));
        for (String name : List.of(TrialFolder.SETTINGS, "threshold.json", "threshold.csv", "threshold.html")) {
            files.add(folder.resolve(name));
        }
        return files;
    }

    /** Measures a few steps and returns how long the whole study takes. */
    public ThresholdEstimate estimate() {
        return ThresholdEstimate.of(settings.grid(), base, trained, measuredSamples());
    }

    private int measuredSamples() {
        return measured.map(data -> Math.min(NEIGHBOURS, data.train().size())
                        + Math.min(NEIGHBOURS, data.test().size()))
                .orElse(0);
    }

    /**
     * Runs the trainings that are not done yet and writes table, charts and page.
     *
     * @param estimate of the study, for the time that is left
     * @return the results; empty if a training was stopped
     * @throws MmcrException if the folder belongs to a study with other settings
     */
    public Optional<ThresholdDocument> run(Path folder, ThresholdEstimate estimate, TrialProgress progress)
            throws IOException {
        TrialFolder trials = new TrialFolder(folder);
        trials.claim(settings, ThresholdSettings.class, "study", ThresholdSettings::difference);
        List<ThresholdGrid.Cell> cells = settings.grid().cells();
        List<ThresholdResult> results = new ArrayList<>();
        RemainingTime remaining = new RemainingTime(cell -> estimate.seconds(settings.grid(), cell, measuredSamples()));
        for (int i = 0; i < cells.size(); i++) {
            ThresholdGrid.Cell cell = cells.get(i);
            Optional<ThresholdResult> known = trials.result(cell.name(), ThresholdResult.class);
            if (known.isEmpty()) {
                progress.trial(String.format(
                        "training %d of %d: %s; about %s left",
                        i + 1, cells.size(), cell.text(), remaining.text(cells.subList(i, cells.size()))));
                known = trained(cell, trials.run(cell.name()), progress);
                if (known.isEmpty()) {
                    return Optional.empty();
                }
                trials.finish(cell.name(), known.get());
                remaining.done(cell);
            }
            AtomicFiles.deleteTree(trials.run(cell.name()).root());
            results.add(known.get());
        }
        ThresholdDocument document = ThresholdDocument.of(settings, results);
        write(folder, document);
        return Optional.of(document);
    }

    private void write(Path folder, ThresholdDocument document) throws IOException {
        Json.write(folder.resolve("threshold.json"), document);
        AtomicFiles.writeText(folder.resolve("threshold.csv"), csv(document));
        ThresholdCharts charts = new ThresholdCharts(settings.grid(), measured.isPresent());
        charts.draw(folder, document);
        AtomicFiles.writeText(folder.resolve("threshold.html"), ThresholdPage.html(folder, document, charts));
    }

    private static String csv(ThresholdDocument document) {
        List<String> rows = document.trials().stream()
                .map(one -> Csv.row(
                        one.samples(),
                        one.dimension(),
                        one.views(),
                        one.repeat(),
                        one.steps(),
                        one.viewsSeen(),
                        field(one, ThresholdResult.PERCENT_ERROR),
                        field(one, ThresholdResult.SPREAD_ERROR),
                        field(one, ThresholdResult.ACCURACY)))
                .toList();
        return Csv.table("N,D,K,repeat,steps,views,percent_error,spread_error,knn20", rows);
    }

    private static String field(ThresholdResult result, String figure) {
        Double value = result.figures().get(figure);
        return value == null ? "" : String.valueOf(value);
    }

    /** Trains and measures a cell; empty if the training was stopped. */
    private Optional<ThresholdResult> trained(ThresholdGrid.Cell cell, RunDirectory run, TrialProgress progress)
            throws IOException {
        try {
            TrainingTotals totals =
                    new TrialTraining(run).train(settings.grid().config(base, cell), trained, progress);
            return totals.finished() ? Optional.of(measured(cell, run, totals)) : Optional.empty();
        } catch (DivergedException e) {
            String note = cell.text() + " diverged and has no figures: " + e.getMessage();
            return Optional.of(new ThresholdResult(
                    cell.samples(),
                    cell.dimension(),
                    cell.views(),
                    cell.repeat(),
                    0,
                    0,
                    Map.of(),
                    List.of(),
                    List.of(),
                    0,
                    List.of(note)));
        }
    }

    private ThresholdResult measured(ThresholdGrid.Cell cell, RunDirectory run, TrainingTotals totals)
            throws IOException {
        TrainingErrors errors = TrainingErrors.of(run);
        int end = TrainingErrors.MOMENTS - 1;
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(ThresholdResult.PERCENT_ERROR, errors.percentErrors().get(end));
        figures.put(ThresholdResult.SPREAD_ERROR, errors.spreadErrors().get(end));
        measured.ifPresent(data -> figures.put(
                ThresholdResult.ACCURACY,
                new SampledAccuracy(NEIGHBOURS, options.batch(), options.threads())
                        .of(TrainedModel.load(run), data.train(), data.test())));
        return new ThresholdResult(
                cell.samples(),
                cell.dimension(),
                cell.views(),
                cell.repeat(),
                totals.steps(),
                totals.viewsSeen(),
                figures,
                errors.percentErrors(),
                errors.spreadErrors(),
                totals.seconds(),
                measured.map(EvaluationData::notes).orElse(List.of()));
    }
}
