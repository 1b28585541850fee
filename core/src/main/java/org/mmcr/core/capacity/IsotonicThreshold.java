package org.mmcr.core.capacity;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;

/**
 * An estimate of the place at which an increasing success rate crosses one half: isotonic regression of the rates at a
 * few places, with linear interpolation.
 */
@API(status = API.Status.STABLE)
public final class IsotonicThreshold {
    private IsotonicThreshold() {}

    /**
     * Counts at one place.
     *
     * @param place N
     * @param successes number of successes
     * @param trials number of trials
     */
    public record Count(int place, int successes, int trials) {}

    /** Returns the place of one half; the first or last place if all rates are on one side of it. */
    public static double of(List<Count> ascending) {
        double[] rates = monotone(ascending);
        int last = rates.length - 1;
        if (rates[0] >= 0.5) {
            return ascending.get(0).place();
        }
        for (int i = 1; i <= last; i++) {
            if (rates[i] >= 0.5) {
                double low = ascending.get(i - 1).place();
                double high = ascending.get(i).place();
                return low + (high - low) * (0.5 - rates[i - 1]) / (rates[i] - rates[i - 1]);
            }
        }
        return ascending.get(last).place();
    }

    /** Returns the crossing of each of {@code times} parametric bootstrap draws of the counts. */
    public static double[] bootstrap(List<Count> ascending, int times, RandomGenerator random) {
        double[] rates = monotone(ascending);
        double[] found = new double[times];
        for (int r = 0; r < times; r++) {
            List<Count> drawn = new ArrayList<>();
            for (int i = 0; i < rates.length; i++) {
                Count count = ascending.get(i);
                int successes = 0;
                for (int k = 0; k < count.trials(); k++) {
                    successes += random.nextDouble() < rates[i] ? 1 : 0;
                }
                drawn.add(new Count(count.place(), successes, count.trials()));
            }
            found[r] = of(drawn);
        }
        return found;
    }

    private static double[] monotone(List<Count> ascending) {
        int size = ascending.size();
        double[] rates = new double[size];
        for (int i = 0; i < size; i++) {
            // Isotonic regression as max over beginnings of min over ends of the mean.
            double best = 0;
            for (int from = 0; from <= i; from++) {
                double successes = 0;
                double trials = 0;
                double least = Double.POSITIVE_INFINITY;
                for (int to = from; to < size; to++) {
                    successes += ascending.get(to).successes();
                    trials += ascending.get(to).trials();
                    least = to >= i ? Math.min(least, successes / trials) : least;
                }
                best = Math.max(best, least);
            }
            rates[i] = best;
        }
        return rates;
    }
}
