package org.mmcr.explorer;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSources;
import org.mmcr.data.PictureSource;
import org.mmcr.report.browser.Look;
import org.mmcr.report.browser.WatchedPage;

/** The map saved as a page, and the page opened from the disk. */
@Tag("long")
class SavedMapBrowserTest {
    @RegisterExtension
    static final ExplorerBrowser BROWSER = new ExplorerBrowser();

    /** Waits until what has happened is painted. */
    private static final String FRAMES =
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))";

    @TempDir
    Path folder;

    /** Saves the page of a query's pictures, or of all. */
    private Path save(String query) {
        Page page = BROWSER.go("map");
        ExplorerBrowser.drawn(page, "map");
        if (!query.isEmpty()) {
            page.locator("#map-search").fill(query);
            assertThat(page.locator("#view-map .filter [role=status]")).containsText("of 300 shown");
        }
        Download saved = page.waitForDownload(
                () -> ExplorerBrowser.button(page, "Save page").click());
        assertThat(saved.suggestedFilename()).isEqualTo("map.html");
        assertThat(page.locator("#toast")).containsText("thumbnails of 96 x 96 pixels");
        Path file = folder.resolve("map.html");
        saved.saveAs(file);
        BROWSER.watched().assertNoTrouble();
        return file;
    }

    private static Page open(WatchedPage watched, Path file) {
        watched.page().navigate(file.toUri().toString());
        canvas(watched.page()).waitFor();
        return watched.page();
    }

    private static Locator canvas(Page page) {
        return page.locator("canvas[data-ready=yes]");
    }

    /** The pixels of the map that have a colour. */
    private static int coloured(Page page) throws IOException {
        page.evaluate(FRAMES);
        BufferedImage shown = ImageIO.read(new ByteArrayInputStream(canvas(page).screenshot()));
        return MapScreen.coloured(shown);
    }

    @Test
    void savedPage_everyLook_showsItsDotsAndFindsPictures() throws Exception {
        Path file = save("");
        for (Look look : Look.all()) {
            try (WatchedPage watched = BROWSER.chromium().page(look)) {
                Page page = open(watched, file);
                int all = coloured(page);
                assertThat(all).as(look.toString()).isGreaterThan(100);
                assertThat(page.locator("main")).containsText("300 pictures, thumbnails of 96 x 96 pixels");
                assertThat(page.locator("h1")).hasText("Map of pictures");
                page.locator("#search").fill("ring/");
                assertThat(page.locator("[role=status]")).hasText("30 of 300 shown");
                int rings = coloured(page);
                assertThat(rings).isBetween(1, all / 2);
                page.locator("#search").fill("");
                assertThat(page.locator("[role=status]")).hasText("");
                page.locator(".legend .entry").first().click();
                assertThat(page.locator("[role=status]")).hasText("30 of 300 shown");
                page.locator("#search").fill("first half");
                assertThat(page.locator("[role=status]")).hasText(Pattern.compile("(30|0) of 300 shown"));
                ExplorerBrowser.button(page, "Show all").click();
                watched.screenshot("saved-map-" + look);
                watched.assertAccessible();
                watched.assertNoTrouble();
            }
        }
    }

    @Test
    void savedPage_hoverAndZoom_showThumbnailsWithNamesAndValues() throws Exception {
        Path file = save("class:ring score>=0");
        try (WatchedPage watched = BROWSER.chromium().page(Look.WIDE)) {
            Page page = open(watched, file);
            assertThat(page.locator("main")).containsText("30 of 300 pictures");
            canvas(page).press("ArrowRight");
            Locator tip = page.locator(".tip");
            assertThat(tip.locator("strong")).hasText(Pattern.compile("^ring/"));
            assertThat(tip).containsText(Pattern.compile("score\\d+"));
            page.waitForCondition(() -> spread(tip.locator("canvas")) > 30);
            BoundingBox picture = tip.locator("canvas").boundingBox();
            assertThat(tip.locator("strong").boundingBox().y).isGreaterThanOrEqualTo(picture.y + picture.height);
            canvas(page).press("Escape");
            assertThat(tip).isHidden();
            hoverAPoint(page);
            assertThat(tip.locator("strong")).hasText(Pattern.compile("^ring/"));
            watched.screenshot("saved-map-hover");
            page.mouse().down();
            page.mouse().up();
            page.mouse().move(0, 0);
            assertThat(tip).isVisible(); // what was clicked or tapped stays
            canvas(page).press("Escape");
            for (int i = 0; i < 2; i++) {
                ExplorerBrowser.button(page, "Zoom in").click();
            }
            Locator thumbnail = page.locator(".overlay canvas").first();
            thumbnail.waitFor();
            page.waitForCondition(() -> spread(thumbnail) > 30);
            watched.assertNoTrouble();
        }
    }

    @Test
    void saveDataSet_ofAFilter_isAnArchiveOfItsPictures() throws Exception {
        Page page = BROWSER.go("map");
        ExplorerBrowser.drawn(page, "map");
        page.locator("#map-search").fill("class:ring score>=0");
        assertThat(page.locator("#view-map .filter [role=status]")).hasText("30 of 300 shown");
        Download saved = page.waitForDownload(
                () -> ExplorerBrowser.button(page, "Save data set").click());
        assertThat(saved.suggestedFilename()).isEqualTo("pictures.zip");
        assertThat(page.locator("#toast")).hasText("pictures.zip: 30 pictures");
        Path file = folder.resolve("pictures.zip");
        saved.saveAs(file);
        try (PictureSource read = DataSources.pictures(file.toString(), DataOptions.defaults())) {
            assertThat(read.size()).isEqualTo(30);
            assertThat(read.classNames()).containsExactly("ring");
        }
        page.locator("#map-search").fill("no such picture");
        assertThat(page.locator("#view-map .filter [role=status]")).hasText("0 of 300 shown");
        assertThat(ExplorerBrowser.button(page, "Save page")).isDisabled();
        assertThat(ExplorerBrowser.button(page, "Save data set")).isDisabled();
        BROWSER.watched().assertAccessible();
        BROWSER.watched().assertNoTrouble();
    }

    /** The range of the levels of a thumbnail; 0 for one that is empty. */
    private static int spread(Locator canvas) {
        return ((Number) canvas.evaluate("""
                canvas => {
                  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
                  copy.drawImage(canvas, 0, 0);
                  const levels = copy.getImageData(0, 0, canvas.width, canvas.height).data.filter((_, i) => i % 4 === 1);
                  return Math.max(...levels) - Math.min(...levels);
                }""")).intValue();
    }

    /** Moves the pointer over the map until it is on a point; the browser handles a move with its next frame. */
    private static void hoverAPoint(Page page) {
        BoundingBox box = canvas(page).boundingBox();
        for (int y = 12; y < box.height; y += 24) {
            for (int x = 12; x < box.width; x += 24) {
                page.mouse().move(box.x + x, box.y + y);
                page.evaluate(FRAMES);
                if (page.locator(".tip").isVisible()) {
                    return;
                }
            }
        }
    }
}
