package org.mmcr.explorer.filter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.mmcr.explorer.filter.FieldChart.Bar;

/** Charts of fields of texts: a bar for each of the most frequent ones. */
final class TextChart {
    private static final int MOST_BARS = 12;

    private TextChart() {}

    /**
     * Returns the chart of a field. If most pictures have a value of their own, as names of files are, it has no bars.
     *
     * @param is the comparison that a query for a value uses
     * @param none the term of a query for the pictures without a value
     * @param values the texts
     * @param of the index of each picture's text, -1 where it has none
     */
    static FieldChart of(String field, Comparison is, PictureQuery.Term none, List<String> values, int[] of) {
        int[] pictures = new int[values.size()];
        int known = 0;
        for (int value : of) {
            if (value >= 0) {
                pictures[value]++;
                known++;
            }
        }
        int[] used = IntStream.range(0, pictures.length)
                .filter(value -> pictures[value] > 0)
                .toArray();
        boolean own = used.length > MOST_BARS && used.length > known / 2;
        int shown = own ? 0 : Math.min(MOST_BARS, used.length);
        int[] ranked = Arrays.stream(used)
                .boxed()
                .sorted(Comparator.comparingInt(value -> -pictures[value]))
                .limit(shown)
                .mapToInt(Integer::intValue)
                .toArray();
        byte[] barOf = new byte[pictures.length];
        Arrays.fill(barOf, (byte) shown);
        List<Bar> bars = new ArrayList<>();
        for (int b = 0; b < shown; b++) {
            String value = values.get(ranked[b]);
            barOf[ranked[b]] = (byte) b;
            bars.add(new Bar(value, List.of(new PictureQuery.Term(field, is, QueryValue.of(value)).text()), 0));
        }
        byte[] bar = new byte[of.length];
        for (int i = 0; i < bar.length; i++) {
            bar[i] = of[i] < 0 ? (byte) (shown + 1) : barOf[of[i]];
        }
        return FieldChart.counted(field, false, bars, used.length - shown, none, bar);
    }
}
