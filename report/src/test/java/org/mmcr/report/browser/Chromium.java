package org.mmcr.report.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The Chromium that is installed, driven by Playwright: one for a test class, from {@code @BeforeAll} to
 * {@code @AfterAll}, used by one thread. Nothing is downloaded; where there is no Chromium the test skips and says how
 * to get one.
 */
public final class Chromium implements AutoCloseable {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome", "chrome.exe");

    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-first-run",
            // WebGL without a graphics card.
            "--use-angle=swiftshader",
            "--enable-unsafe-swiftshader");

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /** Starts it, or skips the calling test. {@code MMCR_CHROMIUM} may name the program. */
    public static Chromium launch() {
        Optional<Path> program = program();
        Assumptions.assumeTrue(
                program.isPresent(),
                "no Chromium found; install it (apt-get install chromium) or set MMCR_CHROMIUM to its path");
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(program.get())
                        .setArgs(FLAGS));
        return new Chromium(playwright, browser);
    }

    /** A fresh profile with one page, which writes down whatever goes wrong on it. */
    public WatchedPage page(Look look) {
        return new WatchedPage(browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(look.width(), look.height())
                .setColorScheme(look.dark() ? ColorScheme.DARK : ColorScheme.LIGHT)));
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }

    private static Optional<Path> program() {
        Optional<Path> named =
                Optional.ofNullable(System.getenv("MMCR_CHROMIUM")).map(Path::of);
        return named.isPresent() ? named : onPath();
    }

    private static Optional<Path> onPath() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return NAMES.stream()
                .flatMap(name -> Stream.of(path.split(File.pathSeparator, -1))
                        .map(folder -> Path.of(folder).resolve(name)))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
