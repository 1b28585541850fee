package org.mmcr.explorer;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.report.browser.Chromium;
import org.mmcr.report.browser.Look;
import org.mmcr.report.browser.WatchedPage;
import org.mmcr.train.run.RunDirectory;

/** The Training view of three runs: which curves it shows. */
@Tag("long")
class TrainingBrowserTest {
    /** Steps of the second and third run; the first has 40. */
    private static final List<Integer> STEPS = List.of(30, 20);

    /** The colours of the second run. */
    private static final List<Integer> SECOND = List.of(0xd5, 0x5e, 0x00);

    private static final List<Integer> SECOND_DARK = List.of(0xf3, 0x6c, 0x2b);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static Chromium chromium;

    @SuppressWarnings("NullAway.Init")
    private static Explorer explorer;

    @BeforeAll
    static void start() throws IOException {
        chromium = Chromium.launch();
        ExploredRun first = ExploredRun.in(folder);
        List<RunDirectory> runs = List.of(
                RunDirectory.open(first.run()),
                RunDirectory.open(cutCopy(first.run(), "b,run", STEPS.get(0))),
                RunDirectory.open(cutCopy(first.run(), "c run", STEPS.get(1))));
        explorer = Explorer.start(new ExploreOptions(
                runs, Optional.of(first.pictures().toString()), "127.0.0.1", 0, Optional.empty(), 1, 0));
    }

    @AfterAll
    static void stop() {
        if (explorer != null) {
            explorer.close();
        }
        if (chromium != null) {
            chromium.close();
        }
    }

    /** Copies a run with the metrics of its first steps alone. */
    private static Path cutCopy(Path run, String name, int steps) throws IOException {
        Path copy = run.resolveSibling(name);
        try (Stream<Path> files = Files.walk(run)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(run.relativize(file).toString()));
            }
        }
        Path metrics = copy.resolve("metrics.jsonl");
        Files.write(metrics, Files.readAllLines(metrics).subList(0, steps));
        return copy;
    }

    @Test
    void run_uncheckedByKeyboard_leavesTheChartsAndStaysAwayAfterAReload() {
        for (Look look : List.of(Look.WIDE, Look.PHONE_DARK)) {
            try (WatchedPage watched = chromium.page(look)) {
                Page page = watched.page();
                page.navigate(explorer.address() + "#training");
                assertThat(lossChart(page)).hasAttribute("aria-label", Pattern.compile("a-run.*b,run.*c run"));
                assertThat(colouredPixels(page, look))
                        .as("pixels of the second run")
                        .isPositive();
                Locator box = page.getByRole(AriaRole.CHECKBOX, named("b,run"));
                box.focus();
                page.keyboard().press("Space");
                assertThat(page.locator("#view-training")).containsText("2 of 3 runs shown");
                assertWithoutSecond(page, look);
                assertThat(box).isFocused();
                watched.assertAccessible();
                page.reload();
                assertWithoutSecond(page, look);
                assertThat(page.getByRole(AriaRole.CHECKBOX, named("b,run")))
                        .not()
                        .isChecked();
                page.getByRole(AriaRole.LINK, named("Map")).click();
                page.getByRole(AriaRole.LINK, named("Training")).click();
                assertWithoutSecond(page, look);
                watched.assertNoTrouble();
            }
        }
    }

    @Test
    void buttons_onlyNoneAndAll_chooseTheRuns() {
        try (WatchedPage watched = chromium.page(Look.WIDE)) {
            Page page = watched.page();
            page.navigate(explorer.address() + "#training");
            page.getByRole(AriaRole.BUTTON, named("Only c run")).click();
            assertThat(lossChart(page)).hasAttribute("aria-label", Pattern.compile("^Loss\\. c run: \\S+ at step 20$"));
            page.getByRole(AriaRole.BUTTON, named("None")).click();
            assertThat(page.locator("#view-training .empty")).hasText("No run is shown. Choose one above, or All.");
            assertThat(page.locator("#view-training .chart")).hasCount(0);
            page.reload();
            assertThat(page.locator("#view-training")).containsText("0 of 3 runs shown");
            page.getByRole(AriaRole.BUTTON, named("All")).click();
            assertThat(lossChart(page)).hasAttribute("aria-label", Pattern.compile("a-run.*b,run.*c run"));
            assertThat(page.url()).endsWith("#training");
            watched.assertNoTrouble();
        }
    }

    @Test
    void colours_switched_redrawTheCharts() {
        try (WatchedPage watched = chromium.page(Look.WIDE)) {
            Page page = watched.page();
            page.navigate(explorer.address() + "#training");
            assertThat(lossChart(page)).hasAttribute("aria-label", Pattern.compile("a-run.*b,run.*c run"));
            assertThat(colouredPixels(page, Look.WIDE)).as("light pixels").isPositive();
            page.getByRole(AriaRole.BUTTON, named("Colours: system. Switch to dark."))
                    .click();
            assertThat(colouredPixels(page, Look.WIDE_DARK)).as("dark pixels").isPositive();
            assertThat(colouredPixels(page, Look.WIDE)).as("light pixels").isZero();
            watched.assertNoTrouble();
        }
    }

    @Test
    void address_ofOtherRuns_showsAll() {
        try (WatchedPage watched = chromium.page(Look.WIDE)) {
            Page page = watched.page();
            page.navigate(explorer.address() + "#training/another");
            assertThat(page.locator("#view-training")).containsText("3 of 3 runs shown");
            assertThat(lossChart(page)).hasAttribute("aria-label", Pattern.compile("a-run.*b,run.*c run"));
            watched.assertNoTrouble();
        }
    }

    private static void assertWithoutSecond(Page page, Look look) {
        assertThat(lossChart(page)).hasAttribute("aria-label", Pattern.compile("a-run.*at step 40; c run"));
        assertThat(colouredPixels(page, look)).as("pixels of the second run").isZero();
        assertThat(page.locator("#view-training .u-legend").first()).not().containsText("b,run");
    }

    private static Locator lossChart(Page page) {
        return page.getByRole(AriaRole.IMG, new GetByRoleOptions().setName(Pattern.compile("^Loss")));
    }

    private static GetByRoleOptions named(String name) {
        return new GetByRoleOptions().setName(name).setExact(true);
    }

    /** The number of pixels in the chart of the loss that have the second run's colour. */
    private static int colouredPixels(Page page, Look look) {
        Object found = lossChart(page).locator("canvas").evaluate("""
                (canvas, [r, g, b]) => {
                  const copy = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
                  const drawing = copy.getContext("2d", { willReadFrequently: true });
                  drawing.drawImage(canvas, 0, 0);
                  const { data } = drawing.getImageData(0, 0, canvas.width, canvas.height);
                  let n = 0;
                  for (let i = 0; i < data.length; i += 4) {
                    n += data[i] === r && data[i + 1] === g && data[i + 2] === b && data[i + 3] > 0;
                  }
                  return n;
                }""", look.dark() ? SECOND_DARK : SECOND);
        return ((Number) found).intValue();
    }
}
