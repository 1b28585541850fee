package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.analysis.export.FileFingerprint;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;

@Tag("long")
class QualityCommandTest {
    @TempDir
    private Path temp;

    @Test
    void quality_ofAFile_agreesWithOtherCommandsInBothShapes() {
        Path z = write("z.npy", 60, 3, 5);
        JsonNode found = mmcr("quality", z, "--json").json();
        Path flat = temp.resolve("flat.npy");
        NpyFile.write(flat, NpyFile.read(z, Integer.MAX_VALUE).asFloatArray(), new int[] {180, 5});
        JsonNode same = mmcr("quality", flat, "--views", 3, "--json").json();
        JsonNode analysis = mmcr("analyze", z, "--json").json();
        JsonNode capacity = mmcr("capacity", z, "--json").json();
        for (String key : new String[] {"rankme", "nesum", "lidar", "alpha_req", "view_capacity", "mi_lower_bound"}) {
            assertThat(found.at("/" + key + "/value").isNumber()).as(key).isTrue();
            assertThat(same.get(key)).isEqualTo(found.get(key));
            assertThat(found.at("/" + key + "/ci95/0").asDouble())
                    .as(key)
                    .isLessThanOrEqualTo(found.at("/" + key + "/value").asDouble());
        }
        for (String key : new String[] {"percent_error", "effective_rank", "alignment", "uniformity", "infonce"}) {
            assertThat(found.at("/" + key + "/value").asDouble())
                    .as(key)
                    .isCloseTo(analysis.get(key).asDouble(), within(1e-9));
        }
        assertThat(found.at("/view_capacity/value")).isEqualTo(capacity.at("/capacity/value"));
    }

    /** Values are numbers where the interval needs resamples and there are none. */
    @Test
    void quality_withoutResamples_printsNoIntervalOfThem() {
        Path z = write("z.npy", 60, 3, 5);
        JsonNode found = mmcr("quality", z, "--resamples", 0, "--json").json();
        JsonNode usual = mmcr("quality", z, "--json").json();
        assertThat(found.get("rankme")).isEqualTo(usual.at("/rankme/value"));
        assertThat(found.get("view_capacity")).isEqualTo(usual.get("view_capacity"));
        assertThat(mmcr("quality", z, "--resamples", 0).out())
                .containsPattern("rankme +[0-9.]+\\R")
                .containsPattern("alignment +[0-9.]+  \\[")
                .doesNotContain("NaN");
    }

    /** Views that have only a common mean: the bound of their information is about -7 / 2 log 2 nats. */
    @Test
    void quality_ofUnrelatedViews_showsNoInformation() {
        Random random = new Random(3);
        float[] values = new float[200 * 2 * 8];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i % 8 == 0 ? 1 : 0) + 0.1f * (float) random.nextGaussian();
        }
        Path z = temp.resolve("unrelated.npy");
        NpyFile.write(z, values, new int[] {200, 2, 8});
        JsonNode found = mmcr("quality", z, "--json").json();
        String text = mmcr("quality", z).out();
        for (String key : new String[] {"infonce", "mi_lower_bound"}) {
            boolean none = found.at("/" + key + "/value").asDouble() <= 0;
            assertThat(text).as(key).containsPattern(none ? key + " +none shown\\R" : key + " +[0-9.]+  \\[");
        }
        assertThat(found.at("/mi_lower_bound/value").asDouble()).isNegative();
    }

    @Test
    void quality_ofARun_measuresItsEmbeddingsOrFeatures() throws IOException {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 24, 1);
        Path run = temp.resolve("run");
        mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp));
        JsonNode embeddings = mmcr("quality", run, "--data", pictures, "--resamples", 4, "--json")
                .json();
        assertThat(embeddings.get("pictures").asInt()).isEqualTo(48);
        assertThat(embeddings.get("views").asInt()).isEqualTo(4);
        assertThat(embeddings.get("dimension").asInt()).isEqualTo(3);
        JsonNode written =
                new ObjectMapper().readTree(run.resolve("quality.json").toFile());
        assertThat(written.get("rankme")).isEqualTo(embeddings.get("rankme"));
        assertThat(run.resolve("report.html")).content().contains("\"quality\":{\"pictures\":48");
        // The same as embedding the views first.
        Path z = temp.resolve("z.npy");
        mmcr("embed", run, "--data", pictures, "--views", 4, "--out", z);
        assertThat(mmcr("quality", z, "--views", 4, "--resamples", 4, "--json")
                        .json()
                        .get("rankme"))
                .isEqualTo(embeddings.get("rankme"));
        CliRun features = mmcr(
                "quality",
                run,
                "--data",
                pictures,
                "--layer",
                "features",
                "--pictures",
                20,
                "--views",
                2,
                "--out",
                temp.resolve("f"));
        assertThat(features.out()).contains("20 pictures, 2 views of each, 24 dimensions", "rankme", "view_capacity");
        assertThat(temp.resolve("f/report.html")).content().contains("measured without labels");
        mmcr("export", run, "--format", "safetensors", "--out", temp.resolve("e.safetensors"));
        JsonNode file = mmcr(
                        "quality",
                        "--encoder",
                        temp.resolve("e.safetensors"),
                        "--data",
                        pictures,
                        "--out",
                        temp.resolve("g"),
                        "--json")
                .json();
        assertThat(file.get("dimension").asInt()).isEqualTo(24);
    }

    @Test
    void provenance_ofARunAndItsQuality_namesSeedAndInputs() throws IOException {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 24, 1);
        Path run = temp.resolve("run");
        mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--set", "seed=3");
        JsonNode trained = new ObjectMapper().readTree(run.resolve("run.json").toFile());
        assertThat(trained.at("/provenance/seed").asInt()).isEqualTo(3);
        JsonNode made = mmcr("quality", run + "/", "--data", pictures, "--resamples", 4, "--json")
                .provenance();
        assertThat(made.path("seed").asText()).isEqualTo("0");
        assertThat(made.path("inputs").findValuesAsText("location"))
                .containsExactly(run.toString(), pictures.toString());
        assertThat(made.at("/inputs/0/fingerprint").asText())
                .isEqualTo(FileFingerprint.of(TrainedModel.load(RunDirectory.open(run))));
    }

    @Test
    void quality_ofCollapsedEmbeddings_saysWhatMeansNothing() {
        float[] values = new float[100 * 2 * 6];
        Arrays.fill(values, 0.25f);
        Path z = temp.resolve("constant.npy");
        NpyFile.write(z, values, new int[] {100, 2, 6});
        JsonNode found = mmcr("quality", z, "--json").json();
        assertThat(found.at("/rankme/value").asDouble()).isCloseTo(1, within(1e-4));
        assertThat(found.has("nesum")).isFalse();
        assertThat(found.get("cautions").findValuesAsText("measure"))
                .contains("nesum", "lidar", "view_capacity", "intrinsic_dimension");
        assertThat(mmcr("quality", z).out()).contains("- nesum: all rows are equal");
    }

    @Test
    void quality_wrongInput_isOneLine() {
        Path z = write("z.npy", 10, 2, 4);
        mmcr("quality").assertIsWrongUsage("mmcr quality z.npy");
        mmcr("quality", temp).assertIsWrongUsage("--data DATA");
        mmcr("quality", temp.resolve("none.npy")).assertFailsWithOneLine("none.npy");
        mmcr("quality", z, "--views", 3).assertIsWrongUsage("--views 2");
        mmcr("quality", z, "--layer", "features").assertIsWrongUsage("--layer");
        mmcr("quality", z, "--skip-columns", "id").assertIsWrongUsage("--skip-columns");
        mmcr("quality", z, "--resamples", 1).assertIsWrongUsage("found 1");
        // Before anything is read.
        mmcr("quality", temp.resolve("no-run"), "--data", temp.resolve("no-data"), "--resamples", 1)
                .assertIsWrongUsage("found 1");
        mmcr("quality", z, "--data", temp, "--views", 0).assertIsWrongUsage("--views");
        mmcr("quality", "--encoder", z).assertIsWrongUsage("--data DATA");
        float[] values = new float[40];
        values[17] = Float.NaN;
        NpyFile.write(temp.resolve("nan.npy"), values, new int[] {10, 4});
        mmcr("quality", temp.resolve("nan.npy"), "--views", 2).assertFailsWithOneLine("NaN in row 4");
        NpyFile.write(temp.resolve("empty.npy"), new float[0], new int[] {0, 2, 5});
        mmcr("quality", temp.resolve("empty.npy")).assertFailsWithOneLine("found 0");
    }

    private Path write(String name, int pictures, int views, int dimension) {
        Random random = new Random(2);
        float[] z = new float[pictures * views * dimension];
        for (int n = 0; n < pictures; n++) {
            for (int d = 0; d < dimension; d++) {
                float centre = (float) random.nextGaussian();
                for (int k = 0; k < views; k++) {
                    z[(n * views + k) * dimension + d] = centre + 0.2f * (float) random.nextGaussian();
                }
            }
        }
        NpyFile.write(temp.resolve(name), z, new int[] {pictures, views, dimension});
        return temp.resolve(name);
    }
}
