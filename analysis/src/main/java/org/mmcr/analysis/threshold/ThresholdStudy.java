package org.mmcr.analysis.threshold;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mmcr.analysis.trials.DataUsed;
import org.mmcr.analysis.trials.InitialWeights;
import org.mmcr.analysis.trials.SampledAccuracy;
import org.mmcr.analysis.trials.TrainingErrors;
import org.mmcr.analysis.trials.TrialData;
import org.mmcr.analysis.trials.TrialFolder;
import org.mmcr.analysis.trials.TrialProgress;
import org.mmcr.analysis.trials.TrialTraining;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Csv;
import org.mmcr.data.io.Json;
import org.mmcr.train.evaluate.EvaluationData;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.NonFiniteFeaturesException;
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

    private final ThresholdSettings settings;
    private final PretrainConfig base;
    private final TrialData data;
    private final EvaluationOptions options;

    private ThresholdStudy(ThresholdSettings settings, PretrainConfig base, TrialData data, EvaluationOptions options) {
        this.settings = settings;
        this.base = base;
        this.data = data;
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
        ThresholdSettings settings = new ThresholdSettings(
                DataUsed.of(data), test.map(DataUsed::of), grid, base.toYaml(), InitialWeights.fingerprint(base));
        TrialData split = TrialData.of(data, test, options);
        grid.requireData(split.trained().size());
        return new ThresholdStudy(settings, base, split, options);
    }

    /** Returns the files beside {@code trials/} that {@link #run} writes into a folder, or deletes there. */
    public List<Path> files(Path folder) {
        List<Path> files = new ArrayList<>(charts().files(folder));
        files.addAll(otherCharts(folder));
        for (String name : List.of(TrialFolder.SETTINGS, "threshold.json", "threshold.csv", "threshold.html")) {
            files.add(folder.resolve(name));
        }
        return files;
    }

    /** Measures a few steps and returns how long the whole study takes. */
    public ThresholdEstimate estimate() {
        return ThresholdEstimate.of(settings.grid(), base, data.trained(), measuredSamples());
    }

    private int measuredSamples() {
        return data.measured()
                .map(found -> Math.min(NEIGHBOURS, found.train().size())
                        + Math.min(NEIGHBOURS, found.test().size()))
                .orElse(0);
    }

    /**
     * Runs the trainings that are not done yet and writes table, charts and page. Before the first of them it measures
     * and reports how long the study takes.
     *
     * @return the results; empty if a training was stopped
     * @throws MmcrException if the folder belongs to a study with other settings
     */
    public Optional<ThresholdDocument> run(Path folder, TrialProgress progress) throws IOException {
        TrialFolder trials = new TrialFolder(folder);
        trials.claim(settings, ThresholdSettings.class, "study", ThresholdSettings::conflict);
        List<ThresholdGrid.Cell> cells = settings.grid().cells();
        List<ThresholdResult> results = new ArrayList<>();
        Optional<RemainingTime> remaining = Optional.empty();
        for (int i = 0; i < cells.size(); i++) {
            ThresholdGrid.Cell cell = cells.get(i);
            Optional<ThresholdResult> known = trials.result(cell.name(), ThresholdResult.class);
            if (known.isEmpty()) {
                RemainingTime time = remaining.isPresent() ? remaining.get() : promised(progress);
                remaining = Optional.of(time);
                progress.trial(String.format(
                        "training %d of %d: %s; about %s left",
                        i + 1, cells.size(), cell.text(), time.text(missing(cells.subList(i, cells.size()), trials))));
                known = trained(cell, trials.run(cell.name()), progress);
                if (known.isEmpty()) {
                    return Optional.empty();
                }
                trials.finish(cell.name(), known.get());
                time.done(cell);
            }
            AtomicFiles.deleteTree(trials.run(cell.name()).root());
            results.add(known.get());
        }
        ThresholdDocument document = ThresholdDocument.of(settings, results);
        write(folder, document);
        return Optional.of(document);
    }

    private static List<ThresholdGrid.Cell> missing(List<ThresholdGrid.Cell> cells, TrialFolder trials)
            throws IOException {
        List<ThresholdGrid.Cell> missing = new ArrayList<>();
        for (ThresholdGrid.Cell cell : cells) {
            if (trials.result(cell.name(), ThresholdResult.class).isEmpty()) {
                missing.add(cell);
            }
        }
        return missing;
    }

    private RemainingTime promised(TrialProgress progress) {
        ThresholdEstimate estimate = estimate();
        progress.trial(estimate.text());
        return new RemainingTime(cell -> estimate.seconds(settings.grid(), cell, measuredSamples()));
    }

    private void write(Path folder, ThresholdDocument document) throws IOException {
        deleteOtherCharts(folder);
        Json.write(folder.resolve("threshold.json"), document);
        AtomicFiles.writeText(folder.resolve("threshold.csv"), csv(document));
        ThresholdCharts charts = charts();
        charts.draw(folder, document);
        AtomicFiles.writeText(folder.resolve("threshold.html"), ThresholdPage.html(folder, document, charts));
    }

    /** Deletes the charts of the results before these, where the names of these differ. */
    private void deleteOtherCharts(Path folder) throws IOException {
        for (Path file : otherCharts(folder)) {
            Files.deleteIfExists(file);
        }
    }

    private List<Path> otherCharts(Path folder) {
        Path last = folder.resolve("threshold.json");
        if (!Files.exists(last)) {
            return List.of();
        }
        try {
            ThresholdGrid grid =
                    Json.read(last, "settings", ThresholdSettings.class).grid();
            List<Path> kept = charts().files(folder);
            return charts(grid).files(folder).stream()
                    .filter(file -> !kept.contains(file))
                    .toList();
        } catch (IOException | MmcrException e) {
            return List.of(); // another program's file, which is replaced
        }
    }

    private ThresholdCharts charts() {
        return charts(settings.grid());
    }

    private ThresholdCharts charts(ThresholdGrid grid) {
        return new ThresholdCharts(grid, base.seed(), data.measured().isPresent());
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
                    new TrialTraining(run).train(settings.grid().config(base, cell), data.trained(), progress);
            return totals.finished() ? Optional.of(measured(cell, run, totals)) : Optional.empty();
        } catch (DivergedException | NonFiniteFeaturesException e) {
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
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(ThresholdResult.PERCENT_ERROR, errors.percentError());
        figures.put(ThresholdResult.SPREAD_ERROR, errors.spreadError());
        data.measured()
                .ifPresent(found -> figures.put(
                        ThresholdResult.ACCURACY,
                        new SampledAccuracy(NEIGHBOURS, options.batch(), options.threads())
                                .of(TrainedModel.load(run), found.train(), found.test())));
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
                data.measured().map(EvaluationData::notes).orElse(List.of()));
    }
}
