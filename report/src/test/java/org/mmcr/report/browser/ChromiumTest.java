package org.mmcr.report.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The instrument itself: it must see what is wrong with a page, and nothing where nothing is. */
class ChromiumTest {
    private static Chromium chromium;

    @BeforeAll
    static void launch() {
        chromium = Chromium.launch();
    }

    @AfterAll
    static void close() {
        if (chromium != null) {
            chromium.close();
        }
    }

    @Test
    void page_soundPage_noTroubleAndAccessible() {
        try (WatchedPage watched = chromium.page(Look.PHONE_DARK)) {
            watched.page()
                    .setContent(
                            "<!doctype html><html lang=en><title>a</title><main><h1>Hello</h1><canvas></canvas></main>");
            assertThat(watched.page().evaluate("matchMedia('(prefers-color-scheme: dark)').matches && innerWidth"))
                    .isEqualTo(390);
            assertThat(watched.page().evaluate("!!document.querySelector('canvas').getContext('webgl2')"))
                    .isEqualTo(true);
            watched.assertNoTrouble();
            watched.assertAccessible();
        }
    }

    @Test
    void page_consoleErrorAndUnnamedPicture_areFound() {
        try (WatchedPage watched = chromium.page(Look.WIDE)) {
            watched.page()
                    .setContent(
                            "<!doctype html><html lang=en><title>a</title><main><h1>Hello</h1><img src='data:,'></main>");
            watched.page().evaluate("console.error('something broke')");
            assertThatThrownBy(watched::assertNoTrouble).hasMessageContaining("something broke");
            assertThatThrownBy(watched::assertAccessible).hasMessageContaining("image-alt");
        }
    }
}
