package org.mmcr.report.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A page with a list of what went wrong on it: console errors, uncaught exceptions, requests that failed. */
public final class WatchedPage implements AutoCloseable {
    private final BrowserContext context;
    private final Page page;
    private final List<String> troubles = new CopyOnWriteArrayList<>();

    WatchedPage(BrowserContext context) {
        this.context = context;
        this.page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                troubles.add(message.type() + ": " + message.text() + " (" + message.location() + ")");
            }
        });
        page.onPageError(error -> troubles.add("exception: " + error));
        page.onResponse(response -> {
            if (response.status() >= 400) {
                troubles.add(response.status() + " " + response.url());
            }
        });
    }

    public Page page() {
        return page;
    }

    /** Asserts that nothing has gone wrong so far. */
    public void assertNoTrouble() {
        // A graphics driver's messages about its speed are not errors of the page.
        assertThat(troubles.stream().filter(t -> !t.contains("GL Driver Message")))
                .isEmpty();
    }

    /**
     * Asserts that axe finds nothing against WCAG 2.1 A and AA on the page without transitions: a text that fades in or
     * out, also one that begins to while axe works, has too little contrast.
     */
    public void assertAccessible() {
        page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
        page.evaluate("""
                () => Promise.allSettled(document.getAnimations()
                  .filter(one => Number.isFinite(one.effect.getComputedTiming().endTime))
                  .map(one => one.finished))""");
        var found = new AxeBuilder(page)
                .withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"))
                .analyze()
                .getViolations();
        page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(null));
        assertThat(found.stream().map(rule -> rule.getId() + ": " + rule.getHelp() + " " + rule.getNodes()))
                .isEmpty();
    }

    /** Writes {@code NAME.png} into {@code target/screenshots}, or the folder that {@code -Dmmcr.screenshots} names. */
    public void screenshot(String name) {
        Path folder = Path.of(System.getProperty("mmcr.screenshots", "target/screenshots"));
        page.screenshot(new Page.ScreenshotOptions().setPath(folder.resolve(name + ".png")));
    }

    @Override
    public void close() {
        context.close();
    }
}
