package org.mmcr.simulations.theorems;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.mmcr.analysis.charts.ChartFiles;
import org.mmcr.simulations.theorems.TheoremCheck.Cell;

/** Heat maps of percent error and mutual information bound over the family; the best cell of each is framed. */
final class HeatMaps {
    private static final int CELL_WIDTH = 58;
    private static final int CELL_HEIGHT = 40;
    private static final int LEFT = 70;
    private static final int TOP = 70;
    private static final int BOTTOM = 60;
    private static final int GAP = 40;
    private static final Color BAD = new Color(0xf7f3e8);
    private static final Color GOOD = new Color(0x1b5e8c);

    private static final String NAME = "information";

    private final Graphics2D canvas;
    private final Family family;
    private final List<Cell> cells;

    private HeatMaps(Graphics2D canvas, Family family, List<Cell> cells) {
        this.canvas = canvas;
        this.family = family;
        this.cells = cells;
    }

    /** Returns the files that {@link #draw} writes. */
    static List<Path> files(Path folder) {
        return ChartFiles.files(folder, NAME);
    }

    static List<String> draw(Path folder, Family family, List<Cell> cells) throws IOException {
        int panel = LEFT + CELL_WIDTH * family.noises().size();
        int height = TOP + CELL_HEIGHT * family.concentrations().size() + BOTTOM;
        return ChartFiles.save(folder, NAME, 2 * panel + 2 * GAP, height, canvas -> {
            HeatMaps maps = new HeatMaps(canvas, family, cells);
            maps.panel(
                    0, "percent error (%), dark: close to the bound", "%.1f", cell -> -100 * cell.percentError(), -1);
            maps.panel(panel + GAP, "mutual information bound (nats), dark: large", "%.1f", Cell::miLowerBound, 1);
        });
    }

    /** Draws a heat map coloured by rank, so that a few extreme cells do not hide the differences of the others. */
    private void panel(int x, String title, String format, ToDoubleFunction<Cell> goodness, int sign) {
        double[] ranks = SpearmanCorrelation.of(
                cells.stream().map(goodness::applyAsDouble).toList());
        int columns = family.noises().size();
        canvas.setColor(Color.BLACK);
        canvas.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
        canvas.drawString(title, x + LEFT, TOP - 36);
        canvas.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        for (int i = 0; i < cells.size(); i++) {
            int left = x + LEFT + CELL_WIDTH * (i % columns);
            int top = TOP + CELL_HEIGHT * (i / columns);
            double rank = cells.size() < 2 ? 1 : (ranks[i] - 1) / (cells.size() - 1);
            canvas.setColor(between(rank));
            canvas.fillRect(left, top, CELL_WIDTH - 1, CELL_HEIGHT - 1);
            canvas.setColor(rank > 0.55 ? Color.WHITE : Color.BLACK);
            String text = String.format(Locale.ROOT, format, sign * goodness.applyAsDouble(cells.get(i)))
                    .replaceFirst("^-(0\\.0)$", "$1");
            int width = canvas.getFontMetrics().stringWidth(text);
            canvas.drawString(text, left + (CELL_WIDTH - width) / 2, top + CELL_HEIGHT / 2 + 5);
            if (ranks[i] > cells.size() - 0.5) {
                canvas.setColor(new Color(0xd1495b));
                canvas.drawRect(left, top, CELL_WIDTH - 2, CELL_HEIGHT - 2);
                canvas.drawRect(left + 1, top + 1, CELL_WIDTH - 4, CELL_HEIGHT - 4);
            }
        }
        axes(x);
    }

    private void axes(int x) {
        canvas.setColor(Color.BLACK);
        for (int column = 0; column < family.noises().size(); column++) {
            String text = String.format(Locale.ROOT, "%s", family.noises().get(column));
            int width = canvas.getFontMetrics().stringWidth(text);
            canvas.drawString(text, x + LEFT + CELL_WIDTH * column + (CELL_WIDTH - width) / 2, TOP - 8);
        }
        for (int row = 0; row < family.concentrations().size(); row++) {
            String text =
                    String.format(Locale.ROOT, "%s", family.concentrations().get(row));
            int width = canvas.getFontMetrics().stringWidth(text);
            canvas.drawString(text, x + LEFT - width - 8, TOP + CELL_HEIGHT * row + CELL_HEIGHT / 2 + 5);
        }
        int bottom = TOP + CELL_HEIGHT * family.concentrations().size();
        // Short texts, because another font in an SVG viewer may be wider.
        canvas.drawString("columns: noise, 1 - mean cosine of a view to its centre", x + LEFT, bottom + 20);
        canvas.drawString("rows: concentration, mean cosine of a centre to a pole", x + LEFT, bottom + 38);
    }

    private static Color between(double rank) {
        return new Color(
                mix(BAD.getRed(), GOOD.getRed(), rank),
                mix(BAD.getGreen(), GOOD.getGreen(), rank),
                mix(BAD.getBlue(), GOOD.getBlue(), rank));
    }

    private static int mix(int from, int to, double rank) {
        return (int) Math.round(from + rank * (to - from));
    }
}
