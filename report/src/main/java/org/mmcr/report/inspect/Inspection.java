package org.mmcr.report.inspect;

import java.util.List;
import java.util.Map;

/**
 * What is in a data set.
 *
 * @param location as the user gave it
 * @param fingerprint of the source
 * @param pictures that can be read
 * @param broken how many cannot
 * @param firstBroken the first of these, each with its reason
 * @param sizes how large they are
 * @param modes how many are stored in which way, the most frequent first
 * @param classes how many pictures each class has, in the order of the classes; empty without labels
 * @param unlabelled pictures without a label
 * @param mean of red, green and blue over all pixels, on the scale 0..1
 * @param std standard deviation of the same
 * @param duplicates pictures that show exactly the same pixels
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

    /** A file that cannot be read, and why. */
    public record Broken(String name, String reason) {}

    /**
     * Sides in pixels.
     *
     * @param distinct how many different sizes there are
     * @param commonest height x width, the most frequent first, with their counts
     */
    public record Sizes(
            int minHeight, int maxHeight, int minWidth, int maxWidth, int distinct, Map<String, Integer> commonest) {}

    /**
     * Pictures that occur more than once.
     *
     * @param groups of equal pictures
     * @param superfluous pictures beyond the first of each group
     * @param acrossClasses groups whose pictures have different labels
     * @param examples names of the first groups
     */
    public record Duplicates(int groups, int superfluous, int acrossClasses, List<List<String>> examples) {}
}
