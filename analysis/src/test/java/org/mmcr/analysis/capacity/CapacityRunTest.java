package org.mmcr.analysis.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.core.capacity.CapacityOptions;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.RandomProjection;
import org.mmcr.data.io.Json;
import org.mmcr.objective.PointerScopeExtension;
import org.mmcr.train.run.ComputeThreads;

@ExtendWith(PointerScopeExtension.class)
class CapacityRunTest {
    @BeforeAll
    static void useOneNativeThread() {
        ComputeThreads.use(1);
    }

    /** More points than dimensions and fewer, so that both ways to the spectrum run, in several blocks. */
    @ParameterizedTest
    @CsvSource({"23, 110, 24, 6", "9, 11, 300, 6", "5, 1500, 6, 4"})
    void measure_anyNumberOfThreads_isTheSameDocument(int count, int points, int ambient, int spread)
            throws IOException {
        Clouds clouds = new Clouds(count, points, ambient, spread, 0.4, 3);
        ObjectNode expected = document(clouds, 1);
        for (int threads : new int[] {2, 3, 4}) {
            assertThat(document(clouds, threads)).isEqualTo(expected);
        }
    }

    private static ObjectNode document(ManifoldSource source, int threads) throws IOException {
        CapacityReport report = new CapacityRun(new CapacityOptions(0, 120, 5), threads)
                .measure(
                        source,
                        (stage, done, total) -> assertThat(done)
                                .isBetween(1, stage.equals("common directions tried") ? Integer.MAX_VALUE : total));
        ObjectNode document = (ObjectNode) new ObjectMapper().readTree(Json.text(report));
        document.remove("seconds");
        return document;
    }

    @Test
    void measure_document_hasTheKeysPeopleReadItBy() throws IOException {
        ObjectNode document = document(new Clouds(6, 8, 12, 4, 0.4, 3), 2);
        Set<String> names = new java.util.TreeSet<>();
        document.fieldNames().forEachRemaining(names::add);
        assertThat(names)
                .contains(
                        "capacity",
                        "radius",
                        "dimension",
                        "center_correlation",
                        "low_rank",
                        "participation_ratio",
                        "explained_variance_dimension",
                        "per_manifold",
                        "worst_kkt_gap");
        assertThat(document.at("/radius/ci95/0").asDouble())
                .isLessThan(document.at("/radius/value").asDouble());
    }

    /** The participation ratio does not depend on which way round the inner products are taken. */
    @Test
    void measure_manyPoints_hasTheSpectrumOfAllTogether() {
        Clouds clouds = new Clouds(5, 1500, 6, 4, 0.4, 3);
        CapacityReport report = new CapacityRun(new CapacityOptions(0, 20, 5), 2).measure(clouds, (s, d, t) -> {});
        Matrix rows = Matrix.concatenated(
                IntStream.range(0, 5).mapToObj(clouds::points).toList());
        Tensor all = tensor(rows);
        Tensor values = torch.linalg_eigvalsh(torch.cov(all.t())).narrow(0, 1, 5);
        double sum = values.sum().item_double();
        assertThat(report.participationRatio())
                .isCloseTo(sum * sum / values.square().sum().item_double(), within(1e-9));
    }

    @Test
    void project_keepsLengthsAndAngles() {
        Clouds clouds = new Clouds(4, 30, 3000, 5, 0.5, 3);
        ManifoldSource fewer = new RandomProjection(3000, 800, 1).apply(clouds);
        Tensor before = tensor(clouds.points(1));
        Tensor after = tensor(fewer.points(1));
        assertThat(after.size(1)).isEqualTo(800);
        Tensor ratio = torch.matmul(after, after.t())
                .sub(torch.matmul(before, before.t()))
                .div(before.square().sum(1).mean());
        assertThat(ratio.abs().max().item_double()).isLessThan(0.25);
    }

    private static Tensor tensor(Matrix rows) {
        return Tensor.create(rows.values()).view(rows.rows(), rows.columns());
    }

    @Test
    void options_wrong_reportWhatIsExpected() {
        assertThatThrownBy(() -> new CapacityOptions(Double.NaN, 300, 0)).hasMessageContaining("margin");
        assertThatThrownBy(() -> new CapacityOptions(0, 3, 0)).hasMessageContaining("at least 10 directions");
    }
}
