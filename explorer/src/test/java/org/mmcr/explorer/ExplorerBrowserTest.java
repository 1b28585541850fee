package org.mmcr.explorer;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.explorer.http.PublicOrigin;
import org.mmcr.report.browser.Look;
import org.mmcr.report.browser.WatchedPage;
import org.mmcr.train.run.RunDirectory;

/** The pages of the explorer in a browser. Each test checks the console afterwards. */
@Tag("long")
class ExplorerBrowserTest {
    /** The background of the page in light and in dark colours. */
    private static final String LIGHT = "rgb(251, 251, 250)";

    private static final String DARK = "rgb(20, 22, 26)";

    /** The background of the map in light and in dark colours. */
    private static final int LIGHT_CARD = 0xffffff;

    private static final int DARK_CARD = 0x1c1f25;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @RegisterExtension
    static final ExplorerBrowser BROWSER = new ExplorerBrowser();

    @Test
    void everyView_inEveryLook_loadsQuietlyAndIsAccessible() {
        for (Look look : Look.all()) {
            try (WatchedPage one = BROWSER.chromium().page(look)) {
                Page page = one.page();
                page.navigate(BROWSER.explorer().address() + "#training");
                page.locator("#view-training .u-over").first().waitFor();
                assertAccessible(one, look);
                page.navigate(BROWSER.explorer().address() + "#map");
                ExplorerBrowser.drawn(page, "map");
                assertAccessible(one, look);
                page.navigate(BROWSER.explorer().address() + "#neighbours/5");
                assertThat(page.locator("#view-neighbours .card:visible")).hasCount(48);
                assertAccessible(one, look);
                page.navigate(BROWSER.explorer().address() + "#sphere");
                ExplorerBrowser.drawn(page, "sphere");
                assertAccessible(one, look);
                page.navigate(BROWSER.explorer().address() + "#label");
                page.locator("#view-label .question-picture img").waitFor();
                assertAccessible(one, look);
                page.navigate(BROWSER.explorer().address() + "#curation");
                page.locator("#view-curation .pair img").first().waitFor();
                assertAccessible(one, look);
                one.assertNoTrouble();
            }
        }
    }

    /** Colours and widths are tried in two combinations of the four: the checker takes its time. */
    private static void assertAccessible(WatchedPage page, Look look) {
        if (look.equals(Look.WIDE) || look.equals(Look.PHONE_DARK)) {
            page.assertAccessible();
        }
    }

    @Test
    void training_linesWrittenWhileItIsOpen_arrive() throws Exception {
        Page page = BROWSER.go("training");
        Locator loss = page.getByRole(AriaRole.IMG, new GetByRoleOptions().setName(Pattern.compile("^Loss")));
        assertThat(loss).hasAttribute("aria-label", Pattern.compile("at step 40"));
        Path metrics = BROWSER.run().run().resolve("metrics.jsonl");
        List<String> lines = Files.readAllLines(metrics);
        String next = lines.get(lines.size() - 1).replace("\"step\":40", "\"step\":41");
        Files.writeString(metrics, next + "\n", StandardOpenOption.APPEND);
        assertThat(loss).hasAttribute("aria-label", Pattern.compile("at step 41"));
        // A resumed run cuts its file back first.
        Files.write(metrics, lines.subList(0, 30));
        assertThat(loss).hasAttribute("aria-label", Pattern.compile("at step 30"));
        Files.write(metrics, lines);
        assertThat(loss).hasAttribute("aria-label", Pattern.compile("at step 40"));
        BROWSER.watched().assertNoTrouble();
    }

    @Test
    void colours_chosen_redrawTheMapAndSurviveAReload() throws IOException {
        Page page = BROWSER.go("map");
        assertThat(drawnFraction(page, LIGHT_CARD)).isGreaterThan(0.5);
        ExplorerBrowser.button(page, "Colours: system. Switch to dark.").click();
        assertThat(page.locator("body")).hasCSS("background-color", DARK);
        assertThat(drawnFraction(page, DARK_CARD)).isGreaterThan(0.5);
        page.reload();
        assertThat(drawnFraction(page, DARK_CARD)).isGreaterThan(0.5);
        assertThat(page.locator("body")).hasCSS("background-color", DARK);
        ExplorerBrowser.button(page, "Colours: dark. Switch to light.").click();
        assertThat(page.locator("body")).hasCSS("background-color", LIGHT);
        BROWSER.watched().assertNoTrouble();
    }

    /** Returns the fraction of a colour on the map, once it is drawn again. */
    private static double drawnFraction(Page page, int rgb) throws IOException {
        ExplorerBrowser.drawn(page, "map");
        page.evaluate("() => new Promise(requestAnimationFrame)");
        return MapScreen.fraction(page, rgb);
    }

    @Test
    void colours_backToTheSystem_followIt() {
        Page page = BROWSER.go("training");
        Locator body = page.locator("body");
        page.locator("#view-training .u-over").first().waitFor();
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        assertThat(body).hasCSS("background-color", DARK);
        ExplorerBrowser.button(page, "Colours: system. Switch to light.").click();
        page.reload();
        assertThat(body).hasCSS("background-color", LIGHT);
        ExplorerBrowser.button(page, "Colours: light. Switch to dark.").click();
        ExplorerBrowser.button(page, "Colours: dark. Switch to system.").click();
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        assertThat(body).hasCSS("background-color", LIGHT);
        BROWSER.watched().assertNoTrouble();
    }

    @Test
    void header_onAPhone_holdsEveryViewAndTheColours() {
        try (WatchedPage one = BROWSER.chromium().page(Look.PHONE)) {
            Page page = one.page();
            page.navigate(BROWSER.explorer().address() + "#training");
            page.locator("nav a[href='#curation']").waitFor();
            assertThat(ExplorerBrowser.button(page, "Colours: system. Switch to dark."))
                    .isInViewport();
            assertThat(page.evaluate("""
                    () => [".top", "nav"].map(name => document.querySelector(name))
                      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).length"""))
                    .as("parts of the header whose content is wider")
                    .isEqualTo(0);
            one.assertNoTrouble();
        }
    }

    /** The event that tells the page of a decision comes a little after the answer to it. */
    @Test
    void curation_undoRightAfterADecision_revertsThatOne() {
        Page page = BROWSER.go("curation");
        Locator path = page.locator("#view-curation .pair figcaption strong").first();
        String decided = path.textContent();
        page.locator("main").focus();
        page.keyboard().press("c");
        assertThat(path).not().hasText(decided);
        page.keyboard().press("u");
        assertThat(page.locator("#toast")).containsText("Undone: duplicate of " + decided);
        assertThat(path).hasText(decided);
        BROWSER.watched().assertNoTrouble();
    }

    @ParameterizedTest
    @CsvSource({
        "sphere, **/api/sphere, canvas[data-ready=yes]",
        "map, **/api/points, .legend .entry",
        "map, **/api/column/given, .legend .entry",
        "curation, **/api/curation*, .pair img",
    })
    void view_thatCouldNotBeLoaded_isLoadedWhenItIsShownAgain(String view, String address, String content) {
        Page page = BROWSER.go("label");
        page.route(address, route -> route.fulfill(new Route.FulfillOptions().setStatus(504)));
        page.locator("nav a[href='#" + view + "']").click();
        Locator problem = page.locator("#view-" + view + " > .problem");
        assertThat(problem).isVisible();
        page.unroute(address);
        page.locator("nav a[href='#label']").click();
        page.locator("nav a[href='#" + view + "']").click();
        assertThat(page.locator("#view-" + view + " " + content).first()).isVisible();
        assertThat(problem).hasCount(0);
    }

    @Test
    void links_byTabAndEnter_reachEveryView() {
        Page page = BROWSER.go("training");
        page.locator("#view-training .runs li").first().waitFor();
        page.keyboard().press("Tab");
        page.keyboard().press("Enter"); // the skip link leaves the view as it is
        assertThat(page.locator("main")).isFocused();
        assertThat(page.locator("#view-training")).isVisible();
        page.locator(".skip").focus();
        for (String view : List.of("training", "map", "neighbours", "sphere", "label", "curation")) {
            page.keyboard().press("Tab");
            page.keyboard().press("Enter");
            assertThat(page.locator("#view-" + view)).isVisible();
        }
        BROWSER.watched().assertNoTrouble();
    }

    @Test
    void neighbours_ownPictureAndOneThatIsNone_areAnswered() throws Exception {
        Page page = BROWSER.go("neighbours");
        Path picture;
        try (Stream<Path> files = Files.walk(BROWSER.run().pictures())) {
            picture = files.filter(path -> path.toString().endsWith(".png"))
                    .findFirst()
                    .orElseThrow();
        }
        Locator file = page.locator("#own-picture");
        file.setInputFiles(picture);
        assertThat(page.locator("#view-neighbours .card:visible")).hasCount(48);
        assertThat(page.locator("#view-neighbours .card:visible span").first()).containsText("1.000");
        BROWSER.watched().assertNoTrouble();
        file.setInputFiles(new FilePayload("note.png", "image/png", "no picture".getBytes(StandardCharsets.UTF_8)));
        assertThat(page.locator("#view-neighbours .empty")).containsText("not a picture");
        assertThat(file).hasValue(""); // the same file can be chosen again

        // An answer that comes after another picture was asked for is left aside.
        List<Route> held = new ArrayList<>();
        page.route("**/api/neighbours?n=48", held::add);
        file.setInputFiles(picture);
        page.waitForCondition(() -> held.size() == 1);
        page.evaluate("() => (location.hash = '#neighbours/7')"); // without loading the page again
        assertThat(page.locator("#view-neighbours .query img")).hasAttribute("src", "api/picture/7?size=large");
        page.waitForResponse("**/api/neighbours?n=48", () -> held.get(0).resume());
        page.evaluate("() => new Promise(requestAnimationFrame)");
        assertThat(page.locator("#view-neighbours .query img")).hasAttribute("src", "api/picture/7?size=large");
    }

    @Test
    void startPage_openedAsAFile_leadsToThePageWithoutTheTokenInItsAddress() throws Exception {
        Page page = BROWSER.watched().page();
        page.navigate(BROWSER.explorer().writeStartPage().toUri().toString());
        page.waitForURL("http://127.0.0.1:" + BROWSER.explorer().port() + "/");
        page.locator("#view-training .u-over").first().waitFor();
        page.reload();
        page.locator("#view-training .u-over").first().waitFor();
        BROWSER.watched().assertNoTrouble();
    }

    @Test
    void pages_behindAPrefix_loadAndFollowEvents() throws Exception {
        ExploredRun own = ExploredRun.in(folder.resolve("proxied"));
        try (PrefixProxy proxy = new PrefixProxy();
                Explorer proxied = Explorer.start(new ExploreOptions(
                        List.of(RunDirectory.open(own.run())),
                        Optional.of(own.pictures().toString()),
                        "127.0.0.1",
                        0,
                        Optional.of(PublicOrigin.parse(proxy.address())),
                        1,
                        0))) {
            proxy.target(proxied.port());
            Page page = BROWSER.watched().page();
            page.navigate(proxied.address() + "#training");
            page.waitForURL(proxy.address() + "/#training");
            page.locator("#view-training .u-over").first().waitFor();
            page.navigate(proxy.address() + "/#map");
            ExplorerBrowser.drawn(page, "map");
            page.navigate(proxy.address() + "/#sphere");
            ExplorerBrowser.drawn(page, "sphere");
            page.navigate(proxy.address() + "/#label");
            page.locator("#view-label .question-picture img").waitFor();
            page.locator("#new-label").fill("proxied");
            page.keyboard().press("Enter");
            assertThat(page.locator("#view-label .labels li")).containsText("proxied");
            BROWSER.watched().assertNoTrouble();
        }
    }

    @Test
    void otherServerGone_isReported() {
        Explorer other = BROWSER.run().explore(); // the labels are in use: this one shows what it can
        Page page = BROWSER.watched().page();
        page.navigate(other.address() + "#label");
        assertThat(page.locator("#view-label .failed")).containsText("in use by another mmcr explore");
        other.close();
        assertThat(page.locator("#connection")).containsText("not connected");
    }
}
