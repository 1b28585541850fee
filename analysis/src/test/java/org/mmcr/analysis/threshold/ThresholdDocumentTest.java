package org.mmcr.analysis.threshold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.analysis.trials.DataUsed;
import org.mmcr.analysis.trials.TrainingErrors;
import org.mmcr.core.MmcrException;
import org.mmcr.core.theory.UniformEmbeddings;
import org.mmcr.train.run.RunDirectory;

/** Peaks, reading and charts of given trainings. */
class ThresholdDocumentTest {
    private static final ThresholdGrid GRID =
            new ThresholdGrid(List.of(16, 32, 64), List.of(64, 16, 32), List.of(2), 640, 2);

    @TempDir
    private Path temp;

    private static ThresholdDocument document(double noise, ToDoubleBiFunction<Integer, Integer> error) {
        List<ThresholdResult> results = new ArrayList<>();
        for (ThresholdGrid.Cell cell : GRID.cells()) {
            double value =
                    error.applyAsDouble(cell.samples(), cell.dimension()) + (cell.repeat() == 0 ? noise : -noise);
            results.add(new ThresholdResult(
                    cell.samples(),
                    cell.dimension(),
                    cell.views(),
                    cell.repeat(),
                    GRID.steps(cell),
                    640,
                    Map.of(ThresholdResult.PERCENT_ERROR, value, ThresholdResult.SPREAD_ERROR, value / 2),
                    List.of(0.9, 0.8, 0.7, value),
                    List.of(0.5, 0.5, 0.5, value / 2),
                    1,
                    List.of()));
        }
        return ThresholdDocument.of(settings(Optional.empty()), results);
    }

    private static ThresholdSettings settings(Optional<String> weights) {
        return new ThresholdSettings(new DataUsed("data", "1", 100), Optional.empty(), GRID, "batch: 8", weights);
    }

    private static ThresholdPeak peak(ThresholdDocument document, String over, int fixed) {
        return document.peaks().stream()
                .filter(one -> one.figure().equals(ThresholdResult.PERCENT_ERROR)
                        && one.progress() == 1
                        && one.over().equals(over)
                        && one.fixed() == fixed)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void peaks_ofUniformPoints_areAtTheThreshold() {
        ThresholdDocument document = document(0.001, UniformEmbeddings::percentError);
        for (int fixed : GRID.samples()) {
            assertThat(peak(document, "samples", fixed).at()).isEqualTo(fixed);
            assertThat(peak(document, "dimension", fixed).at()).isEqualTo(fixed);
        }
        ThresholdPeak middle = peak(document, "samples", 32);
        assertThat(middle.inside()).isTrue();
        assertThat(middle.clear()).isTrue();
        assertThat(middle.height()).isCloseTo(UniformEmbeddings.percentError(32, 32), within(1e-12));
        assertThat(peak(document, "samples", 64).inside()).isFalse();
        assertThat(document.reading().get(0))
                .contains("percent error over N: largest inside the grid in 1 of 3 lines, at N = D in 1 of them");
        assertThat(document.cells().get(4).uniform()).isEqualTo(UniformEmbeddings.percentError(32, 32));
    }

    @Test
    void peaks_belowTheNoise_areNotClear() {
        // The peak is 8 points above the ends; the standard error of a mean is the noise itself at two repeats.
        ThresholdDocument document = document(0.05, UniformEmbeddings::percentError);
        assertThat(peak(document, "samples", 32).inside()).isTrue();
        assertThat(peak(document, "samples", 32).clear()).isFalse();
        assertThat(document.reading().get(0)).contains("(clearly in 0)");
    }

    @Test
    void peaks_ofAnErrorThatRises_areAtTheEdge() {
        ThresholdDocument document = document(0.001, (n, d) -> 0.001 * n);
        assertThat(peak(document, "samples", 32).at()).isEqualTo(64);
        assertThat(document.reading().get(0)).contains("largest inside the grid in 0 of 3 lines, at N = D in 0");
    }

    @Test
    void chartsAndPage_withoutLabels_haveNoAccuracy() throws IOException {
        ThresholdDocument document = document(0.001, UniformEmbeddings::percentError);
        ThresholdCharts charts = new ThresholdCharts(GRID, 7, false);
        charts.draw(temp, document);
        assertThat(charts.files(temp))
                .hasSize(12)
                .allSatisfy(file -> assertThat(file).isNotEmptyFile());
        assertThat(ThresholdPage.html(temp, document, charts))
                .contains("<svg", "at N = D in 1 of them", "<td>14.95</td>")
                .contains("Mean over 2 repeats, seeds 7 to 8; bands")
                .contains("<td>-</td>");
    }

    @Test
    void errors_ofATraining_areMeansBeforeEachQuarter() throws IOException {
        RunDirectory run = RunDirectory.ofAnother(temp);
        StringBuilder lines = new StringBuilder();
        for (int step = 1; step <= 20; step++) {
            lines.append("{\"step\": ")
                    .append(step)
                    .append(", \"percent_error\": ")
                    .append(step / 100.0);
            lines.append(", \"mean_squared_centroid_norm\": 0.81}\n");
        }
        Files.writeString(run.metrics(), lines);
        TrainingErrors errors = TrainingErrors.of(run);
        assertThat(errors.percentErrors().get(0)).isCloseTo(0.045, within(1e-12));
        assertThat(errors.percentErrors().get(3)).isCloseTo(0.195, within(1e-12));
        assertThat(errors.spreadErrors().get(3)).isCloseTo(1 - 0.805 / 0.9, within(1e-12));
    }

    /** The version before kept no fingerprint of the weights. */
    @Test
    void settings_ofOtherInitialWeights_areAConflict() {
        ThresholdSettings settings = settings(Optional.of("1"));
        assertThat(settings.conflict(settings(Optional.of("2")))).contains("initial weights");
        assertThat(settings.conflict(settings)).isEmpty();
        assertThat(settings.conflict(settings(Optional.empty()))).isEmpty();
    }

    @Test
    void spread_ofCentroids_isTheErrorAtTheirNorms() {
        // Perpendicular centroids of norm 1/2: the nuclear norm is half the bound, and no arrangement has more.
        assertThat(TrainingErrors.spread(0.5, 0.25)).isZero();
        assertThat(TrainingErrors.spread(0.15, 1)).isCloseTo(0.15, within(1e-12));
        assertThat(TrainingErrors.spread(1, 0)).isEqualTo(1);
    }

    @Test
    void grid_wrongSizes_namesTheOption() {
        assertThat(GRID.dimensions()).containsExactly(16, 32, 64);
        assertThat(GRID.cells()).hasSize(18).doesNotHaveDuplicates();
        assertThatThrownBy(() -> new ThresholdGrid(List.of(0, 4), List.of(4), List.of(2), 640, 1))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("--samples of at least 2, found 0");
        assertThatThrownBy(() -> GRID.requireData(63)).hasMessageContaining("--samples of at most 63");
    }
}
