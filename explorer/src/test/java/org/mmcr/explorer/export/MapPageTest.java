package org.mmcr.explorer.export;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.report.browser.Chromium;
import org.mmcr.report.browser.Look;
import org.mmcr.report.browser.WatchedPage;

/** The page of the map, opened from the disk. */
@Tag("long")
class MapPageTest {
    private static final List<String> HOSTILE = List.of(
            "</script><script>window.ran = 1</script>",
            "<!--<script>",
            "<img src=x onerror='window.ran = 2'>",
            "\" onmouseover=\"window.ran = 3",
            "${window.ran = 4}",
            "{{script}}");

    private static Chromium chromium;

    @TempDir
    Path folder;

    @BeforeAll
    static void launch() {
        chromium = Chromium.launch();
    }

    @AfterAll
    static void close() {
        if (chromium != null) {
            chromium.close();
        }
    }

    private Page open(WatchedPage watched, MapPage saved) throws IOException {
        Path file = Files.writeString(folder.resolve("map.html"), saved.html());
        watched.page().navigate(file.toUri().toString());
        watched.page().locator("canvas[data-ready=yes]").waitFor();
        return watched.page();
    }

    @Test
    void page_ofHostileNames_showsThemAsTextAndRunsNone() throws Exception {
        MapPage saved = new DrawnPictures(HOSTILE, HOSTILE).page();
        try (WatchedPage watched = chromium.page(Look.WIDE)) {
            List<String> requests = new CopyOnWriteArrayList<>();
            watched.page().onRequest(request -> requests.add(request.url()));
            Page page = open(watched, saved);
            Locator entries = page.locator(".legend .entry");
            assertThat(entries).hasCount(HOSTILE.size());
            for (int i = 0; i < HOSTILE.size(); i++) {
                assertThat(entries.nth(i)).containsText(HOSTILE.get(i));
                page.locator("#search").fill(HOSTILE.get(i));
                assertThat(page.locator("[role=status]")).hasText("1 of 6 shown");
                page.locator("canvas[data-ready=yes]").press("ArrowRight");
                assertThat(page.locator(".tip strong")).hasText(HOSTILE.get(i));
            }
            assertThat(page.locator("script")).hasCount(3);
            assertThat(page.evaluate("() => window.ran")).isNull();
            assertThat(requests).allMatch(address -> address.startsWith("file:") || address.startsWith("data:"));
            watched.assertNoTrouble();
        }
    }

    /** The policy in the page, without which the escape of the data would be the only defence. */
    @Test
    void page_itsPolicy_allowsNoOtherScriptAndNoRequest() throws Exception {
        try (WatchedPage watched = chromium.page(Look.WIDE)) {
            Page page = open(watched, new DrawnPictures(HOSTILE, HOSTILE).page());
            page.evaluate("""
                    () => {
                      const script = document.createElement("script");
                      script.textContent = "window.ran = 5";
                      document.body.append(script);
                      document.body.setAttribute("onclick", "window.ran = 6");
                      document.body.click();
                    }""");
            assertThat(page.evaluate("() => window.ran")).isNull();
            assertThat(page.evaluate("() => fetch('data:,x').then(() => 'sent', () => 'refused')"))
                    .isEqualTo("refused");
        }
    }

    /** The pictures are of one grey level each; the picture before and the one behind have others. */
    @Test
    void thumbnails_ofSeveralSheets_areThoseOfTheirPictures() throws Exception {
        List<String> names =
                IntStream.range(0, 2000).mapToObj(i -> "picture " + i).toList();
        DrawnPictures pictures = new DrawnPictures(names, List.of("one"));
        try (WatchedPage watched = chromium.page(Look.WIDE)) {
            Page page = open(watched, pictures.page());
            assertThat(page.locator("main")).containsText("thumbnails of 64 x 64 pixels");
            for (int index : new int[] {1, 1023, 1024, 1999}) {
                page.locator("#search").fill("picture " + index);
                page.locator("canvas[data-ready=yes]").press("Escape");
                page.locator("canvas[data-ready=yes]").press("ArrowRight");
                int expected = DrawnPictures.level(named(page));
                page.waitForCondition(() -> Math.abs(level(page) - expected) < 4);
            }
            watched.assertNoTrouble();
        }
    }

    /** The level in the middle of the thumbnail that is shown, 0 before it is drawn. */
    private static int level(Page page) {
        return ((Number) page.evaluate("""
                () => {
                  const copy = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
                  copy.drawImage(document.querySelector(".tip canvas"), 30, 30, 1, 1, 0, 0, 1, 1);
                  return copy.getImageData(0, 0, 1, 1).data[1];
                }""")).intValue();
    }

    /** The index of the picture that is shown. */
    private static int named(Page page) {
        return Integer.parseInt(page.locator(".tip strong").textContent().replace("picture ", ""));
    }

    @Test
    void page_ofTooManyPicturesForThumbnails_saysSo() throws Exception {
        int many = ThumbnailSheets.MOST_PICTURES + 1;
        List<String> names =
                IntStream.range(0, many).mapToObj(i -> "picture " + i).toList();
        MapPage saved = new DrawnPictures(names, List.of("one", "two")).page();
        String words = "no thumbnails, which are left out of pages of more than 29,127 pictures";
        assertThat(saved.message()).isEqualTo("map.html: 29,128 pictures, " + words);
        try (WatchedPage watched = chromium.page(Look.PHONE_DARK)) {
            Page page = open(watched, saved);
            assertThat(page.locator("main")).containsText(words);
            page.locator("canvas[data-ready=yes]").press("ArrowRight");
            assertThat(page.locator(".tip")).containsText("picture ");
            assertThat(page.locator(".tip canvas")).hasCount(0);
            watched.assertNoTrouble();
        }
    }

    @Test
    void page_namesTheDataWithoutItsFolders() {
        assertThat(new DrawnPictures(HOSTILE, HOSTILE).page().html())
                .contains("\"data\":\"drawn\"")
                .doesNotContain("someone");
    }
}
