package org.mmcr.explorer;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The filter of the map and of all pictures, in a browser. */
@Tag("long")
class MapFilterBrowserTest {
    @RegisterExtension
    static final ExplorerBrowser BROWSER = new ExplorerBrowser();

    @Test
    void filter_byFolderThenZoom_showsFewerPointsThenThumbnails() throws Exception {
        Page page = BROWSER.go("map");
        int all = MapScreen.coloured(page);
        page.locator("#map-search").fill("no such picture");
        assertThat(page.locator("#view-map .filter")).containsText("0 of 300 shown");
        page.evaluate("() => new Promise(requestAnimationFrame)");
        assertThat(MapScreen.coloured(page)).isLessThan(all / 10);
        ExplorerBrowser.button(page, "Show all").click();
        assertThat(page.locator("#view-map .filter")).not().containsText("shown");
        Locator entry = page.locator("#view-map .legend .entry").first();
        entry.click();
        assertThat(page.locator("#view-map .legend .entry").first()).hasAttribute("aria-pressed", "true");
        assertThat(page.locator("#view-map .filter")).containsText("30 of 300 shown");
        ExplorerBrowser.button(page, "Zoom in").click();
        ExplorerBrowser.button(page, "Zoom in").click();
        page.locator("#view-map .overlay img").first().waitFor();
        BROWSER.watched().assertNoTrouble();
    }

    /** The score of a picture is its index, and those of rings are not among the first three. */
    @Test
    void filter_byFields_showsThosePicturesAndSavesTheirList() throws Exception {
        Page page = BROWSER.go("map");
        int all = MapScreen.coloured(page);
        Locator count = page.locator("#view-map .filter [role=status]");
        page.locator("#map-search").fill("class:ring or (part:\"first half\" score<3)");
        assertThat(count).hasText("33 of 300 shown");
        page.evaluate("() => new Promise(requestAnimationFrame)");
        assertThat(MapScreen.coloured(page)).isBetween(1, all / 2);
        Download saved = page.waitForDownload(
                () -> ExplorerBrowser.button(page, "Save list").click());
        assertThat(saved.suggestedFilename()).isEqualTo("shown.csv");
        List<String> rows = Files.readAllLines(saved.path());
        assertThat(rows).hasSize(34);
        assertThat(rows.get(0)).startsWith("path,class");
        assertThat(rows.stream().filter(row -> row.startsWith("ring/"))).hasSize(30);
        page.locator("#view-map .legend .entry", new Page.LocatorOptions().setHasText("ring"))
                .click();
        assertThat(count).hasText("30 of 300 shown");
        page.locator("#view-map summary").click();
        assertThat(page.locator("#map-fields-help")).containsText("score (number), part");
        BROWSER.watched().assertAccessible();
        BROWSER.watched().assertNoTrouble();
    }

    /** The browser reports the refused request, so that the page's troubles are not asserted. */
    @Test
    void filter_byAWrongQuery_saysSoBesideTheFieldAndKeepsTheMap() {
        Page page = BROWSER.go("map");
        ExplorerBrowser.drawn(page, "map");
        Locator count = page.locator("#view-map .filter [role=status]");
        Locator problem = page.locator("#view-map .problem");
        page.locator("#map-search").fill("class:ring");
        assertThat(count).hasText("30 of 300 shown");
        page.locator("#map-search").fill("colour:red");
        assertThat(problem).containsText("Expected a field before :, found 'colour'");
        assertThat(problem).containsText("certainty, score, part");
        assertThat(count).hasText("30 of 300 shown");
        page.locator("#map-search").fill("class:ring score<0");
        assertThat(count).hasText("0 of 300 shown");
        assertThat(problem).hasCount(0);
        assertThat(ExplorerBrowser.button(page, "Save list")).isDisabled();
    }

    /** What has got a label no longer passes the filter "without a label". */
    @Test
    void filter_byLabel_followsTheLabelsThatAreGiven() {
        Page page = BROWSER.go("map");
        MapScreen.lasso(page, 0.02, 0.02, 0.5, 0.98);
        page.locator("#map-name").fill("followed");
        page.keyboard().press("Enter");
        assertThat(page.locator("#view-map .legend")).containsText("followed");
        page.locator("#map-label").selectOption("without a label");
        assertThat(page.locator("#view-map .filter")).containsText(Pattern.compile("[1-9]\\d* of 300 shown"));
        MapScreen.lasso(page, 0.01, 0.01, 0.99, 0.99);
        page.locator("#map-name").fill("followed");
        page.keyboard().press("Enter");
        assertThat(page.locator("#view-map .filter")).containsText("0 of 300 shown");
        page.navigate(BROWSER.explorer().address() + "#label");
        page.getByLabel("Rename or merge followed").click();
        ExplorerBrowser.button(page, "Delete label").click();
        assertThat(page.locator("#view-label .labels")).not().containsText("followed");
        BROWSER.watched().assertNoTrouble();
    }

    /** Labels are numbered in the order of their names, so that deleting one changes the numbers of others. */
    @Test
    void legend_entryThatIsChosen_staysChosenWhenLabelsAreDeletedAndRenamed() {
        Page page = BROWSER.go("map");
        MapScreen.lasso(page, 0.02, 0.02, 0.5, 0.98);
        page.locator("#map-name").fill("first");
        page.keyboard().press("Enter");
        assertThat(page.locator("#toast")).containsText("labelled first");
        page.locator("#map-label").waitFor(); // the filter's row grows by it, and the map moves
        MapScreen.lasso(page, 0.5, 0.02, 0.98, 0.98);
        page.locator("#map-name").fill("second");
        page.keyboard().press("Enter");
        assertThat(page.locator("#toast")).containsText("labelled second");
        Locator chosen = page.locator("#view-map .legend [aria-pressed=true]");
        page.locator("#view-map .legend button")
                .filter(new Locator.FilterOptions().setHasText("second"))
                .click();
        assertThat(chosen).containsText("second");
        page.locator("nav a[href='#label']").click();
        page.getByLabel("Rename or merge first").click();
        ExplorerBrowser.button(page, "Delete label").click();
        assertThat(page.locator("#view-label .labels")).not().containsText("first");
        page.locator("nav a[href='#map']").click();
        assertThat(chosen).containsText("second");
        page.locator("nav a[href='#label']").click();
        page.getByLabel("Rename or merge second").click();
        page.getByLabel("New name").fill("renamed");
        ExplorerBrowser.button(page, "Rename").click();
        assertThat(page.locator("#view-label .labels")).containsText("renamed");
        page.locator("nav a[href='#map']").click();
        assertThat(chosen).containsText("renamed");
        page.locator("nav a[href='#label']").click();
        page.getByLabel("Rename or merge renamed").click();
        ExplorerBrowser.button(page, "Delete label").click();
        assertThat(page.locator("#view-label .labels")).not().containsText("renamed");
        BROWSER.watched().assertNoTrouble();
    }

    @Test
    void filter_ofAllPictures_takesTheSameQueries() {
        Page page = BROWSER.go("neighbours");
        page.locator("#neighbour-search").fill("class:ring score>=0");
        Locator cards = page.locator("#view-neighbours a.card");
        assertThat(cards).hasCount(30);
        assertThat(cards.first()).hasAttribute("title", Pattern.compile("^ring/"));
        page.locator("#neighbour-search").fill("no such picture");
        assertThat(page.locator("#view-neighbours .empty")).hasText("No picture matches.");
        BROWSER.watched().assertNoTrouble();
    }
}
