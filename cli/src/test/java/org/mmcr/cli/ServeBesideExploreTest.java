package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code serve --classifier labels} beside {@code explore} on one run: the server follows the labels that the explorer
 * writes, and neither disturbs the other.
 */
@Tag("long")
class ServeBesideExploreTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path temp;

    private Path pictures;
    private MmcrProcess explore;
    private MmcrProcess serve;

    @BeforeEach
    void start() throws Exception {
        pictures = CliPictures.write(temp.resolve("pictures"), 12, 1);
        Path run = temp.resolve("run");
        CliRun trained = mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 2);
        assertThat(trained.code()).as(trained.err()).isZero();
        explore = MmcrProcess.start(temp, "explore", run, "--port", 0, "--json");
        serve = MmcrProcess.start(temp, "serve", run, "--port", 0, "--classifier", "labels", "--json");
        explore.await(() -> explore.out().strip().endsWith("}"));
        serve.await(() -> serve.out().strip().endsWith("}"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (MmcrProcess process : List.of(explore, serve)) {
            process.process().destroyForcibly().waitFor();
        }
    }

    @Test
    void labels_givenInTheExplorer_areServedWhileBothRun() throws Exception {
        explore.await(() -> label("assign\", \"pictures\": [0, 1, 2], \"label\": \"ball") == 200);
        assertThat(label("assign\", \"pictures\": [12, 13, 14], \"label\": \"box"))
                .isEqualTo(200);
        serve.await(() -> served().equals("ball"));
        for (String name : List.of("orb", "disc", "moon")) {
            assertThat(label("rename\", \"label\": \"" + lastName + "\", \"into\": \"" + name))
                    .isEqualTo(200);
            serve.await(() -> served().equals(name));
            lastName = name;
        }
        assertThat(serve.err()).doesNotContain("expected");
    }

    private String lastName = "ball";

    /** Sends an action on labels to the explorer and returns the status. */
    private int label(String action) throws IOException {
        return ExploreClient.send(ExploreClient.request(explore, "api/labels")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{\"action\": \"" + action + "\"}")))
                .statusCode();
    }

    /** The class of the first picture, or an empty text while there is none. */
    private String served() throws IOException {
        JsonNode server = JSON.readTree(serve.out());
        HttpResponse<String> answer = ExploreClient.send(HttpRequest.newBuilder(
                        URI.create(server.get("address").asText()).resolve("classes"))
                .header("Authorization", "Bearer " + server.get("token").asText())
                .header("Content-Type", "image/png")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofByteArray(Files.readAllBytes(pictures.resolve("round/000.png")))));
        return answer.statusCode() == 200
                ? JSON.readTree(answer.body()).at("/pictures/0/label").asText()
                : "";
    }
}
