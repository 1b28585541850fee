package org.mmcr.report.browser;

import java.util.List;

/**
 * The window and colour scheme of a browser.
 *
 * @param width of the window, CSS pixels
 * @param height of the window
 * @param dark whether the system asks for dark colours
 */
public record Look(int width, int height, boolean dark) {
    public static final Look WIDE = new Look(1280, 800, false);
    public static final Look WIDE_DARK = new Look(1280, 800, true);
    public static final Look PHONE = new Look(390, 844, false);
    public static final Look PHONE_DARK = new Look(390, 844, true);

    /** Both widths in both colours. */
    public static List<Look> all() {
        return List.of(WIDE, WIDE_DARK, PHONE, PHONE_DARK);
    }

    @Override
    public String toString() {
        return (width < 600 ? "phone" : "wide") + (dark ? "-dark" : "-light");
    }
}
