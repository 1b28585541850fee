package org.mmcr.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.MmcrException;
import org.mmcr.data.ColumnStatistics;
import org.mmcr.data.DataSources;
import org.mmcr.data.VectorSource;
import org.mmcr.encoder.MlpSpec;

class VectorTrainerTest {
    @TempDir
    Path folder;

    private static VectorSource table() {
        Random random = new Random(3);
        float[][] rows = new float[60][6];
        List<String> labels = new ArrayList<>();
        for (int r = 0; r < rows.length; r++) {
            for (int c = 0; c < 6; c++) {
                rows[r][c] = (float) (10 * c + (r % 3 == c ? 5 : 0) + random.nextGaussian());
            }
            labels.add("class" + r % 3);
        }
        return DataSources.vectors("table", List.of("a", "b", "c", "d", "e", "f"), rows, labels);
    }

    private static PretrainConfig config() {
        return TinyRuns.config()
                .with("view.recipes", "[vectors]")
                .with("model.encoder", "{type: mlp, widths: [16, 8]}");
    }

    private TrainSummary train(PretrainConfig config, String name) {
        return new Trainer(config, table(), RunDirectory.create(folder.resolve(name)), TrainListener.NONE).run();
    }

    @Test
    void run_onATable_keepsColumnsStatisticsAndInputsWithTheRun() {
        train(config(), "run");
        TrainedModel trained = TrainedModel.load(RunDirectory.open(folder.resolve("run")));
        ColumnStatistics columns = trained.config().view().columns();
        assertThat(columns).isEqualTo(ColumnStatistics.of(table()));
        assertThat(columns.names()).containsExactly("a", "b", "c", "d", "e", "f");
        assertThat(((MlpSpec) trained.config().model().encoder()).inputs()).isEqualTo(6);
        assertThat(PretrainConfig.defaults().fittedTo(new SyntheticPictures(3))).isEqualTo(PretrainConfig.defaults());
    }

    @Test
    void run_withFourLoaderThreads_repeatsTheLossesOfOne() {
        train(config(), "one");
        train(config().with("loaderThreads", "4"), "four");
        assertThat(losses("four")).isEqualTo(losses("one")).hasSize(12).doesNotHaveDuplicates();
    }

    @Test
    void resume_halfWay_continuesBitForBit() {
        train(config(), "whole");
        int[] steps = {0};
        Trainer[] trainer = new Trainer[1];
        TrainListener stopper = new TrainListener() {
            @Override
            public void step(StepMetrics metrics) {
                if (++steps[0] == 5) {
                    trainer[0].requestStop();
                }
            }
        };
        trainer[0] = new Trainer(config(), table(), RunDirectory.create(folder.resolve("parts")), stopper);
        assertThat(trainer[0].run().finished()).isFalse();
        Trainer.resume(RunDirectory.open(folder.resolve("parts")), table(), TrainListener.NONE)
                .run();
        assertThat(losses("parts")).isEqualTo(losses("whole"));
    }

    @Test
    void run_withTheMonitor_classifiesHeldOutRows() throws IOException {
        train(config().with("monitor", "{steps: 6, heldOut: 15, bank: 30, k: 5}"), "run");
        assertThat(Files.readAllLines(RunDirectory.open(folder.resolve("run")).monitor()))
                .hasSize(2);
    }

    @Test
    void fittedTo_theWrongKind_saysWhichRecipeToUse() {
        assertThatThrownBy(() -> TinyRuns.config().fittedTo(table()))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("--recipe vectors");
        assertThatThrownBy(() -> config().fittedTo(new SyntheticPictures(9)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("holds pictures");
        assertThatThrownBy(() -> config().with("model.encoder", "{type: mlp, widths: [8], inputs: 5}")
                        .fittedTo(table()))
                .hasMessageContaining("5 columns")
                .hasMessageContaining("found 6");
    }

    @Test
    void views_ofBothKinds_areRefused() {
        assertThatThrownBy(() -> config().with("view.recipes", "[vectors, cifar]"))
                .hasMessageContaining("one kind of data");
        assertThatThrownBy(() -> config().with("view.evaluationSize", "32")).hasMessageContaining("evaluationSize");
    }

    private List<Double> losses(String name) {
        return TinyRuns.losses(folder.resolve(name));
    }
}
