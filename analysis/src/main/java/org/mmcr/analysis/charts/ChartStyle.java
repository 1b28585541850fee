package org.mmcr.analysis.charts;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.List;

/**
 * The style of every drawn figure: colours, lines and fonts. Readers with protanopia or deuteranopia tell the colours
 * apart; each has a contrast of at least 3:1 to the white background, and markers distinguish what colours alone do not.
 */
public final class ChartStyle {
    /** Colours of unordered series, after Okabe and Ito 2008 and Tol 2021. */
    private static final List<Color> SERIES = List.of(
            new Color(0x0072b2),
            new Color(0xd55e00),
            new Color(0x332288),
            new Color(0x009e73),
            new Color(0x882255),
            new Color(0x1a1a1a),
            new Color(0xb22222));

    /** Viridis in nine steps, evenly spaced in perceived lightness (van der Walt and Smith 2015). */
    private static final List<Color> VIRIDIS = List.of(
            new Color(0x440154),
            new Color(0x472d7b),
            new Color(0x3b528b),
            new Color(0x2c728e),
            new Color(0x21918c),
            new Color(0x28ae80),
            new Color(0x5ec962),
            new Color(0xaddc30),
            new Color(0xfde725));

    /** Part of Viridis that is dark enough for lines on white. */
    private static final double DARK = 0.59;

    /** Colour of text and axes. */
    public static final Color INK = new Color(0x1d2226);

    /** Colour of captions and reference lines. */
    public static final Color QUIET = new Color(0x555f68);

    static final Color GRID = new Color(0xe3e5e7);
    static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 14);
    static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    static final BasicStroke SOLID = new BasicStroke(1.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND);
    static final BasicStroke THIN = new BasicStroke(1);
    static final BasicStroke DASHED =
            new BasicStroke(1.3f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {5, 4}, 0);

    private ChartStyle() {}

    /** Returns the colour of an unordered series; colours repeat after {@link #colours()}. */
    public static Color series(int index) {
        return SERIES.get(index % SERIES.size());
    }

    /** Returns the number of colours of unordered series. */
    public static int colours() {
        return SERIES.size();
    }

    /** Returns the colour of one of {@code count} lines in an order, from dark for the first to light for the last. */
    public static Color ordered(int index, int count) {
        return heat(count < 2 ? 0 : DARK * index / (count - 1));
    }

    /** Returns the colour of a heat map at {@code fraction}, from dark at 0 to light at 1. */
    public static Color heat(double fraction) {
        double at = Math.min(1, Math.max(0, fraction)) * (VIRIDIS.size() - 1);
        int step = Math.min(VIRIDIS.size() - 2, (int) at);
        Color from = VIRIDIS.get(step);
        Color to = VIRIDIS.get(step + 1);
        return new Color(
                mix(from.getRed(), to.getRed(), at - step),
                mix(from.getGreen(), to.getGreen(), at - step),
                mix(from.getBlue(), to.getBlue(), at - step));
    }

    private static int mix(int from, int to, double fraction) {
        return (int) Math.round(from + fraction * (to - from));
    }
}
