package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.JitteredSample;
import org.mmcr.core.quality.Measure;
import org.mmcr.core.quality.RepresentationQuality;
import org.mmcr.data.io.JsonLines;

class OnlineQualityTest {
    private static final int SAMPLES = 20;
    private static final int VIEWS = 3;

    @TempDir
    private Path folder;

    @Test
    void run_withQuality_hasTheLossesAndWeightsOfARunWithout() {
        TinyRuns.train(TinyRuns.config(), folder.resolve("without"));
        TinyRuns.train(measured(), folder.resolve("with"));
        assertThat(TinyRuns.losses(folder.resolve("with"))).isEqualTo(TinyRuns.losses(folder.resolve("without")));
        assertThat(TinyRuns.weights(folder.resolve("with"))).isEqualTo(TinyRuns.weights(folder.resolve("without")));
    }

    @Test
    void resume_betweenMeasurements_hasTheCurveOfARunThatNeverStopped() throws IOException {
        TinyRuns.train(measured(), folder.resolve("whole"));
        TinyRuns.stopAfter(6, measured(), FourColours.of(40), folder.resolve("parts"));
        Trainer.resume(RunDirectory.open(folder.resolve("parts")), FourColours.of(40), TrainListener.NONE)
                .run();
        List<JsonNode> whole = lines(folder.resolve("whole"));
        List<JsonNode> parts = lines(folder.resolve("parts"));
        assertThat(whole).extracting(line -> line.path("step").asLong()).containsExactly(4L, 8L, 12L);
        assertThat(parts).extracting(line -> line.path("step").asLong()).containsExactly(4L, 8L, 12L);
        for (Measure measure : List.of(Measure.RANKME, Measure.LIDAR, Measure.VIEW_CAPACITY)) {
            assertThat(parts)
                    .extracting(line -> line.path(measure.key()).asDouble())
                    .isEqualTo(whole.stream()
                            .map(line -> line.path(measure.key()).asDouble())
                            .toList());
        }
    }

    /** The last measurement is what the library measures of the finished run's embeddings of the same views. */
    @Test
    void run_lastMeasurement_isThatOfTheFinishedEncoder() throws IOException {
        TinyRuns.train(measured(), folder);
        JsonNode last = lines(folder).get(2);
        TrainedModel model = TrainedModel.load(RunDirectory.open(folder));
        int[] samples = JitteredSample.of(40, SAMPLES);
        double[][] rows = new double[SAMPLES * VIEWS][4];
        try (Tensor embeddings =
                new ViewEmbeddings(model, VIEWS, model.config().seed(), 1).collect(FourColours.of(40), samples)) {
            for (int r = 0; r < rows.length; r++) {
                for (int d = 0; d < 4; d++) {
                    rows[r][d] = embeddings.get(r).get(d).item_float();
                }
            }
        }
        double expected =
                RepresentationQuality.of(rows, VIEWS).value(Measure.RANKME).orElseThrow();
        assertThat(last.path("rankme").asDouble()).isEqualTo(expected);
        assertThat(last.path("samples").asInt()).isEqualTo(SAMPLES);
    }

    private static PretrainConfig measured() {
        return TinyRuns.config().with("quality", "{steps: 4, samples: " + SAMPLES + ", views: " + VIEWS + "}");
    }

    private static List<JsonNode> lines(Path run) throws IOException {
        assertThat(Files.exists(RunDirectory.open(run).qualityPoints())).isTrue();
        return JsonLines.read(RunDirectory.open(run).qualityPoints());
    }
}
