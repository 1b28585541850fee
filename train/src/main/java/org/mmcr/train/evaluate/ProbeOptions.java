package org.mmcr.train.evaluate;

import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * Settings of the linear probe.
 *
 * @param l2Grid penalties to try, strongest first, on the mean negative log-likelihood of standardised features
 * @param patience number of penalties in a row without a better validation accuracy after which the path ends
 * @param validationShare fraction of every class of the training data that chooses the penalty, above 0 and at
 *     most 0.5
 * @param seed seed of the validation split
 * @param maxIterations L-BFGS iterations per penalty, and for the final fit
 * @param gradientTolerance largest absolute gradient entry that counts as a minimum in the final fit; ten times that on
 *     the path
 */
@API(status = API.Status.STABLE)
public record ProbeOptions(
        List<Double> l2Grid,
        int patience,
        double validationShare,
        long seed,
        int maxIterations,
        double gradientTolerance) {

    public ProbeOptions {
        l2Grid = List.copyOf(l2Grid);
        if (l2Grid.isEmpty() || l2Grid.stream().anyMatch(l2 -> !(l2 > 0) || l2.isInfinite())) {
            throw new MmcrException("expected positive penalties for the linear probe, found " + l2Grid
                    + "; 1 down to 1e-6 covers usual data");
        }
        if (!(validationShare > 0 && validationShare <= 0.5)) {
            throw new MmcrException("expected a validation fraction in (0, 0.5] for the linear probe, found "
                    + validationShare + "; 0.15 is usual");
        }
        if (patience < 1 || maxIterations < 1 || !(gradientTolerance > 0)) {
            throw new MmcrException(
                    "expected a positive patience, iteration limit and tolerance for the linear probe, found "
                            + patience + ", " + maxIterations + ", " + gradientTolerance
                            + "; the defaults are 3, 60 and 1e-5");
        }
    }

    /** Returns penalties 1, 10^-0.5, ... 1e-6, 15 % validation and at most 60 iterations each. */
    public static ProbeOptions defaults() {
        List<Double> grid = IntStream.rangeClosed(0, 12)
                .mapToObj(i -> Math.pow(10, -i / 2.0))
                .toList();
        return new ProbeOptions(grid, 3, 0.15, 0, 60, 1e-5);
    }

    /** Returns a copy with another validation split. */
    public ProbeOptions withSeed(long other) {
        return new ProbeOptions(l2Grid, patience, validationShare, other, maxIterations, gradientTolerance);
    }
}
