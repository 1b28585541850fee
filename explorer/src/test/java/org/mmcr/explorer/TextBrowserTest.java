package org.mmcr.explorer;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.ContainsTextOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.report.browser.Chromium;
import org.mmcr.report.browser.Look;
import org.mmcr.report.browser.WatchedPage;

/** The search by description in a browser. */
@Tag("long")
class TextBrowserTest {
    @TempDir
    private Path folder;

    @Test
    void description_typed_showsTheBestMatchesWithTheirCosines() throws Exception {
        ExploredClip clip = ExploredClip.in(folder);
        try (Explorer explorer = clip.explore(clip.texts());
                Chromium chromium = Chromium.launch();
                WatchedPage watched = chromium.page(Look.WIDE)) {
            ExplorerClient client = new ExplorerClient(explorer);
            client.awaitReady();
            JsonNode best = new ObjectMapper()
                    .readTree(client.get("/api/text?text=a+red+ring").body())
                    .get("pictures");
            Page page = watched.page();
            page.navigate(explorer.address() + "#neighbours");
            Locator cards = page.locator("#view-neighbours .card:visible");
            assertThat(cards).hasCount(48);
            page.locator("#neighbour-text").fill("a red ring");
            Locator note =
                    page.locator("#view-neighbours [role=status]", new Page.LocatorOptions().setHasText("cosine"));
            assertThat(note).isVisible();
            for (int i : new int[] {0, 1, 47}) {
                JsonNode one = best.get(i);
                assertThat(cards.nth(i))
                        .hasAttribute(
                                "href",
                                "#neighbours/" + one.at("/about/picture").asInt());
                assertThat(cards.nth(i))
                        .containsText("%.3f".formatted(one.get("likeness").asDouble()));
            }
            assertThat(page.locator("#view-neighbours .pager")).containsText("1–48 of 60");
            watched.assertAccessible();
            page.locator("#neighbour-search").fill("class:ring");
            assertThat(cards).hasCount(6);
            page.locator("#neighbour-text").fill("ring ".repeat(9));
            assertThat(note).containsText("its first 18 tokens were read", new ContainsTextOptions());
            page.locator("#neighbour-text").fill("");
            assertThat(note).isHidden();
            watched.assertNoTrouble();
        }
    }

    @Test
    void description_withoutTheTokenizer_isReplacedByTheReason() throws Exception {
        ExploredClip clip = ExploredClip.in(folder);
        Files.delete(folder.resolve("tokenizer.json"));
        try (Explorer explorer = clip.explore(clip.texts());
                Chromium chromium = Chromium.launch();
                WatchedPage watched = chromium.page(Look.WIDE)) {
            Page page = watched.page();
            page.navigate(explorer.address() + "#neighbours");
            assertThat(page.locator("#view-neighbours .card:visible")).hasCount(48);
            assertThat(page.locator("#view-neighbours"))
                    .containsText("put tokenizer.json, or vocab.json and merges.txt");
            assertThat(page.locator("#neighbour-text").count()).isZero();
            watched.assertNoTrouble();
        }
    }
}
