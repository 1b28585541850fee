package org.mmcr.data.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.ColumnStatistics;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSources;
import org.mmcr.data.TestPictures;
import org.mmcr.data.VectorSource;
import org.mmcr.data.views.VectorViewRecipe.MaskWith;

class VectorAugmenterTest {
    private static final int ROWS = 200;
    private static final int COLUMNS = 12;

    private final VectorSource data = table();
    private final ColumnStatistics columns = ColumnStatistics.of(data);

    /** Returns a table of distinct numbers; mean and standard deviation grow with the column. */
    private static VectorSource table() {
        Random random = new Random(1);
        float[][] rows = new float[ROWS][COLUMNS];
        for (float[] row : rows) {
            for (int c = 0; c < COLUMNS; c++) {
                row[c] = (float) (100 * c + (c + 1) * random.nextGaussian());
            }
        }
        return DataSources.vectors("table", List.of(), rows, List.of());
    }

    private VectorViewRecipe recipe(double noise, double mask, MaskWith with, double scale, double shift, int groups) {
        return new VectorViewRecipe(noise, mask, with, scale, shift, groups, columns);
    }

    private float[] view(VectorViewRecipe recipe, int sample, int epoch, int views, int wanted) {
        ViewBatchPlan plan = new ViewBatchPlan(0, epoch, new int[] {sample}, views, List.of(recipe));
        FloatBuffer target = FloatBuffer.allocate(views * COLUMNS);
        Augmenter.of(data).augment(plan, sample, 7, target, 0);
        float[] view = new float[COLUMNS];
        target.get(wanted * COLUMNS, view);
        return view;
    }

    /** Returns a row minus the mean, divided by the standard deviation, computed naively. */
    private float[] standardised(int sample) {
        float[] row = new float[COLUMNS];
        for (int c = 0; c < COLUMNS; c++) {
            double sum = 0;
            double squares = 0;
            for (int r = 0; r < ROWS; r++) {
                sum += data.value(r, c);
            }
            for (int r = 0; r < ROWS; r++) {
                squares += Math.pow(data.value(r, c) - sum / ROWS, 2);
            }
            row[c] = (float) ((data.value(sample, c) - sum / ROWS) / Math.sqrt(squares / ROWS));
        }
        return row;
    }

    @Test
    void augment_withEverythingOff_isTheStandardisedRow() {
        float[] view = view(recipe(0, 0, MaskWith.MEAN, 0, 0, 1), 5, 0, 3, 2);
        assertThat(view).containsExactly(standardised(5), within(1e-4f));
    }

    @Test
    void augment_anyOrderOfCalls_dependsOnSeedEpochSampleAndViewOnly() {
        VectorViewRecipe all = recipe(0.3, 0.5, MaskWith.ROW, 0.2, 0.5, 3);
        float[] alone = view(all, 9, 2, 4, 3);
        assertThat(view(all, 9, 2, 4, 3)).containsExactly(alone);
        assertThat(view(all, 9, 2, 4, 2)).isNotEqualTo(alone);
        assertThat(view(all, 9, 3, 4, 3)).isNotEqualTo(alone);
        assertThat(view(all, 8, 2, 4, 3)).isNotEqualTo(alone);
    }

    @Test
    void augment_noise_hasTheRequestedDeviationInEveryColumn() {
        VectorViewRecipe noisy = recipe(0.5, 0, MaskWith.MEAN, 0, 0, 1);
        double sum = 0;
        double squares = 0;
        int draws = 2000;
        float[] clean = standardised(0);
        for (int epoch = 0; epoch < draws; epoch++) {
            float[] view = view(noisy, 0, epoch, 1, 0);
            for (int c = 0; c < COLUMNS; c++) {
                sum += view[c] - clean[c];
                squares += Math.pow(view[c] - clean[c], 2);
            }
        }
        int count = draws * COLUMNS;
        assertThat(sum / count).isCloseTo(0, within(0.02));
        assertThat(Math.sqrt(squares / count)).isCloseTo(0.5, within(0.01));
    }

    @Test
    void augment_maskWithMean_zeroesExactlyTheFractionAndEveryColumnEquallyOften() {
        VectorViewRecipe masked = recipe(0, 0.25, MaskWith.MEAN, 0, 0, 1);
        float[] clean = standardised(3);
        int[] hits = new int[COLUMNS];
        for (int epoch = 0; epoch < 4000; epoch++) {
            float[] view = view(masked, 3, epoch, 1, 0);
            int zeros = 0;
            for (int c = 0; c < COLUMNS; c++) {
                if (view[c] == 0) {
                    zeros++;
                    hits[c]++;
                } else {
                    assertThat(view[c]).isCloseTo(clean[c], within(1e-4f));
                }
            }
            assertThat(zeros).isEqualTo(3);
        }
        for (int hit : hits) {
            assertThat(hit).isBetween(880, 1120); // 1000 expected, standard deviation 27
        }
    }

    @Test
    void augment_maskWithRow_takesTheColumnsOwnValuesFromOtherRows() {
        VectorViewRecipe masked = recipe(0, 1, MaskWith.ROW, 0, 0, 1);
        float[] clean = standardised(3);
        for (int epoch = 0; epoch < 50; epoch++) {
            float[] view = view(masked, 3, epoch, 1, 0);
            for (int c = 0; c < COLUMNS; c++) {
                int column = c;
                assertThat(view[c]).isNotEqualTo(clean[c]);
                assertThat(java.util.stream.IntStream.range(0, ROWS)
                                .anyMatch(r -> Math.abs((data.value(r, column)
                                                                - columns.mean().get(column))
                                                        / columns.std().get(column)
                                                - view[column])
                                        < 1e-3))
                        .isTrue();
            }
        }
    }

    @Test
    void augment_scale_multipliesEachGroupByOnePositiveFactor() {
        float[] clean = standardised(11);
        float[] view = view(recipe(0, 0, MaskWith.MEAN, 0.5, 0, 3), 11, 0, 1, 0);
        double[] factors = {view[0] / clean[0], view[4] / clean[4], view[8] / clean[8]};
        for (int c = 0; c < COLUMNS; c++) {
            assertThat((double) view[c] / clean[c]).isCloseTo(factors[c / 4], within(1e-3));
        }
        assertThat(factors).doesNotHaveDuplicates();
        assertThat(factors[0]).isPositive();
    }

    @Test
    void augment_shift_turnsEveryGroupAlikeInsideItself() {
        float[] clean = standardised(11);
        boolean[] seen = new boolean[4];
        for (int epoch = 0; epoch < 60; epoch++) {
            float[] view = view(recipe(0, 0, MaskWith.MEAN, 0, 0.5, 3), 11, epoch, 1, 0);
            int by = 0;
            while (Math.abs(view[by] - clean[0]) > 1e-3) {
                by++;
            }
            seen[by] = true;
            for (int c = 0; c < COLUMNS; c++) {
                assertThat(view[c / 4 * 4 + (c + by) % 4]).isCloseTo(clean[c], within(1e-3f));
            }
        }
        assertThat(seen).containsOnly(true);
    }

    @Test
    void augment_missingConstantAndLoneRows_areTheMean() {
        float[][] rows = {{Float.NaN, 3, 1e6f}, {2, 3, 1e6f}, {4, 3, 1e6f}};
        VectorSource odd = DataSources.vectors("odd", List.of(), rows, List.of());
        ColumnStatistics known = ColumnStatistics.of(odd);
        assertThat(known.mean()).containsExactly(3.0, 3.0, 1e6);
        assertThat(known.std()).containsExactly(1.0, 1.0, 1.0);
        FloatBuffer target = FloatBuffer.allocate(3);
        new VectorEvaluationView(known).of(odd).write(0, target, 0);
        assertThat(target.array()).containsExactly(0, 0, 0);
        VectorSource lone = DataSources.vectors("lone", List.of(), new float[][] {{5}}, List.of());
        VectorViewRecipe scarf = new VectorViewRecipe(0, 1, MaskWith.ROW, 0, 0, 1, ColumnStatistics.of(lone));
        Augmenter.of(lone).augment(new ViewBatchPlan(0, 0, new int[1], 1, List.of(scarf)), 0, 0, target, 0);
        assertThat(target.get(0)).isZero();
    }

    /** Time stamps in milliseconds: neighbouring float32 numbers are 131,072 ms apart there. */
    @Test
    void write_largeNumbersCloseTogether_keepTheirDistances(@TempDir Path folder) throws IOException {
        StringBuilder text = new StringBuilder("time\n");
        for (int i = 0; i < 100; i++) {
            text.append(1_700_000_000_000L + 1000L * i).append('\n');
        }
        Path file = Files.writeString(folder.resolve("t.csv"), text);
        VectorSource times = (VectorSource) DataSources.open(file.toString(), DataOptions.defaults());
        EvaluationView.Writer writer = new VectorEvaluationView(ColumnStatistics.of(times)).of(times);
        FloatBuffer target = FloatBuffer.allocate(100);
        for (int i = 0; i < 100; i++) {
            writer.write(i, target, i);
        }
        // The population deviation of 0..99 is sqrt((100^2 - 1) / 12).
        double distance = 1 / Math.sqrt(9999 / 12.0);
        for (int i = 1; i < 100; i++) {
            assertThat((double) target.get(i) - target.get(i - 1)).isCloseTo(distance, within(1e-6));
        }
    }

    @Test
    void of_otherColumnsOrPictures_reportsWhichAndWhatToDo() {
        VectorSource named = DataSources.vectors("a", List.of("x", "y"), new float[][] {{1, 2}, {2, 3}}, List.of());
        VectorSource swapped = DataSources.vectors("b", List.of("y", "x"), new float[][] {{1, 2}}, List.of());
        VectorEvaluationView view = new VectorEvaluationView(ColumnStatistics.of(named));
        assertThatThrownBy(() -> view.of(swapped))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected column 1 to be 'x'")
                .hasMessageContaining("found 'y' in b");
        assertThatThrownBy(() -> view.of(data))
                .hasMessageContaining("expected 2 columns")
                .hasMessageContaining("12");
        assertThatThrownBy(() -> view.of(TestPictures.ofNoise(1, 2, 2))).hasMessageContaining("found pictures");
        assertThatThrownBy(() ->
                        PictureEvaluationView.of(PictureViewRecipe.cifar()).of(named))
                .hasMessageContaining("found a table");
    }

    @Test
    void recipe_wrongKnob_namesIt() {
        assertThatThrownBy(() -> recipe(-1, 0, MaskWith.MEAN, 0, 0, 1)).hasMessageContaining("noise");
        assertThatThrownBy(() -> recipe(0, 1.5, MaskWith.MEAN, 0, 0, 1)).hasMessageContaining("mask");
        assertThatThrownBy(() -> recipe(0, 0, MaskWith.MEAN, -1, 0, 1)).hasMessageContaining("scale");
        assertThatThrownBy(() -> recipe(0, 0, MaskWith.MEAN, 0, 1.5, 1)).hasMessageContaining("shift");
        assertThatThrownBy(() -> recipe(0, 0, MaskWith.MEAN, 0, 0, 0)).hasMessageContaining("groups to be 1 or more");
        assertThatThrownBy(() -> recipe(0, 0, MaskWith.MEAN, 0, 0, 5)).hasMessageContaining("12 columns");
    }
}
