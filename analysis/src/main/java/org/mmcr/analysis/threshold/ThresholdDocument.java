package org.mmcr.analysis.threshold;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mmcr.analysis.trials.MeanOverRuns;
import org.mmcr.core.theory.UniformEmbeddings;
import org.mmcr.train.run.Machine;

/**
 * The results of a study.
 *
 * @param settings of the study
 * @param machine on which the table was made
 * @param cells mean and spread over the repeats of each cell
 * @param peaks where the errors are largest along every line of the grid
 * @param reading what the peaks say, in sentences
 * @param trials every training
 * @param notes for the reader
 */
public record ThresholdDocument(
        ThresholdSettings settings,
        Machine machine,
        List<Cell> cells,
        List<ThresholdPeak> peaks,
        List<String> reading,
        List<ThresholdResult> trials,
        List<String> notes) {

    /**
     * The repeats of a cell.
     *
     * @param samples N
     * @param dimension D
     * @param views K
     * @param uniform percent error of N uniform points in D dimensions, a fraction
     * @param figures by the names of {@link ThresholdResult}; a figure without a value is missing
     */
    public record Cell(int samples, int dimension, int views, double uniform, Map<String, MeanOverRuns> figures) {}

    static ThresholdDocument of(ThresholdSettings settings, List<ThresholdResult> results) {
        ThresholdGrid grid = settings.grid();
        List<Cell> cells = new ArrayList<>();
        for (int k : grid.views()) {
            for (int n : grid.samples()) {
                for (int d : grid.dimensions()) {
                    cells.add(cell(n, d, k, results));
                }
            }
        }
        List<ThresholdPeak> peaks = ThresholdPeak.of(grid, results);
        List<String> notes =
                results.stream().flatMap(one -> one.notes().stream()).distinct().toList();
        return new ThresholdDocument(
                settings, Machine.here(), cells, peaks, ThresholdReading.of(grid, peaks), results, notes);
    }

    private static Cell cell(int n, int d, int k, List<ThresholdResult> results) {
        Map<String, MeanOverRuns> figures = new LinkedHashMap<>();
        for (String figure :
                List.of(ThresholdResult.PERCENT_ERROR, ThresholdResult.SPREAD_ERROR, ThresholdResult.ACCURACY)) {
            List<Double> values = results.stream()
                    .filter(one -> one.samples() == n && one.dimension() == d && one.views() == k)
                    .flatMap(one -> Optional.ofNullable(one.figures().get(figure)).stream())
                    .toList();
            MeanOverRuns.of(values).ifPresent(mean -> figures.put(figure, mean));
        }
        return new Cell(n, d, k, UniformEmbeddings.percentError(n, d), figures);
    }
}
