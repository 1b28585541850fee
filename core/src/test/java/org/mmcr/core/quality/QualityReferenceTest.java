package org.mmcr.core.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.jetbrains.bio.npy.NpyArray;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.core.capacity.Matrix;

class QualityReferenceTest {
    private static final Path FOLDER = Path.of(System.getProperty("mmcr.shared", "../shared"), "reference", "quality");

    static Stream<Map.Entry<String, JsonNode>> cases() throws IOException {
        assumeTrue(Files.isDirectory(FOLDER), "reference values are not on this machine: no folder " + FOLDER);
        return new ObjectMapper().readTree(FOLDER.resolve("cases.json").toFile()).properties().stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void measures_ofReferenceEmbeddings_matchReference(Map.Entry<String, JsonNode> entry) {
        JsonNode expected = entry.getValue();
        EmbeddedViews embeddings =
                read(FOLDER.resolve(expected.get("embeddings").asText()));
        assertRelative(SpectralMeasures.rankMe(embeddings.rows()).orElseThrow(), expected.get("rankme_of_all_rows"));
        assertRelative(
                SpectralMeasures.rankMe(embeddings.viewsAt(0)).orElseThrow(), expected.get("rankme_of_first_views"));
        assertRelative(SpectralMeasures.nesum(embeddings.rows()).orElseThrow(), expected.get("nesum_of_all_rows"));
        assertRelative(SpectralMeasures.lidar(embeddings).orElseThrow(), expected.get("lidar"));
    }

    private static void assertRelative(double found, JsonNode expected) {
        assertThat(found / expected.asDouble()).isCloseTo(1, within(1e-7));
    }

    private static EmbeddedViews read(Path file) {
        NpyArray array = NpyFile.read(file, Integer.MAX_VALUE);
        int[] shape = array.getShape();
        float[] values = array.asFloatArray();
        Matrix rows = Matrix.zeros(shape[0] * shape[1], shape[2]);
        for (int i = 0; i < values.length; i++) {
            rows.values()[i] = values[i];
        }
        return new EmbeddedViews(rows, shape[1]);
    }
}
