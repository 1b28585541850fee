package org.mmcr.core.quality;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacitySummary.Interval;

/**
 * Encoders ranked by one measure without labels, with the evidence for the first place. Intervals are normal, with the
 * standard deviation over bootstrap samples of the pictures; those of differences use the same samples in both.
 *
 * @param best index of the largest value, of equal values the first
 * @param entries one for each encoder, in the given order
 */
@API(status = API.Status.STABLE)
public record QualityRanking(int best, List<Entry> entries) {
    private static final double NORMAL_95 = 1.96;

    public QualityRanking {
        entries = List.copyOf(entries);
    }

    /**
     * One encoder.
     *
     * @param value the measure
     * @param belowBest value of the best minus this value, 0 or more; all zero for the best itself
     * @param bestShare fraction of the bootstrap samples in which this encoder has the largest value; equal values
     *     share
     */
    public record Entry(Interval value, Interval belowBest, double bestShare) {
        /** Returns whether the difference from the best is not distinguishable from zero. */
        public boolean tiesWithBest() {
            return belowBest.low() <= 0;
        }
    }

    /**
     * Ranks encoders.
     *
     * @param measured values with equally many bootstrap samples of the same pictures
     * @throws MmcrException without encoders, or if the numbers of samples differ
     */
    public static QualityRanking of(List<ResampledMeasure> measured) {
        if (measured.isEmpty()) {
            throw new MmcrException("expected at least one encoder to rank, found none");
        }
        int resamples = measured.get(0).drawn().size();
        if (measured.stream().anyMatch(one -> one.drawn().size() != resamples)) {
            throw new MmcrException("expected " + resamples + " bootstrap samples of each encoder, found other numbers;"
                    + " measure all with the same options");
        }
        int best = 0;
        for (int i = 1; i < measured.size(); i++) {
            best = measured.get(i).value() > measured.get(best).value() ? i : best;
        }
        double[] shares = shares(measured, resamples);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < measured.size(); i++) {
            entries.add(entry(measured.get(i), measured.get(best), shares[i]));
        }
        return new QualityRanking(best, entries);
    }

    private static Entry entry(ResampledMeasure one, ResampledMeasure best, double share) {
        double[] values = one.drawn().stream().mapToDouble(Double::doubleValue).toArray();
        double[] below = IntStream.range(0, values.length)
                .mapToDouble(r -> best.drawn().get(r) - values[r])
                .toArray();
        return new Entry(interval(one.value(), values), interval(best.value() - one.value(), below), share);
    }

    private static double[] shares(List<ResampledMeasure> measured, int resamples) {
        double[] shares = new double[measured.size()];
        for (int r = 0; r < resamples; r++) {
            int sample = r;
            double most = measured.stream()
                    .mapToDouble(one -> one.drawn().get(sample))
                    .max()
                    .orElseThrow();
            int[] first = IntStream.range(0, shares.length)
                    .filter(i -> measured.get(i).drawn().get(sample) == most)
                    .toArray();
            for (int i : first) {
                shares[i] += 1.0 / first.length / resamples;
            }
        }
        return shares;
    }

    /** A bootstrap sample has fewer distinct pictures and a lower rank, so its spread is used and not its place. */
    private static Interval interval(double value, double[] drawn) {
        double mean =
                IntStream.range(0, drawn.length).mapToDouble(r -> drawn[r]).sum() / drawn.length;
        double squares = 0;
        for (double one : drawn) {
            squares += (one - mean) * (one - mean);
        }
        double half = NORMAL_95 * Math.sqrt(squares / (drawn.length - 1));
        return new Interval(value, value - half, value + half);
    }
}
