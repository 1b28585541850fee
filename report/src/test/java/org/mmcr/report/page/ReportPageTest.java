package org.mmcr.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.train.run.PretrainConfig;

@Tag("long")
class ReportPageTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Pattern EMBEDDED =
            Pattern.compile("<script type=\"application/json\" id=\"document\">(.*?)</script>", Pattern.DOTALL);

    @TempDir
    private Path temp;

    @Test
    void write_run_embedsTheDocumentsAsTheyAre() throws IOException {
        Path run = HostileRun.write(temp.resolve("run"), 40, 60);
        JsonNode entry = embedded(ReportPage.write(run)).at("/entries/0");
        for (String document : List.of("run", "analysis", "capacity", "picture_sample")) {
            assertThat(entry.get(document))
                    .as(document)
                    .isEqualTo(MAPPER.readTree(
                            run.resolve(document.replace('_', '-') + ".json").toFile()));
        }
        JsonNode written = MAPPER.readTree(run.resolve("evaluation.json").toFile());
        JsonNode shown = entry.get("evaluation");
        assertThat(shown.at("/subjects/0/protocols/2")).isEqualTo(written.at("/subjects/0/protocols/2"));
        for (String at : List.of(
                "/subjects/0/protocols/0/score/top1",
                "/subjects/1/protocols/2/score/top1",
                "/subjects/2/protocols/0/settings",
                "/test/location")) {
            assertThat(shown.at(at)).as(at).isEqualTo(written.at(at));
        }
        assertThat(shown.at("/subjects/1/protocols/2/score").has("confusion")).isFalse();
        assertThat(entry.get("config").asText()).isEqualTo(Files.readString(run.resolve("config.yaml")));
        assertThat(entry.at("/metrics/step")).hasSize(40);
        assertThat(entry.at("/metrics/loss/39").asDouble()).isEqualTo(-150);
        assertThat(entry.at("/metrics/percent_error/39").asDouble()).isCloseTo(0.2, within(1e-9));
        assertThat(entry.at("/step/samples").asInt()).isEqualTo(256);
        assertThat(entry.at("/settings/model.projector.widths").asText()).contains("128");
    }

    /** JavaScript rounds integers above 2^53. */
    @Test
    void write_runWithALargeSeed_hasAllItsDigitsAsText() throws IOException {
        Path run = HostileRun.write(temp.resolve("run"), 10, 4);
        Path file = run.resolve("run.json");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("\"seed\":0,", "\"seed\":9007199254740993,")
                        .replace("\"seed\":5,", "\"seed\":-9007199254740995,"));
        JsonNode shown = embedded(ReportPage.write(run)).at("/entries/0/run");
        assertThat(shown.get("seed").textValue()).isEqualTo("9007199254740993");
        assertThat(shown.at("/provenance/seed").textValue()).isEqualTo("-9007199254740995");
    }

    @Test
    void write_runWithAccumulation_hasTheSamplesOfAStep() throws IOException {
        Path run = HostileRun.write(temp.resolve("run"), 10, 4);
        Files.writeString(
                run.resolve("config.yaml"),
                PretrainConfig.defaults().with("accumulate", "3").toYaml());
        assertThat(embedded(ReportPage.write(run)).at("/entries/0/step/samples").asInt())
                .isEqualTo(768);
    }

    @Test
    void write_again_isTheSamePage() throws IOException {
        Path run = HostileRun.write(temp.resolve("run"), 10, 4);
        String first = Files.readString(ReportPage.write(run));
        assertThat(ReportPage.write(run)).content().isEqualTo(first);
    }

    @Test
    void write_everything_needsNoNetworkAndIsSmall() throws IOException {
        Path page = ReportPage.write(HostileRun.write(temp.resolve("run"), 20_000, 1500));
        assertThat(Files.size(page)).isLessThan(5_000_000);
        String html = Files.readString(page);
        assertThat(embedded(page).at("/entries/0/metrics/step").size()).isBetween(1000, Curves.POINTS);
        assertThat(EMBEDDED.matcher(html).replaceAll(""))
                .doesNotContainPattern("(?i)(src|href|action|url|import)\\s*[=(]\\s*[\"']?\\s*(https?:)?//")
                .contains("default-src 'none'");
    }

    @Test
    void write_measurements_embedsTheirFiguresButNothingBeyondTheFolder() throws IOException {
        Path folder = Files.createDirectory(temp.resolve("sphere"));
        Files.writeString(temp.resolve("secret.svg"), "<svg/>");
        Files.writeString(folder.resolve("own.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>");
        Files.writeString(
                folder.resolve("sphere.json"),
                "{\"uniform_percent_error\":0.1,\"outcomes\":[],\"files\":[\"own.svg\",\"own.png\",\"../secret.svg\"]}");
        JsonNode entry = embedded(ReportPage.write(folder)).at("/entries/0");
        assertThat(entry.get("figures")).hasSize(1);
        assertThat(entry.at("/figures/0/name").asText()).isEqualTo("own");
        assertThat(entry.at("/figures/0/image").asText()).startsWith("data:image/svg+xml");
        Files.writeString(folder.resolve("own.png"), "tiny");
        JsonNode again = embedded(ReportPage.write(folder)).at("/entries/0");
        assertThat(again.at("/figures/0/image").asText()).startsWith("data:image/png");
    }

    @Test
    void of_severalRuns_comparesThemWithoutPictures() throws IOException {
        Path first = HostileRun.write(temp.resolve("a/run"), 10, 4);
        Path second = HostileRun.write(temp.resolve("b/run"), 20, 4);
        Path page = ReportPage.of(List.of(first, second), temp.resolve("new/comparison"));
        JsonNode entries = embedded(page).get("entries");
        assertThat(entries).hasSize(2);
        assertThat(entries.findValues("picture_sample")).isEmpty();
        assertThat(entries.at("/1/metrics/step")).hasSize(20);
    }

    @Test
    void write_nothingToShow_reportsWhatWasExpected() throws IOException {
        assertThatThrownBy(() -> ReportPage.write(temp))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("found nothing");
        assertThatThrownBy(() -> ReportPage.write(temp.resolve("none")))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("nothing at");
        Files.writeString(temp.resolve("capacity.json"), "{\"capacity\":");
        assertThatThrownBy(() -> ReportPage.write(temp))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("capacity.json");
        assertThat(temp.resolve("report.html")).doesNotExist();
    }

    @Test
    void write_damagedDocument_isOneLineThatNamesIt() throws IOException {
        Path run = HostileRun.write(temp.resolve("run"), 10, 4);
        for (String[] damage : new String[][] {
            {"evaluation.json", "{}"},
            {"analysis.json", "{}"},
            {"capacity.json", "[]"},
            {"layers.json", ""},
            {"run.json", "{\"machine\":"},
            {"picture-sample.json", "null"},
            {"config.yaml", ""},
            {"metrics.jsonl", "{\"step\":1,\"lo\n{\"step\":2}\n"},
            {"epochs.jsonl", "\n"}
        }) {
            Path file = run.resolve(damage[0]);
            byte[] whole = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
            Files.writeString(file, damage[1]);
            assertThatThrownBy(() -> ReportPage.write(run))
                    .isInstanceOf(MmcrException.class)
                    .message()
                    .hasLineCount(1)
                    .contains(damage[0]);
            Files.write(file, whole);
        }
    }

    static JsonNode embedded(Path page) throws IOException {
        Matcher found = EMBEDDED.matcher(Files.readString(page));
        assertThat(found.find()).isTrue();
        return MAPPER.readTree(found.group(1));
    }
}
