package org.mmcr.data.io;

import io.jhdf.api.Dataset;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.mmcr.core.MmcrException;

/**
 * Spike counts of the units of an NWB file (Neurodata Without Borders 2), aligned to the trials: (trials, units, times).
 *
 * <p>A spike belongs to the bin of its time, which contains its beginning and not its end. Trials without a time to
 * align to have NaN. Times in which a unit was not observed count as silent.
 */
public final class SpikeCounts {
    private static final String TRIALS = "intervals/trials";
    private static final double WHOLE = 1e-6;

    private SpikeCounts() {}

    /**
     * The bins of a trial.
     *
     * @param from beginning in seconds after the trial's event; negative before it
     * @param to end
     * @param bin length of a bin in seconds, which divides the window
     * @param event column of the trials with the time of the event, in seconds
     */
    public record Window(double from, double to, double bin, String event) {
        public Window {
            double count = (to - from) / bin;
            if (!(to > from) || !(bin > 0) || !Double.isFinite(count)) {
                throw new MmcrException("expected a window that ends after it begins and bins longer than 0, found "
                        + from + " to " + to + " s in bins of " + bin + " s");
            }
            if (Math.abs(count - Math.rint(count)) > WHOLE * count || count > 1e6) {
                throw new MmcrException("expected bins that divide the window, found " + from + " to " + to
                        + " s in bins of " + bin + " s");
            }
        }

        int bins() {
            return (int) Math.rint((to - from) / bin);
        }
    }

    /**
     * Counts the spikes of all units.
     *
     * @param location of the NWB file
     * @throws MmcrException if it has no units with spike times, or no trials with the event
     */
    public static NumberArray of(String location, Window window) {
        return Hdf5File.opened(location, Path.of(location), false, file -> new Counting(location, file, window).all());
    }

    /**
     * Returns the location of a column of the trials, such as {@code stimulus}, in an NWB file; a name with a slash is
     * that of any dataset.
     */
    public static String column(String location, String name) {
        return location + "#" + (name.contains("/") ? name : TRIALS + "/" + name);
    }

    /** The counting of one file. */
    private record Counting(String location, Hdf5File file, Window window) {
        NumberArray all() {
            double[] events = numbers(TRIALS + "/" + window.event());
            double[] spikes = numbers("units/spike_times");
            double[] ends = numbers("units/spike_times_index");
            int bins = window.bins();
            long size = Math.multiplyExact(Math.multiplyExact((long) events.length, ends.length), bins);
            ArrayFiles.requireRoom(location, size);
            double[] counts = new double[(int) size];
            int from = 0;
            for (int unit = 0; unit < ends.length; unit++) {
                int to = (int) ends[unit];
                if (to < from || to > spikes.length) {
                    throw new MmcrException("expected ascending ends of the units' spikes in " + location + ", found "
                            + to + " of unit " + unit + "; write the file again");
                }
                double[] times = Arrays.copyOfRange(spikes, from, to);
                Arrays.sort(times);
                for (int trial = 0; trial < events.length; trial++) {
                    count(times, events[trial], counts, (trial * ends.length + unit) * bins);
                }
                from = to;
            }
            return new HeldArray(location, List.of((long) events.length, (long) ends.length, (long) bins), counts);
        }

        private void count(double[] times, double event, double[] counts, int offset) {
            int bins = window.bins();
            if (Double.isNaN(event)) {
                Arrays.fill(counts, offset, offset + bins, Double.NaN);
                return;
            }
            int place = Arrays.binarySearch(times, event + window.from());
            for (int i = firstAt(times, place); i < times.length; i++) {
                int bin = (int) Math.floor((times[i] - event - window.from()) / window.bin());
                if (bin >= bins) {
                    return;
                }
                counts[offset + Math.max(0, bin)]++;
            }
        }

        /** Returns the first of equal times, which a binary search does not promise. */
        private static int firstAt(double[] times, int place) {
            int first = place < 0 ? -place - 1 : place;
            while (first > 0 && first < times.length && times[first - 1] == times[first]) {
                first--;
            }
            return first;
        }

        private double[] numbers(String path) {
            Dataset dataset = file.dataset(path)
                    .orElseThrow(() -> new MmcrException("expected " + path + " in the NWB file " + location
                            + ", found none"
                            + (path.startsWith(TRIALS)
                                    ? "; --align takes one of the trials' columns "
                                            + String.join(", ", file.names(TRIALS))
                                    : "; only sorted units are counted")));
            return file.numbers(dataset).values();
        }
    }
}
