package org.mmcr.explorer;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.mmcr.report.browser.Look;
import org.mmcr.report.browser.WatchedPage;

/**
 * The charts beside the map, in a browser. The score of a picture is its index; the last ten have none. There are
 * thirty pictures of each class, in the order of their names, so that the second class has scores of 30 to 59.
 */
@Tag("long")
class FieldChartsBrowserTest {
    @RegisterExtension
    static final ExplorerBrowser BROWSER = new ExplorerBrowser();

    private static Page open(WatchedPage watched) {
        Page page = watched.page();
        page.navigate(BROWSER.explorer().address() + "#map");
        ExplorerBrowser.drawn(page, "map");
        page.getByLabel("Charts", new Page.GetByLabelOptions().setExact(true))
                .first()
                .check();
        assertThat(bar(page, "class ring")).isVisible();
        assertThat(page.locator(".field-charts > .quiet"))
                .hasText("No chart of name, which has 300 values. No chart of folder, which is that of class.");
        return page;
    }

    private static Page open() {
        return open(BROWSER.watched());
    }

    /** The bar whose name begins so. */
    private static Locator bar(Page page, String name) {
        return page.locator(".field-charts button.bar[aria-label^='" + name + ":']");
    }

    private static void assertBar(Page page, String name, String count, boolean pressed) {
        assertThat(bar(page, name)).hasAttribute("aria-label", name + ": " + count);
        assertThat(bar(page, name)).hasAttribute("aria-pressed", String.valueOf(pressed));
    }

    private static double width(Page page, String name) {
        return bar(page, name).locator(".now").boundingBox().width;
    }

    @Test
    void bar_clicked_addsItsTermAndShrinksTheBarsOfOthersAndASecondClickTakesItOut() {
        Page page = open();
        Locator query = page.locator("#map-search");
        Locator count = page.locator("#view-map .filter [role=status]");
        query.fill("score>=20 or score<3");
        assertThat(count).hasText("273 of 300 shown");
        assertBar(page, "part first half", "133 of 150 shown", false);
        double all = width(page, "part first half");
        bar(page, "score 40 to 60").click();
        assertThat(query).hasValue("(score>=20 or score<3) score>=40 score<60");
        assertThat(count).hasText("20 of 300 shown");
        assertBar(page, "score 40 to 60", "20 of 20 shown", true);
        assertBar(page, "score 0 to 20", "3 of 20 if chosen", false);
        assertBar(page, "part first half", "20 of 150 shown", false);
        assertBar(page, "part second half", "0 of 140 shown", false);
        assertThat(width(page, "part first half")).isCloseTo(all * 20 / 133, within(1.0));
        bar(page, "score 40 to 60").click();
        assertThat(query).hasValue("score>=20 or score<3");
        assertThat(count).hasText("273 of 300 shown");
        assertBar(page, "part first half", "133 of 150 shown", false);
        BROWSER.watched().assertNoTrouble();
    }

    @Test
    void bars_ofSeveralCharts_areEachUnderTheChoicesOfTheOthers() {
        Page page = open();
        Locator query = page.locator("#map-search");
        bar(page, "part first half").click();
        assertThat(query).hasValue("part:\"first half\"");
        bar(page, "score 140 to 160").focus();
        page.keyboard().press("Enter");
        assertThat(query).hasValue("part:\"first half\" score>=140 score<160");
        assertBar(page, "score 140 to 160", "10 of 20 shown", true);
        assertBar(page, "score 160 to 180", "0 of 20 if chosen", false);
        assertBar(page, "score 120 to 140", "20 of 20 if chosen", false);
        assertBar(page, "part second half", "10 of 140 if chosen", false);
        bar(page, "score 120 to 140").focus();
        page.keyboard().press("Space");
        assertThat(query).hasValue("part:\"first half\" score>=120 score<160");
        bar(page, "score 200 to 220").click();
        bar(page, "part second half").click();
        assertThat(query)
                .hasValue("(part:\"first half\" or part:\"second half\")"
                        + " (score>=120 score<160 or score>=200 score<220)");
        assertThat(page.locator("#view-map .filter [role=status]")).hasText("60 of 300 shown");
        query.fill("score>=130 " + query.inputValue());
        assertThat(page.locator("#view-map .filter [role=status]")).hasText("50 of 300 shown");
        assertBar(page, "score 120 to 140", "10 of 20 shown", true);
        assertBar(page, "score 100 to 120", "0 of 20 if chosen", false);
        ExplorerBrowser.button(page, "Clear score").click();
        assertThat(query).hasValue("score>=130 (part:\"first half\" or part:\"second half\")");
        query.fill("part:\"second half\"");
        assertBar(page, "part second half", "140 of 140 shown", false);
        assertBar(page, "part first half", "0 of 150 shown", false);
        BROWSER.watched().assertNoTrouble();
    }

    @Test
    void bars_underTheLegendAndNewLabels_followBoth() throws Exception {
        ExplorerClient client = new ExplorerClient(BROWSER.explorer());
        Page page = open();
        page.locator("#view-map .legend .entry", new Page.LocatorOptions().setHasText("ring"))
                .click();
        assertBar(page, "class ring", "30 of 30 shown", false);
        assertBar(page, "class cross", "0 of 30 shown", false);
        assertThat(bar(page, "label counted")).hasCount(0);
        client.act("{\"action\":\"assign\",\"pictures\":[0,1,2],\"label\":\"counted\"}");
        assertBar(page, "label counted", "0 of 3 shown", false);
        client.act("{\"action\":\"undo\"}");
        assertThat(bar(page, "label counted")).hasCount(0);
        BROWSER.watched().assertNoTrouble();
    }

    @Test
    void histogram_draggedOver_choosesTheRange() {
        Page page = open();
        bar(page, "score 20 to 40").scrollIntoViewIfNeeded();
        BoundingBox from = bar(page, "score 20 to 40").boundingBox();
        BoundingBox to = bar(page, "score 60 to 80").boundingBox();
        page.mouse().move(from.x + from.width / 2, from.y + 10);
        page.mouse().down();
        page.mouse().move(to.x + to.width / 2, to.y + 30);
        page.mouse().up();
        assertThat(page.locator("#map-search")).hasValue("score>=20 score<80");
        assertBar(page, "score 40 to 60", "20 of 20 shown", true);
        bar(page, "score 20 to 40").click();
        assertThat(page.locator("#map-search")).hasValue("score>=40 score<80");
        BROWSER.watched().assertNoTrouble();
    }

    @Test
    void charts_inEveryLook_areAccessibleAndFitTheWindow() {
        for (Look look : Look.all()) {
            try (WatchedPage watched = BROWSER.chromium().page(look)) {
                Page page = open(watched);
                bar(page, "score 40 to 60").click();
                assertBar(page, "score 40 to 60", "20 of 20 shown", true);
                watched.assertAccessible();
                assertThat((Boolean) page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"))
                        .as(look.toString())
                        .isTrue();
                watched.assertNoTrouble();
            }
        }
    }
}
