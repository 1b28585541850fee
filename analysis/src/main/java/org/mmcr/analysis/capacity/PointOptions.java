package org.mmcr.analysis.capacity;

import java.util.Optional;
import java.util.OptionalInt;
import org.mmcr.data.io.SpikeCounts;

/**
 * The choice of points of a file.
 *
 * @param labels location of the labels of the points, see {@link org.mmcr.data.LabelFile}; {@code #name} is an array of
 *     the file of points, or a column of the trials of an NWB file. Optional for a table
 * @param maxPoints largest number of points of a class; of larger classes a random subset is used
 * @param dropNan whether points with NaN or infinity are left out; otherwise they are an error
 * @param dropSilent whether dimensions of one value in all points are left out
 * @param window bins of the trials of an NWB file
 * @param seed seed of the subsets
 */
public record PointOptions(
        Optional<String> labels,
        OptionalInt maxPoints,
        boolean dropNan,
        boolean dropSilent,
        Optional<SpikeCounts.Window> window,
        long seed) {

    /** Returns all points, whose classes are the first axis. */
    public static PointOptions all(long seed) {
        return new PointOptions(Optional.empty(), OptionalInt.empty(), false, false, Optional.empty(), seed);
    }
}
