package org.mmcr.explorer.serve;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.report.browser.Chromium;
import org.mmcr.report.browser.Look;
import org.mmcr.report.browser.WatchedPage;

/** The page of a picture server, in a browser. */
@Tag("long")
class ServePageTest {
    @TempDir
    private Path folder;

    private static FilePayload picture() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", out);
        return new FilePayload("black.png", "image/png", out.toByteArray());
    }

    /** Starts a server with a classifier once a file exists. */
    private static PictureServer start(Path labels) {
        return ServedRun.start(
                ServeLimits.usual(),
                () -> new ServedModel(
                        new GatedModel(new Semaphore(1000)),
                        "a gate",
                        Optional.of(new FileHead(labels)),
                        Optional.empty()));
    }

    /** The page is open before there are labels of two classes. */
    @Test
    @Timeout(120)
    void picture_afterAClassifierCame_hasClassesWithoutAReload() throws Exception {
        Path labels = folder.resolve("labels");
        try (Chromium chromium = Chromium.launch();
                WatchedPage watched = chromium.page(Look.WIDE);
                PictureServer server = start(labels)) {
            Page page = watched.page();
            page.navigate(server.address().toString());
            page.locator("#picture").setInputFiles(picture());
            assertThat(page.locator("#results")).containsText("3 features");
            Files.createFile(labels);
            ServeClient client = new ServeClient(server);
            while (ServeClient.json(client.get("/info")).get("classes").isEmpty()) {
                Thread.sleep(20);
            }
            page.locator("#picture").setInputFiles(picture());
            assertThat(page.locator("#results caption")).hasText("Classes");
            assertThat(page.locator("#info")).containsText("2 classes");
            watched.assertAccessible();
            watched.assertNoTrouble();
        }
    }

    @Test
    @Timeout(120)
    void colours_chosenOnAPhone_surviveAReload() {
        try (Chromium chromium = Chromium.launch();
                WatchedPage watched = chromium.page(Look.PHONE);
                PictureServer server = start(folder.resolve("none"))) {
            Page page = watched.page();
            page.navigate(server.address().toString());
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Colours: system. Switch to dark."))
                    .click();
            page.reload();
            assertThat(page.locator("body")).hasCSS("background-color", "rgb(20, 22, 26)");
            watched.assertAccessible();
            watched.assertNoTrouble();
        }
    }
}
