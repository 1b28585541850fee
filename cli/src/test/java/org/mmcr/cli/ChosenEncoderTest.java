package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.io.Json;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.FeatureReader;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.ProgressListener;

class ChosenEncoderTest {
    @TempDir
    private Path temp;

    /** A trainer removes a checkpoint when it has newer ones, also one that another process has just read. */
    @Test
    void run_checkpointRemovedAfterItWasRead_hasItsFingerprintAndTheCache() throws IOException {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 20, 1);
        Path run = temp.resolve("run");
        CliRun trained = mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 2);
        assertThat(trained.code()).as(trained.err()).isZero();
        StringWriter remarks = new StringWriter();
        try (ChosenEncoder chosen = ChosenEncoder.ofRun(run, ComputeDevice.CPU);
                DataSource source = DataSources.open(pictures.toString(), DataOptions.defaults())) {
            Files.move(run.resolve("checkpoints"), run.resolve("removed"));
            FeatureReader reader = new CachedFeatures(
                            new CacheChoice(), EvaluationOptions.defaults(), new PrintWriter(remarks, true))
                    .of(chosen);
            try (FeatureSet features = reader.read(chosen.features(), source, ProgressListener.NONE);
                    FeatureSet again = reader.read(chosen.features(), source, ProgressListener.NONE)) {
                assertThat(features.size()).isEqualTo(40);
                assertThat(again.features().equal(features.features())).isTrue();
            }
            assertThat(remarks.toString()).startsWith("40 features of an earlier command");
        }
        JsonNode inputs = new ObjectMapper()
                .readTree(Json.document(Map.of()))
                .path("provenance")
                .path("inputs");
        assertThat(inputs.findValuesAsText("location")).startsWith(pictures.toString(), run.toString());
        assertThat(inputs.path(0).has("fingerprint")).isTrue();
        assertThat(inputs.path(1).has("fingerprint")).isTrue();
    }
}
