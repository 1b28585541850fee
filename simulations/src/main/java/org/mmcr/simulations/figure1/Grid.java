package org.mmcr.simulations.figure1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;

/**
 * The sizes to simulate: every number of points with every number of dimensions, several draws of each.
 *
 * @param points values of N, ascending
 * @param dimensions values of D, ascending
 * @param repeats draws of each pair
 */
public record Grid(List<Long> points, List<Long> dimensions, int repeats) {
    /** Of the finished table. */
    static final Comparator<Cell> ORDER = Comparator.comparingLong(Cell::points)
            .thenComparingLong(Cell::dimensions)
            .thenComparingInt(Cell::repeat);

    private static final Pattern OWN = Pattern.compile("\\d{1,6}(,\\d{1,6})*x\\d{1,6}(,\\d{1,6})*");

    public Grid {
        points = points.stream().distinct().sorted().toList();
        dimensions = dimensions.stream().distinct().sorted().toList();
        if (repeats < 1) {
            throw new MmcrException("expected at least 1 repeat, found " + repeats);
        }
        if (points.isEmpty() || dimensions.isEmpty() || points.get(0) < 1 || dimensions.get(0) < 1) {
            throw new MmcrException(
                    "expected numbers of points and dimensions from 1 up, found " + points + " x " + dimensions);
        }
    }

    /**
     * Reads a grid.
     *
     * @param text {@code paper} (N and D over int(10^(1 + 0.3 j)), j = 0..10), {@code small} (the same, j = 0..5), or the values,
     *     {@code 10,20,40x10,100}
     */
    public static Grid parse(String text, int repeats) {
        if (text.equals("paper")) {
            return new Grid(decades(10), decades(10), repeats);
        }
        if (text.equals("small")) {
            return new Grid(decades(5), decades(5), repeats);
        }
        if (!OWN.matcher(text).matches()) {
            throw new MmcrException("expected a grid: paper, small, or numbers of points and dimensions such as"
                    + " 10,20,40x10,100; found '" + text + "'");
        }
        String[] sides = text.split("x", -1);
        return new Grid(numbers(sides[0]), numbers(sides[1]), repeats);
    }

    private static List<Long> decades(int last) {
        return IntStream.rangeClosed(0, last)
                .mapToObj(j -> (long) Math.pow(10, 1 + 0.3 * j))
                .toList();
    }

    private static List<Long> numbers(String list) {
        return Arrays.stream(list.split(",", -1)).map(Long::valueOf).toList();
    }

    /** Every draw, the cheap ones first, so that there is something to look at early. */
    List<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (long n : points) {
            for (long d : dimensions) {
                for (int repeat = 0; repeat < repeats; repeat++) {
                    cells.add(new Cell(n, d, repeat));
                }
            }
        }
        cells.sort(Comparator.comparingDouble(Cell::cost));
        return List.copyOf(cells);
    }

    /** One draw. */
    record Cell(long points, long dimensions, int repeat) {
        private static final long BLOCK_BYTES = 200 << 20;

        /** Work, in arbitrary units: eigenvalues of the smaller side, the Gram matrix, the numbers drawn. */
        double cost() {
            double small = Math.min(points, dimensions);
            double drawn = points < dimensions ? small * small : (double) points * dimensions;
            return 2 * small * small * small + drawn * small + 100 * drawn + 1e5;
        }

        /** Memory that a draw needs at most: one matrix of the smaller side in float64 or two in float32, and a block of rows. */
        long bytes() {
            long small = Math.min(points, dimensions);
            return 8 * small * small + BLOCK_BYTES;
        }

        /** The seed of this draw: depends on the run's seed and the cell, not on the order of the work. */
        long seed(long runSeed) {
            long mixed = runSeed;
            for (long part : new long[] {points, dimensions, repeat}) {
                mixed = (mixed ^ part) * 0x9E3779B97F4A7C15L;
                mixed ^= mixed >>> 29;
            }
            return mixed;
        }
    }
}
