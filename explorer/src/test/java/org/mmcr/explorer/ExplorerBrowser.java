package org.mmcr.explorer;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.options.AriaRole;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.mmcr.report.browser.Chromium;
import org.mmcr.report.browser.Look;
import org.mmcr.report.browser.WatchedPage;

/** An explorer of a small run and a browser for all tests of a class, with a fresh page for each test. */
final class ExplorerBrowser implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {
    private final RunningExplorer running = new RunningExplorer();
    private Optional<Chromium> chromium = Optional.empty();
    private Optional<WatchedPage> watched = Optional.empty();

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        chromium = Optional.of(Chromium.launch());
        running.beforeAll(context);
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        chromium.ifPresent(Chromium::close);
        running.afterAll(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        watched = Optional.of(chromium().page(Look.WIDE));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        watched.ifPresent(WatchedPage::close);
    }

    Chromium chromium() {
        return chromium.orElseThrow();
    }

    /** The page of the current test. */
    WatchedPage watched() {
        return watched.orElseThrow();
    }

    ExploredRun run() {
        return running.run();
    }

    Explorer explorer() {
        return running.explorer();
    }

    /** Opens a view on the page of the current test. */
    Page go(String view) {
        Page page = watched().page();
        page.navigate(explorer().address() + "#" + view);
        return page;
    }

    static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new GetByRoleOptions().setName(name).setExact(true));
    }

    /** The canvas of a view once it has drawn its points. */
    static Locator drawn(Page page, String view) {
        Locator canvas = page.locator("#view-" + view + " canvas[data-ready=yes]");
        canvas.waitFor();
        return canvas;
    }
}
