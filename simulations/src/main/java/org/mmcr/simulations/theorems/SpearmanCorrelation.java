package org.mmcr.simulations.theorems;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Ranks, and the rank correlation of two orders. */
final class SpearmanCorrelation {
    private SpearmanCorrelation() {}

    /** Ranks from 1; equal values get the mean of their ranks. */
    static double[] of(List<Double> values) {
        int[] order = IntStream.range(0, values.size())
                .boxed()
                .sorted(Comparator.comparingDouble(values::get))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] ranks = new double[order.length];
        for (int from = 0; from < order.length; ) {
            int to = from;
            while (to < order.length && values.get(order[to]).equals(values.get(order[from]))) {
                to++;
            }
            for (int i = from; i < to; i++) {
                ranks[order[i]] = (from + 1 + to) / 2.0;
            }
            from = to;
        }
        return ranks;
    }

    /** Spearman's rank correlation: Pearson's correlation of the ranks, in -1..1; 0 if one does not vary. */
    static double correlation(List<Double> first, List<Double> second) {
        double[] a = of(first);
        double[] b = of(second);
        double middle = (a.length + 1) / 2.0;
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (a[i] - middle) * (b[i] - middle);
            aa += (a[i] - middle) * (a[i] - middle);
            bb += (b[i] - middle) * (b[i] - middle);
        }
        return aa == 0 || bb == 0 ? 0 : ab / Math.sqrt(aa * bb);
    }
}
