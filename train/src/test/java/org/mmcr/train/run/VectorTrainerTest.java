package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.ColumnStatistics;
import org.mmcr.data.DataSources;
import org.mmcr.data.VectorSource;
import org.mmcr.train.encoder.MlpSpec;

class VectorTrainerTest {
    @TempDir
    Path folder;

    private TrainingTotals train(PretrainConfig config, String name) {
        return new Trainer(config, TinyRuns.table(), RunDirectory.create(folder.resolve(name)), TrainListener.NONE)
                .run();
    }

    @Test
    void run_onATable_keepsColumnsStatisticsAndInputsWithTheRun() {
        train(TinyRuns.tableConfig(), "run");
        TrainedModel trained = TrainedModel.load(RunDirectory.open(folder.resolve("run")));
        ColumnStatistics columns = trained.config().view().columns();
        assertThat(columns).isEqualTo(ColumnStatistics.of(TinyRuns.table()));
        assertThat(columns.names()).containsExactly("a", "b", "c", "d", "e", "f");
        assertThat(((MlpSpec) trained.config().model().encoder()).inputs()).isEqualTo(6);
        assertThat(PretrainConfig.defaults().fittedTo(FourColours.of(3))).isEqualTo(PretrainConfig.defaults());
    }

    @Test
    void run_withFourLoaderThreads_repeatsTheLossesOfOne() {
        train(TinyRuns.tableConfig(), "one");
        train(TinyRuns.tableConfig().with("loaderThreads", "4"), "four");
        assertThat(losses("four")).isEqualTo(losses("one")).hasSize(12).doesNotHaveDuplicates();
    }

    @Test
    void resume_halfWay_continuesBitForBit() {
        train(TinyRuns.tableConfig(), "whole");
        TinyRuns.stopAfter(5, TinyRuns.tableConfig(), TinyRuns.table(), folder.resolve("parts"));
        Trainer.resume(RunDirectory.open(folder.resolve("parts")), TinyRuns.table(), TrainListener.NONE)
                .run();
        assertThat(losses("parts")).isEqualTo(losses("whole"));
    }

    @Test
    void run_withTheMonitor_classifiesHeldOutRows() throws IOException {
        train(TinyRuns.tableConfig().with("monitor", "{steps: 6, heldOut: 15, bank: 30, k: 5}"), "run");
        assertThat(Files.readAllLines(RunDirectory.open(folder.resolve("run")).monitor()))
                .hasSize(2);
    }

    /**
     * 24 of 60 rows have a label, so at most two are held out; a row without one is neither classified nor searched.
     */
    @Test
    void run_withTheMonitorOnPartlyLabelledRows_usesTheLabelledOnes() {
        float[][] rows = new float[60][6];
        List<String> labels = new ArrayList<>();
        for (int r = 0; r < rows.length; r++) {
            TinyRuns.table().read(r, rows[r]);
            labels.add(r % 5 < 2 ? "class" + r % 3 : "");
        }
        VectorSource data = DataSources.vectors("partly", List.of("a", "b", "c", "d", "e", "f"), rows, labels);
        PretrainConfig config = TinyRuns.tableConfig().with("monitor", "{steps: 6, heldOut: 15, bank: 30, k: 5}");
        List<KnnPoint> points = new ArrayList<>();
        TrainListener listener = new TrainListener() {
            @Override
            public void knn(KnnPoint point) {
                points.add(point);
            }
        };
        new Trainer(config, data, RunDirectory.create(folder.resolve("run")), listener).run();
        assertThat(points).hasSize(2).allSatisfy(point -> {
            assertThat(point.queries()).isEqualTo(2);
            assertThat(point.bank()).isEqualTo(22);
        });
    }

    @Test
    void fittedTo_theWrongKind_reportsWhichRecipeToUse() {
        assertThatThrownBy(() -> TinyRuns.config().fittedTo(TinyRuns.table()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("--recipe vectors");
        assertThatThrownBy(() -> TinyRuns.tableConfig().fittedTo(FourColours.of(9)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("holds pictures");
        assertThatThrownBy(() -> TinyRuns.tableConfig()
                        .with("model.encoder", "{type: mlp, widths: [8], inputs: 5}")
                        .fittedTo(TinyRuns.table()))
                .hasMessageContaining("5 columns")
                .hasMessageContaining("found 6");
    }

    @Test
    void views_ofBothKinds_fail() {
        assertThatThrownBy(() -> TinyRuns.tableConfig().with("view.recipes", "[vectors, cifar]"))
                .hasMessageContaining("one kind of data");
        assertThatThrownBy(() -> TinyRuns.tableConfig().with("view.evaluationSize", "32"))
                .hasMessageContaining("evaluationSize");
    }

    private List<Double> losses(String name) {
        return TinyRuns.losses(folder.resolve(name));
    }
}
