package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.objective.linalg.OneDnn;

class ServeCommandTest {
    private static final String TOKEN = "0123456789abcdef";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path temp;

    @Test
    void serve_optionsThatDoNotFit_areWrongUsage() {
        mmcr("serve").assertIsWrongUsage("either RUN or --encoder FILE");
        mmcr("serve", temp, "--encoder", "x.onnx").assertIsWrongUsage("found both");
        mmcr("serve", temp, "--data", "x").assertIsWrongUsage("--data only with --classifier labels");
        mmcr("serve", "--encoder", "x.onnx", "--classifier", "probe").assertIsWrongUsage("expected a run");
        mmcr("serve", "--encoder", "x.onnx", "--classifier", "labels").assertIsWrongUsage("expected --data DATA");
        mmcr("serve", temp, "--queue", 0).assertIsWrongUsage("a queue of at least 1 picture");
        mmcr("serve", temp, "--port", 70000).assertIsWrongUsage("between 0 and 65535");
        mmcr("serve", temp, "--token", "short").assertIsWrongUsage("a token of at least 16");
        mmcr("serve", temp.resolve("none"), "--port", 0).assertFailsWithOneLine("expected a run's folder");
    }

    /** The whole way: a run, its probe and its features; then a process that answers as embed and evaluate do. */
    @Test
    @Tag("long")
    @EnabledOnOs(OS.LINUX)
    void serve_aRunWithProbeAndIndex_answersAsEmbedDoesAndEndsWith130() throws Exception {
        Path pictures = CliPictures.write(temp.resolve("pictures"), 12, 1);
        Path run = temp.resolve("run");
        mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 2);
        mmcr("evaluate", run, "--train", pictures, "--test", pictures, "--no-baselines");
        mmcr("embed", run, "--data", pictures, "--out", temp.resolve("x.npy"));
        mmcr("embed", run, "--data", pictures, "--out", temp.resolve("x.parquet"));
        MmcrProcess process = MmcrProcess.start(
                temp,
                Map.of("MMCR_TOKEN", TOKEN),
                "serve",
                run,
                "--port",
                0,
                "--classifier",
                "probe",
                "--index",
                temp.resolve("x.parquet"),
                "--json");
        process.await(() -> process.out().strip().endsWith("}"));
        JsonNode served = JSON.readTree(process.out());
        assertThat(process.out()).as("a secret that was given").doesNotContain(TOKEN);
        URI address = URI.create(served.get("address").asText());
        String first = Files.readAllLines(temp.resolve("x.csv")).get(1).split(",", -1)[0];
        byte[] picture = Files.readAllBytes(pictures.resolve(first));

        byte[] raw = post(address.resolve("features"), "application/octet-stream", picture);
        float[] features = new float[raw.length / Float.BYTES];
        ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(features);
        float[] embedded = NpyFiles.readFloats(temp.resolve("x.npy")).values();
        // Where oneDNN does not know the caches, the last digits depend on the size of the batch (decision 32).
        assertThat(Arrays.copyOf(embedded, features.length))
                .isNotEmpty()
                .containsExactly(features, within(OneDnn.knowsCaches() ? 0f : 1e-5f));
        JsonNode classes = JSON.readTree(post(address.resolve("classes"), "application/json", picture));
        assertThat(classes.at("/pictures/0/label").asText()).isIn("round", "square");
        JsonNode match = JSON.readTree(post(address.resolve("neighbours?n=1"), "*/*", picture))
                .at("/pictures/0/neighbours/0");
        assertThat(match.get("path").asText()).isEqualTo(first);
        assertThat(match.get("label").asText()).isEqualTo("round");

        process.signal("INT");
        assertThat(process.exitCode()).as(process.err()).isEqualTo(ExitCode.INTERRUPTED);
    }

    private static byte[] post(URI address, String accept, byte[] picture) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(address)
                                .header("Authorization", "Bearer " + TOKEN)
                                .header("Content-Type", "image/png")
                                .header("Accept", accept)
                                .POST(BodyPublishers.ofByteArray(picture))
                                .build(),
                        BodyHandlers.ofByteArray());
        assertThat(answer.statusCode())
                .as(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        return answer.body();
    }
}
