package org.mmcr.explorer.filter;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.mmcr.explorer.filter.FieldChart.Bar;
import org.mmcr.explorer.filter.PictureQuery.Term;

/** Charts of fields of numbers: histograms of equal bins, or a bar for each of a few whole numbers. */
final class NumberChart {
    private static final int MOST_BARS = 20;
    /** Bins are as wide as one of these times a power of ten, so that their ends are short numbers. */
    private static final int[] WIDTHS = {1, 2, 5};
    /** Numbers of so many digits are written without an exponent. */
    private static final int PLAIN_DIGITS = 15;

    private NumberChart() {}

    /** Returns the chart of a field of {@code pictures} pictures, whose number is NaN where they have none. */
    static FieldChart of(String field, IntToDoubleFunction of, int pictures) {
        double[] values = new double[pictures];
        for (int i = 0; i < pictures; i++) {
            values[i] = of.applyAsDouble(i) + 0.0; // -0 becomes 0
        }
        double[] few = few(values);
        List<BigDecimal> ends = few.length == 0 ? ends(values) : List.of();
        double[] starts = few.length > 0
                ? few
                : ends.stream().mapToDouble(NumberChart::read).toArray();
        int n = few.length > 0 ? few.length : Math.max(0, ends.size() - 1);
        List<Bar> bars = IntStream.range(0, n)
                .mapToObj(b -> few.length > 0
                        ? ofNumber(field, BigDecimal.valueOf(few[b]))
                        : ofRange(field, ends.get(b), ends.get(b + 1)))
                .toList();
        TreeSet<Double> infinite = new TreeSet<>();
        byte[] bar = new byte[pictures];
        for (int i = 0; i < pictures; i++) {
            if (Double.isInfinite(values[i])) {
                infinite.add(values[i]);
            }
            bar[i] =
                    (byte) (Double.isNaN(values[i]) ? n + 1 : Double.isInfinite(values[i]) ? n : at(starts, values[i]));
        }
        Term none = new Term(field, Comparison.IS, QueryValue.NONE);
        return FieldChart.counted(field, true, bars, infinite.size(), none, bar);
    }

    /** Returns the place of the largest of ascending numbers that is at most {@code value}. */
    private static int at(double[] starts, double value) {
        int found = Arrays.binarySearch(starts, value);
        return found >= 0 ? found : -found - 2;
    }

    /** Returns the different finite values, ascending, if they are one number or few whole numbers; otherwise none. */
    private static double[] few(double[] values) {
        TreeSet<Double> found = new TreeSet<>();
        boolean whole = true;
        for (double value : values) {
            if (Double.isFinite(value)) {
                found.add(value);
                whole &= value == Math.rint(value);
                if (found.size() > (whole ? MOST_BARS : 1)) {
                    return new double[0];
                }
            }
        }
        return found.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Returns the ends of the narrowest bins that hold all finite values, ascending; none without such values. */
    private static List<BigDecimal> ends(double[] values) {
        double least = Double.POSITIVE_INFINITY;
        double greatest = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            if (Double.isFinite(value)) {
                least = Math.min(least, value);
                greatest = Math.max(greatest, value);
            }
        }
        if (least > greatest) {
            return List.of();
        }
        BigDecimal from = new BigDecimal(least);
        BigDecimal range = new BigDecimal(greatest).subtract(from);
        for (int power = range.precision() - range.scale() - 3; ; power++) {
            for (int width : WIDTHS) {
                List<BigDecimal> ends =
                        ends(from, greatest, BigDecimal.valueOf(width).scaleByPowerOfTen(power));
                if (!ends.isEmpty()) {
                    return ends;
                }
            }
        }
    }

    /** Returns the ends of bins of a width; none if they are too many, or not distinct as numbers of 64 bits. */
    private static List<BigDecimal> ends(BigDecimal least, double greatest, BigDecimal width) {
        BigDecimal first = least.divide(width, 0, RoundingMode.FLOOR);
        BigDecimal last =
                new BigDecimal(greatest).divide(width, 0, RoundingMode.FLOOR).add(BigDecimal.ONE);
        if (last.subtract(first).compareTo(BigDecimal.valueOf(MOST_BARS)) > 0) {
            return List.of();
        }
        List<BigDecimal> ends = new ArrayList<>();
        for (BigDecimal at = first; at.compareTo(last) <= 0; at = at.add(BigDecimal.ONE)) {
            ends.add(at.multiply(width));
        }
        double[] read = ends.stream().mapToDouble(NumberChart::read).toArray();
        boolean ascending = IntStream.range(1, read.length).allMatch(e -> read[e - 1] < read[e]);
        return ascending && read[read.length - 1] > greatest ? ends : List.of();
    }

    private static Bar ofNumber(String field, BigDecimal value) {
        return new Bar(text(value), List.of(term(field, Comparison.IS, value)), 0);
    }

    private static Bar ofRange(String field, BigDecimal from, BigDecimal to) {
        List<String> terms = List.of(term(field, Comparison.AT_LEAST, from), term(field, Comparison.LESS, to));
        return new Bar(text(from) + " to " + text(to), terms, 0);
    }

    private static String term(String field, Comparison comparison, BigDecimal value) {
        return new Term(field, comparison, new QueryValue(text(value), false)).text();
    }

    /** Returns the number as a query reads it. */
    private static double read(BigDecimal value) {
        return Double.parseDouble(text(value));
    }

    private static String text(BigDecimal value) {
        BigDecimal digits = value.stripTrailingZeros();
        boolean plain = Math.abs(digits.precision() - digits.scale()) <= PLAIN_DIGITS && digits.scale() <= PLAIN_DIGITS;
        return plain ? digits.toPlainString() : digits.toString();
    }
}
