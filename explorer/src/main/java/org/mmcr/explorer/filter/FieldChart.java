package org.mmcr.explorer.filter;

import java.util.ArrayList;
import java.util.List;

/**
 * The pictures of each value, or of each range of values, of a field.
 *
 * @param field name in queries
 * @param numeric whether its values are numbers, so that the bars are in their order; texts have the most frequent
 *     first
 * @param bars at least one picture is of each, except for ranges; empty if there is no value, or if the values are too
 *     many to be counted
 * @param others the values that have no bar: texts that are less frequent, infinite numbers
 * @param none the pictures without a value
 * @param of the index of the bar of each picture; the number of the bars for one with another value, and that plus 1
 *     for one without a value
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; not modified after it is made
public record FieldChart(String field, boolean numeric, List<Bar> bars, Others others, Bar none, byte[] of) {
    /**
     * The pictures of a value or of a range of values.
     *
     * @param name the value as it is shown
     * @param terms those of a query for these pictures: one, or the lower and the upper end of a range
     * @param pictures their number
     */
    public record Bar(String name, List<String> terms, int pictures) {
        public Bar {
            terms = List.copyOf(terms);
        }
    }

    /**
     * The pictures of values without a bar.
     *
     * @param values number of these values
     * @param pictures number of their pictures
     */
    public record Others(int values, int pictures) {}

    public FieldChart {
        bars = List.copyOf(bars);
    }

    /**
     * Returns the chart of bars whose pictures are not counted yet.
     *
     * @param values number of the values without a bar
     * @param none the term of a query for the pictures without a value
     */
    static FieldChart counted(
            String field, boolean numeric, List<Bar> bars, int values, PictureQuery.Term none, byte[] of) {
        int[] pictures = new int[bars.size() + 2];
        for (byte bar : of) {
            pictures[bar]++;
        }
        List<Bar> counted = new ArrayList<>();
        for (int b = 0; b < bars.size(); b++) {
            counted.add(new Bar(bars.get(b).name(), bars.get(b).terms(), pictures[b]));
        }
        return new FieldChart(
                field,
                numeric,
                counted,
                new Others(values, pictures[bars.size()]),
                new Bar("no value", List.of(none.text()), pictures[bars.size() + 1]),
                of);
    }
}
