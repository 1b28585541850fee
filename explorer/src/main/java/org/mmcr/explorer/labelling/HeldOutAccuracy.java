package org.mmcr.explorer.labelling;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Accuracy on the labelled pictures that were drawn at random, each predicted by a head that did not see it.
 *
 * <p>Pictures that a person or a rule selected are easier or harder than the rest, so only those drawn at random are
 * measured. They are split into up to {@value #FOLDS} folds; each is predicted by a head fitted to everything else.
 * Those heads see fewer labels than the head in use, so the accuracy is biased low.
 *
 * @param value fraction predicted correctly
 * @param low lower end of the 95 % interval (Wilson 1927)
 * @param high upper end
 * @param n number of pictures
 */
public record HeldOutAccuracy(double value, double low, double high, int n) {
    /** Fewest random pictures to measure on; with fewer the interval is not informative. */
    public static final int FEWEST = 8;

    private static final int FOLDS = 5;
    private static final double Z = 1.959963984540054;

    /** Returns the accuracy with its interval from counts. */
    static HeldOutAccuracy of(int correct, int n) {
        double fraction = (double) correct / n;
        double centre = (fraction + Z * Z / (2 * n)) / (1 + Z * Z / n);
        double half = Z / (1 + Z * Z / n) * Math.sqrt(fraction * (1 - fraction) / n + Z * Z / (4.0 * n * n));
        return new HeldOutAccuracy(fraction, Math.max(0, centre - half), Math.min(1, centre + half), n);
    }

    /** Measures the accuracy; requires {@link #FEWEST} random pictures. Costs one fit per fold. */
    public static HeldOutAccuracy measure(HeadFitter fitter, Labels labels) {
        int[] drawn = labels.random().stream().toArray();
        int correct = 0;
        for (int fold = 0; fold < FOLDS; fold++) {
            int part = fold;
            int[] out = IntStream.range(0, drawn.length)
                    .filter(i -> i % FOLDS == part)
                    .map(i -> drawn[i])
                    .toArray();
            correct += correct(fitter, labels, out);
        }
        return of(correct, drawn.length);
    }

    private static int correct(HeadFitter fitter, Labels labels, int[] out) {
        int[] rest = Arrays.stream(labels.labelled())
                .filter(i -> Arrays.binarySearch(out, i) < 0)
                .toArray();
        int[] truth = Arrays.stream(rest).map(i -> labels.of()[i]).toArray();
        if (Arrays.stream(truth).distinct().count() < 2) {
            return 0;
        }
        int[] predicted = fitter.predict(fitter.fit(rest, truth, labels.names()), out);
        return (int) IntStream.range(0, out.length)
                .filter(i -> predicted[i] == labels.of()[out[i]])
                .count();
    }

    /** Returns whether there are enough labels to measure. */
    public static boolean possible(Labels labels) {
        return labels.random().cardinality() >= FEWEST && labels.names().size() >= 2;
    }
}
