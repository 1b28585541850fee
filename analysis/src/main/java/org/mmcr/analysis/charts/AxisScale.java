package org.mmcr.analysis.charts;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The scale of an axis, linear or logarithmic: positions of values, ticks, and their numbers, all of one kind. */
final class AxisScale {
    private static final int MOST_TICKS = 8;
    /** Decades from which logarithmic axes have powers of ten in place of plain numbers. */
    private static final int MOST_PLAIN = 5;
    /** With fewer ticks at round numbers of the decades, a logarithmic axis has those of a linear one. */
    private static final int FEWEST_TICKS = 3;

    private final boolean log;
    private final double low;
    private final double high;

    /**
     * Creates the scale of a range.
     *
     * @param log whether it is logarithmic; {@code low} is positive then
     * @param low smallest value of the axis
     * @param high largest value; moved up if it is not above {@code low}
     */
    AxisScale(boolean log, double low, double high) {
        this.log = log;
        this.low = low;
        this.high = high > low ? high : log ? 10 * low : low + 1;
    }

    /** Returns the place of a value between the ends of the axis, 0 to 1 within them. */
    double position(double value) {
        return log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    }

    /** Returns the values with a tick. */
    List<Double> ticks() {
        return evenSteps() ? linearTicks() : logTicks();
    }

    /** Returns the number of a tick. */
    String text(double tick) {
        if (evenSteps()) {
            int decimals = (int) Math.max(0, Math.ceil(-Math.log10(step()) - 1e-9));
            return String.format(Locale.ROOT, "%,." + decimals + "f", tick == 0 ? 0.0 : tick);
        }
        if (powers()) {
            return "1e" + Math.round(Math.log10(tick));
        }
        return tick >= 1
                ? String.format(Locale.ROOT, "%,.0f", tick)
                : new BigDecimal(String.format(Locale.ROOT, "%.1e", tick))
                        .stripTrailingZeros()
                        .toPlainString();
    }

    /** Whether the ticks have equal differences: on a linear axis, and on a logarithmic one of a narrow range. */
    private boolean evenSteps() {
        return !log || logTicks().size() < FEWEST_TICKS;
    }

    private List<Double> linearTicks() {
        List<Double> ticks = new ArrayList<>();
        double step = step();
        for (long i = (long) Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    private double step() {
        double rough = (high - low) / MOST_TICKS;
        double decade = Math.pow(10, Math.floor(Math.log10(rough)));
        for (int factor : new int[] {1, 2, 5}) {
            if (factor * decade >= rough) {
                return factor * decade;
            }
        }
        return 10 * decade;
    }

    private List<Double> logTicks() {
        int from = (int) Math.ceil(Math.log10(low) - 1e-9);
        int to = (int) Math.floor(Math.log10(high) + 1e-9);
        int every = Math.max(1, (to - from + MOST_TICKS) / MOST_TICKS);
        int[] factors = to - from < 2 ? new int[] {1, 2, 5} : new int[] {1};
        List<Double> ticks = new ArrayList<>();
        for (int decade = from - 1; decade <= to; decade++) {
            for (int factor : factors) {
                double tick = factor * Math.pow(10, decade);
                if (Math.floorMod(decade - from, every) == 0 && tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    private boolean powers() {
        return low < Math.pow(10, -MOST_PLAIN) || high > Math.pow(10, MOST_PLAIN + 1);
    }
}
