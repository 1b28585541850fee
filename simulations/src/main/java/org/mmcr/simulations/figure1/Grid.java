package org.mmcr.simulations.figure1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;

/**
 * Grid of sizes: every number of points with every number of dimensions, several draws of each.
 *
 * @param points values of N, ascending
 * @param dimensions values of D, ascending
 * @param repeats number of draws per pair
 */
public record Grid(List<Long> points, List<Long> dimensions, int repeats) {
    /** Order of the finished table. */
    static final Comparator<Cell> ORDER = Comparator.comparingLong(Cell::points)
            .thenComparingLong(Cell::dimensions)
            .thenComparingInt(Cell::repeat);

    private static final Pattern OWN = Pattern.compile("\\d{1,6}(,\\d{1,6})*x\\d{1,6}(,\\d{1,6})*");

    public Grid {
        points = points.stream().distinct().sorted().toList();
        dimensions = dimensions.stream().distinct().sorted().toList();
        if (repeats < 1) {
            throw new MmcrException("expected at least 1 repeat, found " + repeats + "; change it");
        }
        if (points.isEmpty() || dimensions.isEmpty() || points.get(0) < 1 || dimensions.get(0) < 1) {
            throw new MmcrException("expected numbers of points and dimensions of at least 1, found " + points + " x "
                    + dimensions + "; change them");
        }
    }

    /**
     * Parses a grid.
     *
     * @param text {@code paper} (N and D over int(10^(1 + 0.3 j)), j = 0..10), {@code small} (the same, j = 0..5), or
     *     lists such as {@code 10,20,40x10,100}
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

    /** All draws, the cheap ones first, so that there are early results. */
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

    /** A draw. */
    record Cell(long points, long dimensions, int repeat) {
        private static final long BLOCK_BYTES = 200 << 20;

        /** Work in arbitrary units: eigenvalues of the smaller side, Gram matrix, random numbers. */
        double cost() {
            double small = Math.min(points, dimensions);
            double drawn = points < dimensions ? small * small : (double) points * dimensions;
            return 2 * small * small * small + drawn * small + 100 * drawn + 1e5;
        }

        /** Peak memory: one matrix of the smaller side in float64 or two in float32, and a block of rows. */
        long bytes() {
            long small = Math.min(points, dimensions);
            return 8 * small * small + BLOCK_BYTES;
        }

        /** Seed of this draw, a function of the run's seed and the cell. */
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
