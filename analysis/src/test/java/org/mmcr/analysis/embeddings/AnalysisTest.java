package org.mmcr.analysis.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.Json;
import org.mmcr.objective.MmcrLoss;
import org.mmcr.objective.Objective;
import org.mmcr.objective.PointerScopeExtension;

@ExtendWith(PointerScopeExtension.class)
class AnalysisTest {
    private static final int D = 16;

    @TempDir
    private Path folder;

    /** Normal centres times {@code scales}, plus noise for every view: (N*K, D). */
    private static Tensor embeddings(int samples, int views, double noise, double decay) {
        Random random = new Random(3);
        double[] rows = new double[samples * views * D];
        for (int n = 0; n < samples; n++) {
            double[] centre = new double[D];
            for (int d = 0; d < D; d++) {
                centre[d] = random.nextGaussian() * Math.exp(-decay * d);
            }
            for (int k = 0; k < views; k++) {
                for (int d = 0; d < D; d++) {
                    rows[(n * views + k) * D + d] = centre[d] + noise * random.nextGaussian();
                }
            }
        }
        return Tensor.create(rows, (long) samples * views, D);
    }

    private static Analysis analyse(Tensor rows, int views) {
        return Analysis.of(rows, views, Optional.empty(), 0);
    }

    @Test
    void of_anyEmbeddings_agreesWithTheObjective() {
        Tensor rows = embeddings(200, 3, 0.5, 0.05);
        Centroids found = analyse(rows, 3).centroids();
        Objective.Result result = new MmcrLoss().compute(rows, 3);
        assertThat(found.nuclearNorm()).isCloseTo(-result.value(), within(-1e-9 * result.value()));
        assertThat(found.percentError()).isCloseTo(result.figures().get(MmcrLoss.PERCENT_ERROR), within(1e-9));
        assertThat(found.effectiveRank()).isCloseTo(result.figures().get(MmcrLoss.EFFECTIVE_RANK), within(1e-6));
        assertThat(found.squaredCentroidNorm().orElseThrow().mean())
                .isCloseTo(result.figures().get(MmcrLoss.MEAN_SQUARED_CENTROID_NORM), within(1e-12));
        assertThat(found.invariance().orElseThrow() * found.spread())
                .isCloseTo(1 - found.percentError(), within(1e-12));
        assertThat(found.singularValues().stream().mapToDouble(v -> v).sum())
                .isCloseTo(found.nuclearNorm(), within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({
        "0.05, 0, as evenly as random points, little is left to gain",
        "1.5, 0, percent error, limited by views that differ",
        "0.05, 0.4, percent error, limited by unevenly used directions",
        "0.0001, 12, collapsed, limited by unevenly used directions"
    })
    void verdict_knownFaults_namesThem(double noise, double decay, String state, String limit) {
        List<String> verdict = analyse(embeddings(300, 4, noise, decay), 4).verdict();
        assertThat(verdict.get(0)).contains(state);
        assertThat(verdict.get(1)).startsWith(limit);
    }

    @Test
    void verdict_nearThreshold_recommendsABatch() {
        Tensor rows = torch.randn(2 * 48, 40).to(ScalarType.Double);
        assertThat(analyse(rows, 2).verdict()).anyMatch(sentence -> sentence.contains("use at least 80 samples"));
    }

    @Test
    void of_labels_separatesWithinFromBetween() {
        Tensor rows = embeddings(100, 2, 0.1, 0);
        Tensor centres = rows.narrow(0, 0, 4).repeat(50, 1).add(rows.mul(new Scalar(0.05)));
        List<String> labels = IntStream.range(0, 100).mapToObj(i -> "c" + i % 2).toList();
        Classes classes =
                Analysis.of(centres, 2, Optional.of(labels), 0).classes().orElseThrow();
        assertThat(classes.classes()).isEqualTo(2);
        assertThat(classes.withinCosine().orElseThrow()).isGreaterThan(0.98);
        assertThat(classes.betweenCosine().orElseThrow()).isLessThan(0.9);
        assertThatThrownBy(() -> Analysis.of(centres, 2, Optional.of(Collections.nCopies(200, "x")), 0))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("100 samples, found 200");
    }

    @Test
    void of_oneClassOrNoTwoOfOne_leavesOutTheCosineThatHasNoPairs() {
        Tensor rows = embeddings(60, 2, 0.3, 0);
        List<String> own = IntStream.range(0, 60).mapToObj(String::valueOf).toList();
        String one = Json.line(Analysis.of(rows, 2, Optional.of(Collections.nCopies(60, "x")), 0));
        assertThat(one).contains("\"within_cosine\"").doesNotContain("\"between_cosine\"");
        String each = Json.line(Analysis.of(rows, 2, Optional.of(own), 0));
        assertThat(each).contains("\"between_cosine\"").doesNotContain("\"within_cosine\"");
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-300, 1e300})
    void of_anyScale_isTheSame(double scale) {
        Tensor rows = embeddings(60, 2, 0.3, 0.1);
        Centroids scaled = analyse(rows.mul(new Scalar(scale)), 2).centroids();
        assertThat(scaled.nuclearNorm()).isCloseTo(analyse(rows, 2).centroids().nuclearNorm(), within(1e-9));
    }

    @Test
    void draw_charts_writesAPictureADrawingAndAPage() throws IOException {
        Centroids centroids = analyse(embeddings(200, 2, 0.3, 0.1), 2).centroids();
        assertThat(AnalysisCharts.draw(folder, centroids))
                .hasSize(6)
                .allSatisfy(name -> assertThat(folder.resolve(name)).isNotEmptyFile());
    }

    /** What one view has is what two equal views have; what compares views is absent and named. */
    @Test
    void of_oneView_leavesOutWhatComparesViews() {
        Tensor rows = embeddings(100, 1, 0.3, 0.1);
        Analysis one = analyse(rows, 1);
        Analysis twice = analyse(rows.repeat_interleave(2, new LongOptional(0), new LongOptional()), 2);
        assertThat(one.centroids().percentError()).isCloseTo(twice.centroids().percentError(), within(1e-12));
        assertThat(one.information().uniformity()).isCloseTo(twice.information().uniformity(), within(1e-12));
        assertThat(one.information().entropy()).isCloseTo(twice.information().entropy(), within(1e-9));
        JsonNode document = Json.mapper().valueToTree(one);
        assertThat(one.leftOut())
                .hasSize(7)
                .allSatisfy(key -> assertThat(document.has(key)).as(key).isFalse());
        assertThat(document.get("intervals").size()).isEqualTo(1);
        assertThat(twice.leftOut()).isEmpty();
        assertThat(Json.line(twice)).doesNotContain("left_out");
    }

    @Test
    void of_wrongInput_namesIt() {
        Tensor rows = embeddings(100, 2, 0.3, 0);
        assertThatThrownBy(() -> analyse(rows, 0)).hasMessageContaining("at least 1 view");
        assertThatThrownBy(() -> analyse(rows, 3)).hasMessageContaining("multiple of 3 rows, found 200");
        assertThatThrownBy(() -> analyse(rows.narrow(1, 0, 1), 2)).hasMessageContaining("at least 2 dimensions");
        assertThatThrownBy(() -> analyse(rows.narrow(0, 0, 2), 2)).hasMessageContaining("samples to analyse, found 1");
        rows.select(0, 7).zero_();
        assertThatThrownBy(() -> analyse(rows, 2)).hasMessageContaining("only zeros in row 7 (sample 3, view 1)");
        rows.select(0, 5).fill_(new Scalar(Double.NaN));
        assertThatThrownBy(() -> analyse(rows, 2)).hasMessageContaining("NaN or infinite in row 5");
    }
}
