package org.mmcr.explorer.labelling;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Accuracy on the labelled pictures that were drawn at random, each predicted by a head that did not see it.
 *
 * <p>Pictures that a person or a rule picked are easier or harder than the rest; their accuracy says little about the
 * rest. Those drawn at random are left out in up to {@value #FOLDS} parts, each part predicted by a head fitted to
 * everything else, so that no label is lost to measuring. Those heads see a little less than the head in use: the figure
 * errs on the low side.
 *
 * @param value share predicted right
 * @param low of the 95 % interval (Wilson 1927)
 * @param high of it
 * @param n pictures it was measured on
 */
public record HeldOutAccuracy(double value, double low, double high, int n) {
    /** With fewer pictures an interval says nothing. */
    public static final int FEWEST = 8;

    private static final int FOLDS = 5;
    private static final double Z = 1.959963984540054;

    /** Of counts. */
    static HeldOutAccuracy of(int correct, int n) {
        double share = (double) correct / n;
        double centre = (share + Z * Z / (2 * n)) / (1 + Z * Z / n);
        double half = Z / (1 + Z * Z / n) * Math.sqrt(share * (1 - share) / n + Z * Z / (4.0 * n * n));
        return new HeldOutAccuracy(share, Math.max(0, centre - half), Math.min(1, centre + half), n);
    }

    /** Measures; {@code labels} must have at least {@link #FEWEST} random pictures. Cost: as many fits as parts. */
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

    /** Whether there is enough to measure on. */
    public static boolean possible(Labels labels) {
        return labels.random().cardinality() >= FEWEST && labels.names().size() >= 2;
    }
}
