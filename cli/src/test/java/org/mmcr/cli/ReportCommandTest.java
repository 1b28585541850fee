package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.io.Provenance;

/** The page as the commands leave it. */
class ReportCommandTest {
    @TempDir
    private Path temp;

    private Path pictures;
    private Path run;

    @BeforeEach
    void pretrain() {
        pictures = CliPictures.write(temp.resolve("pictures"), 24, 1);
        run = temp.resolve("run");
        CliRun trained = mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp));
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.out()).contains(run.resolve("report.html").toString());
    }

    @Test
    void evaluate_page_holdsWhatJsonPrints() throws IOException {
        JsonNode beforehand = entry(run.resolve("report.html"));
        assertThat(beforehand.at("/metrics/step")).hasSize(6);
        assertThat(beforehand.has("evaluation")).isFalse();

        JsonNode printed = mmcr("evaluate", run, "--train", pictures, "--test", pictures, "--json")
                .json();
        ObjectNode shown = (ObjectNode) entry(run.resolve("report.html"));
        for (String at : new String[] {
            "/subjects/0/protocols/0/score/top1",
            "/subjects/1/protocols/2/score/top1",
            "/subjects/2/protocols/1/score/top1",
            "/subjects/0/protocols/2/score/confusion"
        }) {
            assertThat(printed.at(at).isMissingNode()).as(at).isFalse();
            assertThat(shown.path("evaluation").at(at)).as(at).isEqualTo(printed.at(at));
        }
        for (String part : new String[] {"analysis", "capacity"}) {
            ObjectNode document = shown.withObject("/" + part);
            assertThat(document.remove(Provenance.KEY).path("command").asText()).startsWith("mmcr evaluate ");
            assertThat(document).as(part).isEqualTo(printed.get(part));
        }
        assertThat(shown.at("/picture_sample/views/pictures")).hasSize(8);
        assertThat(shown.at("/picture_sample/neighbours/rows/0/nearest/0/similarity")
                        .asDouble())
                .isGreaterThan(0.999);
        assertThat(shown.at("/picture_sample/map/umap/x")).hasSize(48);
    }

    @Test
    void report_withoutTheData_makesTheSamePage() throws IOException {
        mmcr("evaluate", run, "--train", pictures, "--test", pictures, "--no-baselines");
        String page = Files.readString(run.resolve("report.html"));
        Files.delete(run.resolve("report.html"));
        Files.move(pictures, temp.resolve("gone"));
        JsonNode result = mmcr("report", run, "--json").json();
        assertThat(Path.of(result.get("page").asText())).content().isEqualTo(page);
    }

    @Test
    void evaluate_withoutPictures_keepsNone() throws IOException {
        mmcr("evaluate", run, "--train", pictures, "--test", pictures, "--no-baselines");
        assertThat(run.resolve("picture-sample.json")).exists();
        mmcr("evaluate", run, "--train", pictures, "--test", pictures, "--no-baselines", "--no-pictures");
        assertThat(run.resolve("picture-sample.json")).doesNotExist();
        assertThat(run.resolve("report.html")).content().doesNotContain("data:image/jpeg");
    }

    @Test
    void evaluate_whatTheSecondOneCannotMeasure_isOnThePageNoMore() throws IOException {
        mmcr("evaluate", run, "--train", pictures, "--test", pictures, "--no-baselines", "--no-pictures");
        assertThat(entry(run.resolve("report.html")).has("capacity")).isTrue();
        Path round = CliPictures.write(temp.resolve("other"), 4, 2).resolve("round");
        Path one = Files.createDirectories(temp.resolve("one"));
        Files.move(round, one.resolve("round"));
        CliRun second = mmcr("evaluate", run, "--train", pictures, "--test", one, "--no-baselines", "--no-pictures");
        assertThat(second.code()).as(second.err()).isZero();
        assertThat(run.resolve("capacity.json")).doesNotExist();
        assertThat(entry(run.resolve("report.html")).has("capacity")).isFalse();
    }

    @Test
    void report_wrongUse_isOneLine() {
        mmcr("report", run, run).assertIsWrongUsage("--out");
        mmcr("report", temp.resolve("none")).assertFailsWithOneLine("none");
        mmcr("report", pictures).assertFailsWithOneLine("found nothing");
        assertThat(mmcr("report").code()).isEqualTo(ExitCode.WRONG_USAGE);
        CliRun compared = mmcr("report", run, run, "--out", temp.resolve("both"));
        assertThat(compared.out())
                .contains(temp.resolve("both").resolve("report.html").toString());
    }

    private static JsonNode entry(Path page) throws IOException {
        String html = Files.readString(page);
        String opening = "id=\"document\">";
        int start = html.indexOf(opening) + opening.length();
        return new ObjectMapper()
                .readTree(html.substring(start, html.indexOf("</script>", start)))
                .at("/entries/0");
    }
}
