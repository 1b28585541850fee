package org.mmcr.simulations.theorems;

import java.awt.Color;
import java.awt.Graphics2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.mmcr.analysis.charts.ChartFiles;
import org.mmcr.analysis.charts.ChartStyle;
import org.mmcr.simulations.theorems.TheoremCheck.Cell;

/** Heat maps of percent error and mutual information bound over the family; the best cell of each is framed. */
final class HeatMaps {
    private static final int CELL_WIDTH = 58;
    private static final int CELL_HEIGHT = 40;
    private static final int LEFT = 70;
    private static final int TOP = 70;
    private static final int BOTTOM = 96;
    private static final int GAP = 96;
    private static final int BAR = 14;
    private static final int BAR_STEPS = 64;
    private static final int BAR_TICKS = 5;
    private static final Color NONE = new Color(0xd9dcdf);
    private static final Color BEST = new Color(0xd55e00);

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
            maps.panel(0, "percent error (%)", cell -> 100 * cell.percentError(), -1, cell -> true);
            maps.panel(panel + GAP, "mutual information, at least (nats)", Cell::miLowerBound, 1, HeatMaps::informed);
            maps.caption(height);
        });
    }

    /** Whether the lower bound tells anything; one that is not above zero does not. */
    static boolean informed(Cell cell) {
        return cell.miLowerBound() > 0;
    }

    /**
     * Draws a heat map coloured by rank, so that a few extreme cells do not hide the differences of the others.
     *
     * @param better 1 if large values are good, -1 if small ones are
     * @param shown cells with a value; the others are left out
     */
    private void panel(int x, String title, ToDoubleFunction<Cell> value, int better, Predicate<Cell> shown) {
        List<Double> sorted = cells.stream()
                .filter(shown)
                .map(cell -> better * value.applyAsDouble(cell))
                .sorted()
                .toList();
        canvas.setColor(ChartStyle.INK);
        canvas.setFont(canvas.getFont().deriveFont(14f));
        canvas.drawString(title, x + LEFT, TOP - 36);
        canvas.setFont(canvas.getFont().deriveFont(13f));
        int columns = family.noises().size();
        for (int i = 0; i < cells.size(); i++) {
            int left = x + LEFT + CELL_WIDTH * (i % columns);
            int top = TOP + CELL_HEIGHT * (i / columns);
            Cell cell = cells.get(i);
            double goodness = better * value.applyAsDouble(cell);
            double rank = sorted.size() < 2 ? 1 : (double) sorted.indexOf(goodness) / (sorted.size() - 1);
            Color color = shown.test(cell) ? ChartStyle.heat(1 - rank) : NONE;
            canvas.setColor(color);
            canvas.fillRect(left, top, CELL_WIDTH - 1, CELL_HEIGHT - 1);
            canvas.setColor(shown.test(cell) && rank > 0.55 ? Color.WHITE : Color.BLACK);
            centred(shown.test(cell) ? number(value.applyAsDouble(cell)) : "none", left, top + CELL_HEIGHT / 2 + 5);
            if (shown.test(cell) && goodness == sorted.get(sorted.size() - 1)) {
                canvas.setColor(BEST);
                canvas.drawRect(left, top, CELL_WIDTH - 2, CELL_HEIGHT - 2);
                canvas.drawRect(left + 1, top + 1, CELL_WIDTH - 4, CELL_HEIGHT - 4);
                canvas.drawRect(left + 2, top + 2, CELL_WIDTH - 6, CELL_HEIGHT - 6);
            }
        }
        axes(x);
        if (!sorted.isEmpty()) {
            bar(x + LEFT + CELL_WIDTH * columns + 12, sorted, better);
        }
    }

    /** Draws the colour bar with the best value at its top and ticks at quartiles of the cells. */
    private void bar(int left, List<Double> sorted, int better) {
        int height = CELL_HEIGHT * family.concentrations().size();
        for (int i = 0; i < BAR_STEPS; i++) {
            int top = TOP + height * i / BAR_STEPS;
            canvas.setColor(ChartStyle.heat(i / (BAR_STEPS - 1.0)));
            canvas.fillRect(left, top, BAR, TOP + height * (i + 1) / BAR_STEPS - top);
        }
        canvas.setColor(ChartStyle.INK);
        for (int tick = 0; tick < BAR_TICKS; tick++) {
            double rank = 1 - tick / (BAR_TICKS - 1.0);
            int at = TOP + (int) Math.round((1 - rank) * height);
            canvas.drawLine(left + BAR, at, left + BAR + 4, at);
            double value = sorted.get((int) Math.round(rank * (sorted.size() - 1)));
            canvas.drawString(number(better * value), left + BAR + 8, at + 4);
        }
    }

    private void axes(int x) {
        canvas.setColor(ChartStyle.INK);
        for (int column = 0; column < family.noises().size(); column++) {
            centred(String.valueOf(family.noises().get(column)), x + LEFT + CELL_WIDTH * column, TOP - 8);
        }
        for (int row = 0; row < family.concentrations().size(); row++) {
            String text = String.valueOf(family.concentrations().get(row));
            int width = canvas.getFontMetrics().stringWidth(text);
            canvas.drawString(text, x + LEFT - width - 8, TOP + CELL_HEIGHT * row + CELL_HEIGHT / 2 + 5);
        }
        int bottom = TOP + CELL_HEIGHT * family.concentrations().size();
        // Short texts, because another font in an SVG viewer may be wider.
        canvas.drawString("columns: noise, 1 - mean cosine of a view to its centre", x + LEFT, bottom + 20);
        canvas.drawString("rows: concentration, mean cosine of a centre to a pole", x + LEFT, bottom + 38);
    }

    private void caption(int height) {
        canvas.setColor(ChartStyle.QUIET);
        canvas.drawString(
                String.format(
                        Locale.ROOT,
                        "One draw of %,d samples with %d views in %d dimensions for each cell, seed %d.",
                        family.points(),
                        family.views(),
                        family.dimension(),
                        family.seed()),
                LEFT,
                height - 28);
        canvas.drawString(
                "Colours are by rank, ticks of the bars at quartiles; framed: the best cell. None: no information shown"
                        + " (the lower bound is not above zero).",
                LEFT,
                height - 11);
    }

    private void centred(String text, int left, int down) {
        canvas.drawString(text, left + (CELL_WIDTH - canvas.getFontMetrics().stringWidth(text)) / 2, down);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
