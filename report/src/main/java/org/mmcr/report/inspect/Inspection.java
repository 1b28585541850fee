package org.mmcr.report.inspect;

import java.util.List;
import java.util.Map;

/**
 * The summary of a data set.
 *
 * @param location as the user gave it
 * @param fingerprint of the source
 * @param pictures number that can be read
 * @param broken number of files that cannot be read
 * @param firstBroken the first broken files with reasons
 * @param sizes heights and widths
 * @param modes counts by storage mode, the most frequent first
 * @param classes pictures per class, in the order of the classes; empty without labels
 * @param unlabelled pictures without a label
 * @param mean of red, green and blue over all pixels, on the scale 0..1
 * @param std their standard deviations
 * @param duplicates pictures with exactly the same pixels
 */
public record Inspection(
        String location,
        String fingerprint,
        int pictures,
        int broken,
        List<Broken> firstBroken,
        Sizes sizes,
        Map<String, Integer> modes,
        Map<String, Integer> classes,
        int unlabelled,
        List<Double> mean,
        List<Double> std,
        Duplicates duplicates) {

    /** A file that cannot be read, with the reason. */
    public record Broken(String name, String reason) {}

    /**
     * Heights and widths in pixels.
     *
     * @param distinct number of different sizes
     * @param commonest counts by height x width, the most frequent first
     */
    public record Sizes(
            int minHeight, int maxHeight, int minWidth, int maxWidth, int distinct, Map<String, Integer> commonest) {}

    /**
     * Pictures that occur more than once.
     *
     * @param groups number of groups of equal pictures
     * @param superfluous pictures beyond the first of each group
     * @param acrossClasses number of groups with more than one label
     * @param examples the first names of each of the first groups
     */
    public record Duplicates(int groups, int superfluous, int acrossClasses, List<List<String>> examples) {}
}
