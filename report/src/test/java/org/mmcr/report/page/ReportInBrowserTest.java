package org.mmcr.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Media;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.data.io.Json;
import org.mmcr.report.browser.Chromium;
import org.mmcr.report.browser.Look;
import org.mmcr.report.browser.WatchedPage;

/** The page in a browser. */
@Tag("long")
class ReportInBrowserTest {
    @TempDir
    private static Path temp;

    private static Chromium chromium;
    private static Path single;
    private static Path comparison;
    private static Path rows;

    @BeforeAll
    static void launch() throws IOException {
        chromium = Chromium.launch();
        Path first = HostileRun.write(temp.resolve("first"), 60, 80);
        Path second = HostileRun.write(temp.resolve("second"), 40, 8);
        single = ReportPage.write(first);
        rows = ReportPage.write(HostileRun.writeRows(temp.resolve("rows"), 80));
        comparison = ReportPage.of(List.of(first, second), temp.resolve("comparison"));
    }

    @AfterAll
    static void close() {
        if (chromium != null) {
            chromium.close();
        }
    }

    static List<Look> looks() {
        return Look.all();
    }

    @ParameterizedTest
    @MethodSource("looks")
    void page_everyLook_isDrawnAccessibleAndAsksForNothing(Look look) {
        for (Path file : List.of(single, comparison, rows)) {
            try (WatchedPage watched = chromium.page(look)) {
                List<String> requests = new ArrayList<>();
                watched.page().onRequest(request -> requests.add(request.url()));
                open(watched, file);
                watched.assertNoTrouble();
                // Two of the four combinations of colour and width: the checker takes seconds.
                if (look.equals(Look.WIDE) || look.equals(Look.PHONE_DARK)) {
                    watched.assertAccessible();
                }
                assertThat(requests)
                        .allMatch(url -> url.startsWith("data:")
                                || url.equals(file.toUri().toString()));
                assertThat(watched.page().evaluate("document.documentElement.scrollWidth <= innerWidth"))
                        .as("no sideways scrolling")
                        .isEqualTo(true);
            }
        }
    }

    @Test
    void page_hostileNames_areOnlyText() {
        for (Path file : List.of(single, comparison, rows)) {
            try (WatchedPage watched = chromium.page(Look.WIDE)) {
                open(watched, file);
                assertThat(watched.page().evaluate("window.harmed === undefined"))
                        .isEqualTo(true);
                assertThat(watched.page()
                                .locator("img[src='x'], main script, main b")
                                .count())
                        .isZero();
                assertThat(watched.page().locator("main").textContent()).contains("A note with <b>markup</b>");
            }
        }
        try (WatchedPage watched = chromium.page(Look.WIDE)) {
            open(watched, single);
            assertThat(watched.page().locator("table.confusion").textContent())
                    .contains(HostileRun.CLOSING, HostileRun.MARKUP, HostileRun.LINES);
        }
    }

    @Test
    void page_qualityAlone_showsEveryMeaningWholeAndEachCautionOnce() throws IOException {
        Path folder = Files.createDirectories(temp.resolve("quality"));
        Files.writeString(folder.resolve("quality.json"), """
                {"pictures": 200, "views": 4, "dimension": 128,
                 "rankme": {"value": 95.2, "ci95": [91.2, 99.2]}, "lidar": {"value": 68.9, "ci95": [64.7, 73.1]},
                 "view_capacity": {"value": 0.557, "ci95": [0.546, 0.569]},
                 "cautions": [{"measure": "rankme", "text": "few"}, {"measure": "lidar", "text": "few"}]}""");
        Path file = ReportPage.of(List.of(folder), folder);
        try (WatchedPage watched = chromium.page(Look.WIDE)) {
            open(watched, file, "table.measures");
            Page page = watched.page();
            assertThat(page.locator("table.measures tbody td:last-child").last().innerText())
                    .isEqualTo("pictures per dimension that a read-out separates in spite of their views");
            assertThat(page.evaluate("(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)"
                            + "(document.querySelector('.scroll:has(.measures)'))"))
                    .as("pixels of the table that are cut off")
                    .isEqualTo(0);
            assertThat(page.locator("ul.cautions li").allInnerTexts()).containsExactly("RankMe, LiDAR: few.");
        }
    }

    @Test
    void page_seriesOfFilesOfOneName_hasTheChangeOfEach() throws IOException {
        Path folder = Files.createDirectories(temp.resolve("series"));
        Files.writeString(folder.resolve("series.json"), """
                {"over": "condition", "seconds": 1, "conditions": [
                 {"condition": "x.h5#day1/rates", "capacity": 0.1, "radius": 1, "dimension": 2},
                 {"condition": "x.h5#day2/rates", "capacity": 0.3, "radius": 1, "dimension": 2},
                 {"condition": "x.h5#day3/rates", "capacity": 0.6, "radius": 1, "dimension": 2}],
                 "differences": [
                 {"condition": "x.h5#day2/rates", "figures": {"capacity": {"value": 0.2, "ci95": [0.1, 0.3]}}},
                 {"condition": "x.h5#day3/rates", "figures": {"capacity": {"value": 0.5, "ci95": [0.4, 0.6]}}}]}""");
        String cells = "table:has(caption:text-is('Each condition')) tbody ";
        try (WatchedPage watched = chromium.page(Look.WIDE)) {
            open(watched, ReportPage.write(folder), cells + "th");
            assertThat(watched.page().locator(cells + "th").allInnerTexts())
                    .containsExactly("x.h5#day1/rates", "x.h5#day2/rates", "x.h5#day3/rates");
            assertThat(watched.page().locator(cells + "td:last-child").allInnerTexts())
                    .containsExactly("", "0.200 [0.100, 0.300]", "0.500 [0.400, 0.600]");
        }
    }

    @Test
    void page_fineTunedRun_namesTheLabelsThatItSaw() throws IOException {
        Path run = HostileRun.write(temp.resolve("tuned"), 10, 4);
        Map<String, String> words = Map.of(
                "all", "all labels",
                "10%", "10% of the labels of each class",
                "1-per-class", "1 label of each class",
                "labels.csv", "the labels of labels.csv");
        for (Map.Entry<String, String> given : words.entrySet()) {
            String document = """
                    {"labels": "LABELS", "draws": 1, "test": {"pictures": 27}, "rows": [
                     {"name": "finetuned", "title": "fine-tuned", "top1": 0.9, "top1_std": 0, "draws": [0.9]}]}""";
            Files.writeString(run.resolve("finetuning.json"), document.replace("LABELS", given.getKey()));
            try (WatchedPage watched = chromium.page(Look.WIDE)) {
                open(watched, ReportPage.write(run));
                assertThat(watched.page().locator("main").textContent())
                        .contains("Fine-tuned with " + given.getValue() + ", the encoder classifies 90.0 % of 27 ")
                        .doesNotContain("saw no label");
            }
        }
    }

    @Test
    void page_runsWithDifferentTestData_areNotRanked() throws IOException {
        Path one = HostileRun.write(temp.resolve("one"), 10, 4);
        Path other = HostileRun.write(temp.resolve("other"), 10, 4);
        ObjectNode evaluation = Json.tree(other.resolve("evaluation.json"));
        evaluation.withObject("/test").put("location", "elsewhere").put("fingerprint", "g");
        Files.writeString(other.resolve("evaluation.json"), evaluation.toString());
        ObjectNode analysis = Json.tree(other.resolve("analysis.json")).put("mi_lower_bound", -3.2);
        Files.writeString(other.resolve("analysis.json"), analysis.toString());
        Path unlike = ReportPage.of(List.of(one, other), temp.resolve("unlike"));
        try (WatchedPage watched = chromium.page(Look.WIDE)) {
            open(watched, unlike);
            assertThat(watched.page().locator("td.best").count()).isZero();
            assertThat(watched.page().locator("main").textContent())
                    .contains("the test data differ", "elsewhere", "no information shown");
        }
        try (WatchedPage watched = chromium.page(Look.WIDE)) {
            open(watched, comparison);
            assertThat(watched.page().locator("td.best").count()).isPositive();
        }
    }

    /** A lower bound of information at or below zero shows nothing. */
    @Test
    void page_infonceWhileTraining_isDrawnAboveZeroAlone() throws IOException {
        Path run = HostileRun.write(temp.resolve("negative"), 10, 4);
        for (String last : List.of("-0.2", "0.7")) {
            Files.writeString(
                    run.resolve("quality.jsonl"),
                    "{\"step\":1,\"infonce\":-0.5,\"rankme\":3}\n{\"step\":9,\"infonce\":" + last + ",\"rankme\":4}\n");
            try (WatchedPage watched = chromium.page(Look.WIDE)) {
                open(watched, ReportPage.write(run));
                assertThat(watched.page()
                                .locator("[aria-label='InfoNCE while training against step; the last value is 0.700.']")
                                .count())
                        .isEqualTo(last.equals("0.7") ? 1 : 0);
                assertThat(watched.page()
                                .locator("figure h3:text-is('InfoNCE while training')")
                                .count())
                        .isEqualTo(last.equals("0.7") ? 1 : 0);
                watched.assertNoTrouble();
            }
        }
    }

    @Test
    void page_numbers_areThoseOfTheDocument() {
        try (WatchedPage watched = chromium.page(Look.WIDE)) {
            open(watched, single);
            Page page = watched.page();
            assertThat(page.locator("table:has(caption:text-is('Top-1 accuracy')) tbody tr")
                            .allInnerTexts())
                    .containsExactly(
                            "kNN 200\t77.8 %\t44.4 %\t55.6 %",
                            "kNN 20\t66.7 %\t44.4 %\t55.6 %", "linear\t88.9 %\t33.3 %\t100.0 %");
            assertThat(page.locator("td.best").allInnerTexts()).containsExactly("77.8 %", "66.7 %", "100.0 %");
            assertThat(page.locator("main").textContent()).contains("kNN 20: a protocol (ridge 0.00001316, k 20,");
            assertThat(page.locator("table.confusion tbody td").allInnerTexts())
                    .containsExactly("8", "1", "", "", "8", "1", "1", "", "8");
            assertThat(page.locator("figure:has(table.confusion) .key li").allInnerTexts())
                    .containsExactly("5 % of the row", "25 % of the row", "50 % of the row", "100 % of the row");
            assertThat(page.locator("h2").allInnerTexts())
                    .containsExactly(
                            "Diagnostics",
                            "Training",
                            "Accuracy",
                            "Geometry and information of the embeddings",
                            "Manifold capacity",
                            "Capacity of each layer",
                            "Pictures",
                            "Provenance");
            assertThat(page.locator("table:has(caption:text-is('How each document was made')) tbody")
                            .textContent())
                    .contains(HostileRun.MARKUP, "seed 5");
            assertThat(page.locator("figure h3").allInnerTexts())
                    .containsSubsequence(
                            "Percent error", "Loss", "Mean squared centroid norm", HostileRun.MARKUP, "Alignment");
            assertThat(page.locator(".tiles").first().innerText())
                    .contains("linear accuracy", "88.9 %", "loss", "-150.000", "training", "61 s", "views seen")
                    .doesNotContain("percent error", "effective rank");
            assertThat(page.locator("ul.cautions").first().textContent())
                    .contains("A <b>collapse</b>. Lower the rate.");
            assertThat(page.locator("main").innerText()).contains("Of 2 of the 3 classes, with up to ");
            assertThat(page.locator(".chart canvas").count()).isEqualTo(10);
            Locator theory = page.locator("details:has(h3:text-is('Singular spectrum'))");
            assertThat(theory.locator("h3, .facts").first().isVisible()).isFalse();
            theory.locator("summary").click();
            theory.locator(".chart canvas").waitFor();
            assertThat(theory.innerText()).contains("Nuclear norm", "Percent error");
            assertThat(page.locator("table:has(caption:text-is('Each layer')) tbody th")
                            .allInnerTexts())
                    .containsExactly(HostileRun.MARKUP);
            assertThat(page.locator("li:has(strong:text-is('two manifolds, after'))")
                            .textContent())
                    .contains("(" + HostileRun.MARKUP + "): only two classes");
        }
    }

    @Test
    void page_map_respondsToThePointerAndTheKeyboard() {
        try (WatchedPage watched = chromium.page(Look.WIDE)) {
            open(watched, single);
            Page page = watched.page();
            page.locator(".map canvas[data-drawn='umap pictures']").waitFor();
            Object pictures = pixels(page);
            page.locator("input[value='dots']").focus();
            page.keyboard().press("Space");
            page.locator(".map canvas[data-drawn='umap dots']").waitFor();
            assertThat(pixels(page)).isNotEqualTo(pictures);
            page.locator(".map canvas").hover();
            page.locator(".pointed canvas").waitFor();
            assertThat(page.locator(".pointed").textContent()).contains(HostileRun.MARKUP);
            watched.assertNoTrouble();
        }
    }

    @Test
    void page_rowsOfATable_haveAMapAndNeighboursInWords() {
        try (WatchedPage watched = chromium.page(Look.WIDE)) {
            open(watched, rows);
            Page page = watched.page();
            page.locator(".map canvas[data-drawn='umap dots']").waitFor();
            page.locator("input[value='pca']").check();
            page.locator(".map canvas[data-drawn='pca dots']").waitFor();
            assertThat(page.locator("input[value='pictures'], .strip").count()).isZero();
            page.locator(".map canvas").hover();
            assertThat(page.locator(".pointed").textContent()).contains(HostileRun.MARKUP);
            assertThat(page.locator("table.words td").first().textContent())
                    .contains(HostileRun.LINES.strip() + " 0.90", "0.80");
            watched.assertNoTrouble();
        }
    }

    @Test
    void page_printed_isLightInEveryColourScheme() throws IOException {
        try (WatchedPage watched = chromium.page(Look.WIDE_DARK)) {
            open(watched, single);
            watched.page().emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
            assertThat(watched.page().evaluate("getComputedStyle(document.documentElement).backgroundColor"))
                    .isEqualTo("rgb(255, 255, 255)");
            byte[] pdf = watched.page().pdf();
            assertThat(pdf.length).isGreaterThan(20_000);
            assertThat(new String(pdf, 0, 5, java.nio.charset.StandardCharsets.US_ASCII))
                    .isEqualTo("%PDF-");
        }
    }

    private static Object pixels(Page page) {
        return page.evaluate("document.querySelector('.map canvas').toDataURL()");
    }

    private static void open(WatchedPage watched, Path file) {
        open(watched, file, ".chart canvas");
    }

    /** Opens a page and waits for a part of it. */
    private static void open(WatchedPage watched, Path file, String part) {
        assertThat(Files.exists(file)).isTrue();
        watched.page().navigate(file.toUri().toString());
        // The page's policy forbids evaluated strings, so waitForFunction would fail; locators need none.
        watched.page().locator(part).first().waitFor();
    }
}
