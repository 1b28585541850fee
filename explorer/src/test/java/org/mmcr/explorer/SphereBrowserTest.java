package org.mmcr.explorer;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.awt.Point;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.report.browser.Chromium;
import org.mmcr.report.browser.Look;
import org.mmcr.report.browser.WatchedPage;

/** The marks of more classes than there are colours on the sphere, in a browser. */
@Tag("long")
class SphereBrowserTest {
    /** Ten colours in four shapes: classes 0, 10, 20 and 30 have the same colour. */
    private static final int CLASSES = 31;

    private static final int FIRST_COLOUR = 0x4269d0;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @Test
    void marks_ofMoreThanTenClasses_differInColourOrShape() throws Exception {
        try (Chromium chromium = Chromium.launch(); // skips the test before the training
                Explorer explorer = explorer();
                WatchedPage watched = chromium.page(Look.WIDE)) {
            Page page = watched.page();
            page.navigate(explorer.address() + "#sphere");
            ExplorerBrowser.drawn(page, "sphere");
            assertThat(page.locator("#view-sphere .legend li")).hasCount(CLASSES);
            assertThat(page.evaluate("""
                    () => new Set([...document.querySelectorAll("#view-sphere .legend .dot")].map(dot => {
                      const { backgroundColor, borderRadius, clipPath } = getComputedStyle(dot);
                      return [backgroundColor, borderRadius, clipPath].join();
                    })).size""")).as("different marks in the legend").isEqualTo(CLASSES);
            page.route("**/api/sphere", SphereBrowserTest::answerFourClasses);
            page.reload();
            BufferedImage shown = frontOf(page);
            assertThat(page.locator("#view-sphere .legend li")).hasText(new String[] {"c00", "c10", "c20", "c30"});
            watched.screenshot("sphere-marks");
            assertMarks(shown);
            watched.assertNoTrouble();
        }
    }

    /** Starts an explorer of a run, with its pictures in as many classes as the test has. */
    private static Explorer explorer() throws IOException {
        ExploredRun run = ExploredRun.in(folder);
        Path pictures = regrouped(run);
        AtomicFiles.deleteTree(run.run().resolve("curation")); // its names of the pictures are the earlier ones
        return Explorer.start(ExploreOptions.of(run.run(), pictures.toString()));
    }

    /** Copies the pictures, in the order of their names, to as many folders as there are classes. */
    private static Path regrouped(ExploredRun run) throws IOException {
        List<Path> files;
        try (Stream<Path> walked = Files.walk(run.pictures())) {
            files = walked.filter(Files::isRegularFile).sorted().toList();
        }
        Path root = folder.resolve("classes");
        for (int i = 0; i < files.size(); i++) {
            Path named = root.resolve(String.format(Locale.ROOT, "c%02d", i * CLASSES / files.size()));
            Files.createDirectories(named);
            Files.copy(files.get(i), named.resolve(String.format(Locale.ROOT, "%04d.png", i)));
        }
        return root;
    }

    /** Answers with one picture of each class of the first colour, one in each quarter of the frame, near its front. */
    private static void answerFourClasses(Route route) {
        String scene = "{\"pictures\":[%d,%d,%d,%d],\"views\":1,\"points\":[%5$s],\"centroids\":[%5$s],"
                + "\"axes\":[0,0,0],\"explained\":1,\"agreement\":1,\"spectrum\":[1,1,1]}";
        route.fulfill(new Route.FulfillOptions()
                .setContentType("application/json")
                .setBody(scene.formatted(
                        firstOf(0),
                        firstOf(10),
                        firstOf(20),
                        firstOf(30),
                        "-0.2,0.12,0.6,0.2,0.12,0.6,-0.2,-0.2,0.6,0.2,-0.2,0.6")));
    }

    /** The first picture of a class. */
    private static int firstOf(int label) {
        return (ExploredRun.PICTURES * label + CLASSES - 1) / CLASSES;
    }

    /** Returns a picture of the canvas, with the scene turned to its front and enlarged as far as possible. */
    private static BufferedImage frontOf(Page page) throws IOException {
        Locator canvas = ExplorerBrowser.drawn(page, "sphere");
        page.getByLabel("ellipsoid of the singular values").uncheck();
        press(canvas, "ArrowLeft", 5);
        press(canvas, "ArrowUp", 3);
        press(canvas, "=", 8);
        canvas.blur(); // the outline of a focused element is blue too
        page.evaluate("() => new Promise(requestAnimationFrame)");
        return ImageIO.read(new ByteArrayInputStream(canvas.screenshot()));
    }

    private static void press(Locator canvas, String key, int times) {
        for (int i = 0; i < times; i++) {
            canvas.press(key);
        }
    }

    /** Asserts that the quarters show a disc, a square, a triangle and a diamond. */
    private static void assertMarks(BufferedImage shown) {
        int width = shown.getWidth() / 2;
        int height = shown.getHeight() / 2;
        double[] fills = {Math.PI / 4, 1, 0.5, 0.5};
        double[] lowerHalves = {0.5, 0.5, 0.75, 0.5};
        for (int i = 0; i < fills.length; i++) {
            Mark mark = Mark.in(shown.getSubimage(i % 2 * width, i / 2 * height, width, height));
            assertThat(mark.fill()).as("fill of mark %d", i).isCloseTo(fills[i], within(0.1));
            assertThat(mark.lowerHalf()).as("lower half of mark %d", i).isCloseTo(lowerHalves[i], within(0.1));
        }
    }

    /**
     * The shape that the pixels of the first colour form.
     *
     * @param fill fraction of its bounding box that it covers
     * @param lowerHalf fraction of its pixels in the lower half of the box
     */
    private record Mark(double fill, double lowerHalf) {
        static Mark in(BufferedImage part) {
            List<Point> found = new ArrayList<>();
            for (int y = 0; y < part.getHeight(); y++) {
                for (int x = 0; x < part.getWidth(); x++) {
                    if (isFirstColour(part.getRGB(x, y))) {
                        found.add(new Point(x, y));
                    }
                }
            }
            assertThat(found).hasSizeGreaterThan(50);
            IntSummaryStatistics across =
                    found.stream().mapToInt(point -> point.x).summaryStatistics();
            IntSummaryStatistics down =
                    found.stream().mapToInt(point -> point.y).summaryStatistics();
            double width = across.getMax() - across.getMin() + 1;
            double height = down.getMax() - down.getMin() + 1;
            double middle = (down.getMin() + down.getMax()) / 2.0;
            long lower = found.stream().filter(point -> point.y > middle).count();
            return new Mark(found.size() / (width * height), (double) lower / found.size());
        }

        private static boolean isFirstColour(int rgb) {
            for (int shift = 0; shift <= 16; shift += 8) {
                if (Math.abs((rgb >> shift & 255) - (FIRST_COLOUR >> shift & 255)) > 30) {
                    return false;
                }
            }
            return true;
        }
    }
}
