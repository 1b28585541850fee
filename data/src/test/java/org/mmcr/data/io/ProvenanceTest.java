package org.mmcr.data.io;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvenanceTest {
    private static final Provenance.Machine MACHINE = new Provenance.Machine("processor", 2, "os", "jdk");

    @TempDir
    private Path temp;

    private Path run;

    @BeforeEach
    void begin() throws IOException {
        run = Files.createDirectories(temp.resolve("run"));
        List<String> files = List.of(run + "/", temp.resolve("none").toString());
        Provenance.begin(new Provenance.Call("1", "mmcr test --seed 5", files, MACHINE));
    }

    private static JsonNode block() throws IOException {
        return new ObjectMapper().readTree(Json.document(Map.of("a", 1))).path(Provenance.KEY);
    }

    @Test
    void seed_isThatWhichTheCommandDrawsWith() throws IOException {
        assertThat(block().has("seed")).as("a seed on the command line alone").isFalse();
        assertThat(Provenance.line()).doesNotContain("; seed");
        Provenance.seeded(7);
        assertThat(block().path("seed").asInt()).isEqualTo(7);
        assertThat(Provenance.line()).contains("mmcr test --seed 5; seed 7; " + run);
    }

    @Test
    void run_givenWithASlash_isOneInput() throws IOException {
        assertThat(block().path("inputs").findValuesAsText("location")).containsExactly(run + "/");
        Provenance.opened(run.toString(), "0123456789abcdef");
        assertThat(block().path("inputs").findValuesAsText("location")).containsExactly(run.toString());
        assertThat(block().at("/inputs/0/fingerprint").asText()).isEqualTo("0123456789abcdef");
    }
}
