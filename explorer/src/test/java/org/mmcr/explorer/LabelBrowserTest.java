package org.mmcr.explorer;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Labels on their way to the server: while it is away, starts, or is slow. */
@Tag("long")
class LabelBrowserTest {
    private static final String LABELS = "**/api/labels";

    @RegisterExtension
    static final ExplorerBrowser BROWSER = new ExplorerBrowser();

    private static Page label() {
        Page page = BROWSER.go("label");
        page.locator("#view-label .question-picture img").waitFor();
        return page;
    }

    private static void give(Page page, String label) {
        page.locator("#new-label").fill(label);
        page.keyboard().press("Enter");
    }

    private static void giveAAndB(Page page) {
        for (String name : new String[] {"a", "b"}) {
            give(page, name);
            assertThat(page.locator("#view-label .history")).containsText("Last: 1 × " + name);
        }
        assertThat(page.locator("#confirm")).hasText("Confirm all 48 here as predicted");
    }

    /** Selects the one picture that has the label {@code a} once it, and no prediction, is shown. */
    private static void selectTheOneLabelledA(Page page) {
        page.locator("#what").selectOption("labelled");
        Locator cards = page.locator("#view-label .grid.small .card");
        assertThat(cards).hasCount(1);
        cards.click();
    }

    /** Deletes the labels of a test. */
    @AfterEach
    void deleteLabels() {
        Page page = label();
        Locator rename = page.getByLabel(Pattern.compile("^Rename or merge .+"));
        while (rename.count() > 0) {
            int before = rename.count();
            rename.first().click();
            ExplorerBrowser.button(page, "Delete label").click();
            assertThat(rename).hasCount(before - 1);
        }
    }

    @Test
    void label_whileTheServerIsAway_isSentLater() {
        Page page = label();
        page.context().setOffline(true);
        give(page, "kept");
        assertThat(page.locator("#waiting")).containsText("1 action kept");
        page.context().setOffline(false);
        assertThat(page.locator("#view-label .labels")).containsText("kept");
        assertThat(page.locator("#waiting")).isEmpty();
    }

    /** A proxy whose server is down, and a server that still loads. */
    @Test
    void label_whileTheServerCannotAnswerYet_isSentLater() {
        for (int status : new int[] {502, 503}) {
            Page page = label();
            page.route(LABELS, route -> route.fulfill(new Route.FulfillOptions().setStatus(status)));
            give(page, "kept" + status);
            assertThat(page.locator("#waiting")).containsText("1 action kept");
            page.unroute(LABELS);
            assertThat(page.locator("#view-label .labels")).containsText("kept" + status);
            assertThat(page.locator("#waiting")).isEmpty();
        }
    }

    @Test
    void label_givenWhileAKeptOneIsBeingSent_isNotLost() {
        Page page = label();
        page.context().setOffline(true);
        give(page, "first");
        assertThat(page.locator("#waiting")).containsText("1 action kept");
        List<Route> held = new ArrayList<>();
        page.route(LABELS, held::add);
        page.context().setOffline(false);
        page.waitForCondition(() -> held.size() == 1);
        give(page, "second");
        assertThat(page.locator("#waiting")).containsText("2 actions kept");
        page.unroute(LABELS);
        held.get(0).abort();
        assertThat(page.locator("#view-label .labels")).containsText("first");
        assertThat(page.locator("#view-label .labels")).containsText("second");
        assertThat(page.locator("#waiting")).isEmpty();
    }

    @Test
    void undo_whileAKeptAnswerIsBeingSent_waitsUntilItHasArrived() {
        Page page = label();
        page.context().setOffline(true);
        give(page, "slow");
        assertThat(page.locator("#waiting")).containsText("1 action kept");
        List<Route> held = new ArrayList<>();
        page.route(LABELS, held::add);
        page.context().setOffline(false);
        page.waitForCondition(() -> held.size() == 1);
        page.locator("main").focus();
        page.keyboard().press("u");
        assertThat(page.locator("#toast")).containsText("being sent");
        page.unroute(LABELS);
        held.get(0).resume();
        assertThat(page.locator("#view-label .labels")).containsText("slow");
        page.keyboard().press("u");
        assertThat(page.locator("#toast")).containsText("Undone: 1 × slow");
        assertThat(page.locator("#view-label .labels")).not().containsText("slow");
    }

    /** Applies a label action as another tab does. */
    private static void elsewhere(Page page, String action) {
        page.evaluate(
                "body => fetch('api/labels', {method: 'POST', headers: {'Content-Type': 'application/json'}, body})",
                action);
    }

    @Test
    void undo_ofAnEqualActionElsewhere_leavesTheAnswerOfThisPage() {
        Page page = label();
        Locator picture = page.locator("#view-label .question-picture img");
        Matcher answered = Pattern.compile("Picture (\\d+),.*").matcher(picture.getAttribute("alt"));
        assertThat(answered.matches()).isTrue();
        String first = answered.group(1);
        give(page, "cat");
        assertThat(page.locator("#view-label .labels")).containsText(Pattern.compile("cat\\s*1"));
        String other = first.equals("0") ? "1" : "0";
        elsewhere(page, "{\"action\":\"assign\",\"pictures\":[" + other + "],\"label\":\"cat\"}");
        assertThat(page.locator("#view-label .labels")).containsText(Pattern.compile("cat\\s*2"));
        page.locator("main").focus();
        page.keyboard().press("u");
        assertThat(page.locator("#toast")).containsText("Undone: 1 × cat");
        assertThat(page.locator("#view-label .labels")).containsText(Pattern.compile("cat\\s*1"));
        assertThat(page.locator("#view-label .grid.small .card")).hasCount(1);
        assertThat(picture).not().hasAttribute("alt", answered.group());
        page.keyboard().press("u");
        assertThat(page.locator("#view-label .labels")).not().containsText("cat");
        assertThat(picture).hasAttribute("alt", answered.group());
    }

    @Test
    void delete_ofALabelThatWasMergedAwayMeanwhile_isRefused() {
        Page page = label();
        for (String name : new String[] {"old", "kept"}) {
            give(page, name);
            assertThat(page.locator("#view-label .history")).containsText("Last: 1 × " + name);
        }
        page.getByLabel("Rename or merge old").click();
        elsewhere(page, "{\"action\":\"merge\",\"label\":\"old\",\"into\":\"kept\"}");
        assertThat(page.locator("#view-label .labels")).containsText(Pattern.compile("kept\\s*2"));
        ExplorerBrowser.button(page, "Delete label").click();
        assertThat(page.locator("#view-label > .problem")).containsText("There is no label 'old'");
        assertThat(page.locator("#view-label .labels")).containsText(Pattern.compile("kept\\s*2"));
    }

    @Test
    void delete_ofALabelWhosePicturesAreSelected_unselectsThem() {
        Page page = label();
        giveAAndB(page);
        selectTheOneLabelledA(page);
        Locator selected = page.locator("#view-label .card[aria-pressed=true]");
        assertThat(selected).hasCount(1);
        page.getByLabel("Rename or merge a").click();
        ExplorerBrowser.button(page, "Delete label").click();
        assertThat(page.locator("#toast")).containsText("a deleted; Undo restores it.");
        assertThat(selected).hasCount(0);
        page.locator("main").focus();
        page.keyboard().press("u");
        assertThat(page.locator("#view-label .labels")).containsText(Pattern.compile("a\\s*1"));
    }

    @Test
    void confirmation_ofAllHere_leavesOutWhatWasLabelledSinceTheyWereShown() {
        Page page = label();
        giveAAndB(page);
        page.context().setOffline(true);
        page.locator("#view-label .grid.small .card").first().click();
        page.locator("#correct").selectOption("b");
        page.locator("#give").click();
        assertThat(page.locator("#waiting")).containsText("1 action kept");
        assertThat(page.locator("#confirm")).hasText("Confirm all 47 here as predicted");
        // It is sent, and the pictures with their predictions have not come anew.
        page.route("**/api/predictions?*", route -> route.fulfill(new Route.FulfillOptions().setStatus(504)));
        page.context().setOffline(false);
        assertThat(page.locator("#waiting")).isEmpty();
        assertThat(page.locator("#confirm")).hasText("Confirm all 47 here as predicted");
        page.unroute("**/api/predictions?*");
    }

    @Test
    void zoom_byItsKey_opensAndCloses() {
        Page page = label();
        page.locator("main").focus();
        page.keyboard().press("z");
        assertThat(page.locator("dialog.zoom")).isVisible();
        page.keyboard().press("z");
        assertThat(page.locator("dialog.zoom")).hasCount(0);
    }

    /** A second key before the answer to the first one is for the next picture, so it waits for it. */
    @Test
    void key_whileAnAnswerIsOnItsWay_givesNoSecondLabel() {
        Page page = label();
        give(page, "one");
        assertThat(page.locator("#view-label .history")).containsText("Last: 1 × one");
        List<Route> held = new ArrayList<>();
        page.route(LABELS, held::add);
        page.locator("main").focus();
        page.keyboard().press("1");
        page.keyboard().press("1");
        page.keyboard().press("s");
        page.waitForCondition(() -> held.size() == 1);
        held.get(0).resume();
        assertThat(page.locator("#view-label .labels")).containsText(Pattern.compile("one\\s*2"));
        assertThat(held).hasSize(1);
        page.unroute(LABELS);
    }

    /** With the keyboard, a choice passes every label on its way. */
    @Test
    void correction_ofAPrediction_isGivenByTheButtonAlone() {
        Page page = label();
        giveAAndB(page);
        assertThat(page.locator("#view-label .labels li")).hasCount(2);
        selectTheOneLabelledA(page);
        page.locator("#correct").focus();
        page.keyboard().press("ArrowDown");
        page.keyboard().press("ArrowDown");
        assertThat(page.locator("#correct")).hasValue("b");
        page.locator("#give").click();
        assertThat(page.locator("#toast")).containsText("1 picture labelled b");
        assertThat(page.locator("#view-label .card[aria-pressed=true]")).hasCount(0);
    }
}
