package org.mmcr.explorer;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;

/** The map as a browser shows it: a lasso drawn on it, and its pixels. */
final class MapScreen {
    private MapScreen() {}

    static void lasso(Page page, double left, double top, double right, double bottom) {
        BoundingBox box = ExplorerBrowser.drawn(page, "map").boundingBox();
        if (ExplorerBrowser.button(page, "Lasso").getAttribute("aria-pressed").equals("false")) {
            ExplorerBrowser.button(page, "Lasso").click();
        }
        double[][] corners = {{left, top}, {right, top}, {right, bottom}, {left, bottom}, {left, top}};
        page.mouse().move(box.x + left * box.width, box.y + top * box.height);
        page.mouse().down();
        for (double[] corner : corners) {
            page.mouse().move(box.x + corner[0] * box.width, box.y + corner[1] * box.height);
        }
        page.mouse().up();
        page.locator("#view-map .side form").waitFor();
    }

    static BufferedImage shown(Page page) throws IOException {
        return ImageIO.read(
                new ByteArrayInputStream(ExplorerBrowser.drawn(page, "map").screenshot()));
    }

    /** Counts the coloured pixels of the map on the screen. */
    static int coloured(Page page) throws IOException {
        return coloured(shown(page));
    }

    /** Counts the coloured pixels of a picture. */
    static int coloured(BufferedImage shown) {
        int coloured = 0;
        for (int rgb : shown.getRGB(0, 0, shown.getWidth(), shown.getHeight(), null, 0, shown.getWidth())) {
            int red = rgb >> 16 & 255;
            int green = rgb >> 8 & 255;
            int blue = rgb & 255;
            int spread = Math.max(red, Math.max(green, blue)) - Math.min(red, Math.min(green, blue));
            coloured += spread > 60 ? 1 : 0;
        }
        return coloured;
    }

    /** Returns the fraction of the pixels that have a colour. */
    static double fraction(Page page, int rgb) throws IOException {
        BufferedImage shown = shown(page);
        int[] pixels = shown.getRGB(0, 0, shown.getWidth(), shown.getHeight(), null, 0, shown.getWidth());
        long found =
                Arrays.stream(pixels).filter(pixel -> (pixel & 0xffffff) == rgb).count();
        return (double) found / pixels.length;
    }
}
