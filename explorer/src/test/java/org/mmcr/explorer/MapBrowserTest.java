package org.mmcr.explorer;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.explorer.labelling.LabelStore;
import org.mmcr.explorer.labelling.Labels;

/** Selecting and labelling pictures on the map and in the Label view, in a browser. */
@Tag("long")
class MapBrowserTest {
    @RegisterExtension
    static final ExplorerBrowser BROWSER = new ExplorerBrowser();

    /** Checks a screenshot, because a canvas can hold pixels that its page never shows. */
    @Test
    void map_onTheScreen_showsItsPoints() throws Exception {
        assertThat(MapScreen.coloured(BROWSER.go("map"))).isGreaterThan(100);
        BROWSER.watched().assertNoTrouble();
    }

    @Test
    void lasso_thenNames_givePredictionsThatCanBeTakenAwayAndSurviveAReload() throws Exception {
        Page page = BROWSER.go("map");
        MapScreen.lasso(page, 0.02, 0.02, 0.5, 0.98);
        page.locator("#map-name").fill("left");
        page.locator("#view-map .side button.primary").click();
        assertThat(page.locator("#toast")).containsText("labelled left");
        MapScreen.lasso(page, 0.5, 0.02, 0.98, 0.98);
        page.locator("#map-name").fill("right");
        page.keyboard().press("Enter");
        assertThat(page.locator("#toast")).containsText("labelled right");
        assertThat(page.locator("#view-map .legend")).containsText("left");

        page.navigate(BROWSER.explorer().address() + "#label");
        assertThat(page.locator("#view-label .labels li")).hasCount(2);
        ExplorerBrowser.button(page, "Undo U").click();
        assertThat(page.locator("#view-label .labels li")).hasCount(1);
        // The page asks; two answers by keyboard and one by a new name.
        page.locator("#view-label .question-picture img").waitFor();
        page.locator("#new-label").fill("other");
        page.keyboard().press("Enter");
        assertThat(page.locator("#view-label .labels li")).hasCount(2);
        page.locator("main").focus();
        page.keyboard().press("2");
        assertThat(page.locator("#view-label .labels")).containsText(Pattern.compile("other\\s*2"));
        page.locator("#view-label .grid .card").first().waitFor();

        Download labels =
                page.waitForDownload(() -> page.getByText("labels.csv").click());
        String text = Files.readString(labels.path());
        assertThat(text).startsWith("path,label\n").contains(",left\n", ",other\n");
        Download predictions =
                page.waitForDownload(() -> page.getByText("predictions.csv").click());
        assertThat(Files.readAllLines(predictions.path())).hasSize(ExploredRun.PICTURES + 1);

        Download classifier =
                page.waitForDownload(() -> page.getByText("classifier.onnx").click());
        assertThat(Files.readAllBytes(classifier.path())).hasSizeGreaterThan(1000);

        page.getByLabel("Rename or merge other").click();
        page.getByLabel("New name").fill("left");
        assertThat(ExplorerBrowser.button(page, "Merge into left")).isVisible();
        page.getByLabel("New name").fill("something");
        ExplorerBrowser.button(page, "Rename").click();
        assertThat(page.locator("#view-label .labels")).containsText("something");

        page.reload();
        assertThat(page.locator("#view-label .labels")).containsText("something");
        page.locator("#view-label .grid .card").first().waitFor();
        Labels stored = stored();
        long left = text.lines().filter(line -> line.endsWith(",left")).count();
        assertThat(stored.names()).containsExactlyInAnyOrder("left", "something");
        assertThat(stored.counts().get(stored.names().indexOf("left"))).isEqualTo((int) left);
        assertThat(stored.counts().get(stored.names().indexOf("something"))).isEqualTo(2);
        BROWSER.watched().assertAccessible();
        BROWSER.watched().assertNoTrouble();
    }

    /** The labels on disk. */
    private static Labels stored() throws IOException {
        String pictures = BROWSER.run().pictures().toString();
        try (Stream<Path> files = Files.walk(BROWSER.run().run());
                DataSource data = DataSources.open(pictures, DataOptions.defaults())) {
            Path file = files.filter(one -> one.getFileName().toString().matches("labels-.*\\.jsonl"))
                    .findFirst()
                    .orElseThrow();
            return LabelStore.read(
                    file, IntStream.range(0, data.size()).mapToObj(data::name).toList());
        }
    }

    @Test
    void selection_underTwentyFivePictures_printsNothingBesideItsButtons() {
        Page page = BROWSER.go("map");
        ExplorerBrowser.drawn(page, "map").focus();
        page.keyboard().press("ArrowRight");
        page.keyboard().press("Enter");
        assertThat(page.locator("#view-map .side h2")).hasText("1 picture selected");
        assertThat(page.locator("#view-map .side")).not().containsText("false");
        page.keyboard().press("Escape");
        BROWSER.watched().assertNoTrouble();
    }

    @Test
    void label_skipNameUndoDelete_keysStayAlive() {
        Page page = BROWSER.go("label");
        Locator asked = page.locator("#view-label .question-picture img");
        asked.waitFor();
        String first = asked.getAttribute("src");
        page.keyboard().press("s");
        assertThat(asked).not().hasAttribute("src", first);
        page.keyboard().press("u");
        assertThat(asked).hasAttribute("src", first);
        assertThat(page.locator("#toast")).containsText("Undone: skip");
        page.locator("#new-label").fill("keyed");
        page.keyboard().press("Enter"); // leaves the field: the next key is a command
        assertThat(page.locator("#view-label .labels")).containsText("keyed");
        assertThat(asked).not().hasAttribute("src", first);
        page.keyboard().press("u");
        assertThat(page.locator("#toast")).containsText("Undone: 1 × keyed");
        assertThat(asked).hasAttribute("src", first);
        assertThat(page.locator("#view-label .labels")).not().containsText("keyed");
        page.keyboard().press("r");
        assertThat(page.locator("#toast")).containsText("Done again: 1 × keyed");
        assertThat(page.locator("#view-label .labels")).containsText("keyed");
        page.keyboard().press("u");
        assertThat(page.locator("#view-label .history")).containsText("Undone: 1 × keyed");
        assertThat(page.locator("#view-label .labels")).not().containsText("keyed");
        page.locator("#new-label").fill("keyed");
        page.keyboard().press("Enter");
        page.getByLabel("Rename or merge keyed").click();
        ExplorerBrowser.button(page, "Delete label").click();
        assertThat(page.locator("#view-label .labels")).not().containsText("keyed");
        BROWSER.watched().assertNoTrouble();
    }

    @Test
    void density_checked_drawsLinesThatFollowFilterAndZoom() throws Exception {
        Page page = BROWSER.go("map");
        Locator paths = page.locator("#view-map .contours path");
        BufferedImage before = MapScreen.shown(page);
        page.getByLabel("Density").check();
        assertThat(paths).hasCount(4);
        assertThat(page.locator("#view-map")).containsText("with 25, 50, 75 and 90 % of the pictures shown");
        assertThat(differing(before, MapScreen.shown(page)))
                .as("pixels of the lines")
                .isGreaterThan(500);
        double whole = width(paths.last());
        ExplorerBrowser.button(page, "Zoom in").click();
        page.waitForCondition(() -> width(paths.last()) > 1.4 * whole);
        ExplorerBrowser.button(page, "Whole map").click();
        String line = paths.last().getAttribute("d");
        page.locator("#view-map .legend .entry").first().click();
        assertThat(paths.last()).not().hasAttribute("d", line);
        page.getByLabel("Density").uncheck();
        assertThat(paths).hasCount(0);
        BROWSER.watched().assertAccessible();
        BROWSER.watched().assertNoTrouble();
    }

    @Test
    void undoOfASelection_byTheKeyboard_keepsTheFocus() {
        Page page = BROWSER.go("map");
        MapScreen.lasso(page, 0.02, 0.02, 0.5, 0.98);
        MapScreen.lasso(page, 0.5, 0.02, 0.98, 0.98);
        Locator undo = ExplorerBrowser.button(page, "Undo selection");
        undo.focus();
        page.keyboard().press("Enter");
        assertThat(undo).isFocused();
        BROWSER.watched().assertNoTrouble();
    }

    private static double width(Locator path) {
        return path.boundingBox().width;
    }

    /** The line around half of a normal distribution is a circle of 1.177 standard deviations. */
    @Test
    void contours_ofANormalDistribution_areCircles() {
        Object found = BROWSER.go("training").evaluate("""
                async () => {
                  const { contoursOf } = await import("/contours.js");
                  const n = 20000;
                  const xy = new Float32Array(2 * n);
                  let state = 1;
                  const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0, (state + 0.5) / 2 ** 32);
                  for (let i = 0; i < n; i++) {
                    const [radius, angle] = [0.2 * Math.sqrt(-2 * Math.log(uniform())), 2 * Math.PI * uniform()];
                    xy[2 * i] = 0.1 + radius * Math.cos(angle);
                    xy[2 * i + 1] = radius * Math.sin(angle);
                  }
                  return contoursOf(xy, undefined, [0.5, 0.9]).map(line => {
                    const radii = Array.from({ length: line.length / 2 }, (_, i) => Math.hypot(line[2 * i] - 0.1, line[2 * i + 1]));
                    return radii.reduce((a, b) => a + b, 0) / radii.length;
                  });
                }""");
        List<?> radii = (List<?>) found;
        assertThat(((Number) radii.get(0)).doubleValue())
                .isCloseTo(0.2 * Math.sqrt(2 * Math.log(2)), withinPercentage(4));
        assertThat(((Number) radii.get(1)).doubleValue())
                .isCloseTo(0.2 * Math.sqrt(2 * Math.log(10)), withinPercentage(4));
    }

    /** Groups in the upper left corner, in the middle and in the lower right corner of a map of 300 x 100 pixels. */
    @Test
    void names_ofGroupsAtAnEdge_areWithinTheMap() {
        Object found = BROWSER.go("training").evaluate("""
                async () => {
                  const { MapOverlay } = await import("/map-overlay.js");
                  const all = [-1, -1, 0, 0, 1, 1];
                  const cloud = { all, width: 300, height: 100, placeOf: (x, y) => [150 + 148 * x, 50 + 48 * y] };
                  const overlay = new MapOverlay(cloud);
                  overlay.element.style.cssText = "position: absolute; left: 40px; top: 0; width: 300px; height: 100px";
                  document.body.append(overlay.element);
                  overlay.setGroups([0, 1, 2], () => "airplane");
                  const boxes = overlay.names.map(name => name.element.getBoundingClientRect());
                  overlay.element.remove();
                  return boxes.sort((a, b) => a.left - b.left).flatMap(box => [box.left - 40, box.right - 40, box.top, box.bottom]);
                }""");
        List<Double> edges = ((List<?>) found)
                .stream().map(edge -> ((Number) edge).doubleValue()).toList();
        assertThat(edges.get(0)).isCloseTo(0, within(0.5));
        assertThat(edges.get(1)).isGreaterThan(30);
        assertThat(edges.get(2)).isCloseTo(0, within(0.5));
        assertThat(edges.get(3)).isGreaterThan(10);
        assertThat((edges.get(4) + edges.get(5)) / 2).isCloseTo(150, within(0.5));
        assertThat((edges.get(6) + edges.get(7)) / 2).isCloseTo(50, within(0.5));
        assertThat(edges.get(9)).isCloseTo(300, within(0.5));
        assertThat(edges.get(11)).isCloseTo(100, within(0.5));
    }

    private static int differing(BufferedImage a, BufferedImage b) {
        int differing = 0;
        for (int y = 0; y < a.getHeight(); y++) {
            for (int x = 0; x < a.getWidth(); x++) {
                differing += a.getRGB(x, y) == b.getRGB(x, y) ? 0 : 1;
            }
        }
        return differing;
    }

    @Test
    void curation_decidedByKeys_isOnDiskAndUndone() throws Exception {
        Page page = BROWSER.go("curation");
        assertThat(page.locator("#view-curation h2").first()).containsText("copies of one picture");
        assertThat(page.locator("#view-curation .pair img")).hasCount(2);
        page.locator("main").focus();
        page.keyboard().press("d");
        assertThat(page.locator("#view-curation")).containsText("0 to decide, 0 confirmed, 1 dismissed");
        assertThat(page.locator("#view-curation .grid .card")).hasCount(2);
        assertThat(reviewed()).contains("\"action\":\"dismiss\"", "\"flag\":\"duplicate\"");
        page.keyboard().press("u");
        assertThat(page.locator("#toast")).containsText("Undone: duplicate of");
        assertThat(page.locator("#view-curation h2").first()).containsText("copies of one picture");
        BROWSER.watched().assertAccessible();
        BROWSER.watched().assertNoTrouble();
    }

    private static String reviewed() throws IOException {
        try (Stream<Path> files = Files.list(BROWSER.run().run().resolve("explore"))) {
            Path file = files.filter(path -> path.getFileName().toString().matches("review-.*jsonl"))
                    .findFirst()
                    .orElseThrow();
            return Files.readString(file);
        }
    }

    /**
     * Compares the two renderers: WebGL, for graphics cards, and the script, which draws the map of the other tests.
     */
    @Test
    void dots_byWebGlAndByScript_lieInTheSamePlaces() {
        Object found = BROWSER.go("training").evaluate("""
                async () => {
                  const [{ GlDots }, { CanvasDots }] = await Promise.all([import("/dots-gl.js"), import("/dots-2d.js")]);
                  const xy = new Float32Array([-0.5, 0.25, 0.25, 0.25, 0.5, -0.25, 3, 3, -0.25, -0.25]);
                  const tints = Uint8Array.from([200, 0, 0, 0, 0, 200, 0, 128, 0, 0, 200, 0, 9, 9, 9, 0, 77, 88, 99, 0]);
                  const look = Dots => {
                    const canvas = document.createElement("canvas");
                    const dots = new Dots(canvas);
                    dots.set(xy, tints);
                    dots.setColours("#112233", "#fcfbfa");
                    dots.resize(200, 100, 1);
                    dots.paint([0.1, -0.05], { x: 1, y: 0.5 }, 12);
                    const copy = new OffscreenCanvas(200, 100).getContext("2d", { willReadFrequently: true });
                    copy.drawImage(canvas, 0, 0);
                    const at = (x, y) => copy.getImageData(x, y, 1, 1).data.slice(0, 3).join(" ");
                    const all = new Uint32Array(copy.getImageData(0, 0, 200, 100).data.buffer);
                    const painted = all.filter(pixel => pixel !== all[0]).length;
                    return [at(40, 20), at(115, 20), at(115, 12), at(140, 70), at(65, 70), at(0, 0), at(199, 99), painted];
                  };
                  return [look(GlDots), look(CanvasDots)];
                }""");
        List<?> both = (List<?>) found;
        List<?> webGl = (List<?>) both.get(0);
        List<?> script = (List<?>) both.get(1);
        assertThat(webGl.subList(0, 7))
                .isEqualTo(
                        List.of("200 0 0", "0 200 0", "17 34 51", "0 0 200", "77 88 99", "252 251 250", "252 251 250"));
        assertThat(script.subList(0, 7)).isEqualTo(webGl.subList(0, 7));
        double area = 3 * Math.PI * 36 + Math.PI * 36 * 1.7 * 1.7;
        assertThat(((Number) webGl.get(7)).doubleValue()).isCloseTo(area, withinPercentage(5));
        assertThat(((Number) script.get(7)).doubleValue()).isCloseTo(area, withinPercentage(8));
        BROWSER.watched().assertNoTrouble();
    }

    @Test
    void map_byKeyboardAlone_selectsAPicture() {
        Page page = BROWSER.go("map");
        ExplorerBrowser.drawn(page, "map").focus();
        page.keyboard().press("ArrowRight");
        page.keyboard().press("ArrowDown");
        assertThat(page.locator("#view-map .tip img")).isVisible();
        page.keyboard().press("Enter");
        assertThat(page.locator("#view-map .side h2")).hasText("1 picture selected");
        page.keyboard().press("Escape");
        assertThat(page.locator("#view-map .side h2")).hasText("Nothing selected");
        BROWSER.watched().assertNoTrouble();
    }
}
