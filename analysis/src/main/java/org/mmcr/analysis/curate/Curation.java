package org.mmcr.analysis.curate;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/**
 * The result of a curation; as a JSON document without the rows.
 *
 * @param data location of the data
 * @param against location of the data compared with
 * @param features where the features come from
 * @param pictures number of pictures that can be read
 * @param broken number that cannot be read or are of one colour
 * @param duplicates near and exact duplicates
 * @param outliers number of flagged outliers
 * @param labels suspected label errors; absent without labels of two classes with five pictures each
 * @param classes capacity of each measured class, the lowest first; empty without labels
 * @param costliest pictures that cost most capacity, the largest share first; empty without labels
 * @param subset the diverse subset, if requested
 * @param notes what was not done, and why
 * @param seconds wall time without training and features
 * @param rows one for each picture, the broken ones last; not in the document
 * @param chosen rows of the diverse subset in order; not in the document
 */
public record Curation(
        String data,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> against,
        String features,
        int pictures,
        int broken,
        Copies duplicates,
        int outliers,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Labels> labels,
        List<ClassCost> classes,
        List<PictureCost> costliest,
        @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Subset> subset,
        List<String> notes,
        double seconds,
        @JsonIgnore List<CurationRow> rows,
        @JsonIgnore List<Integer> chosen) {

    /**
     * Numbers of duplicates.
     *
     * @param flagged pictures that are not the first of their group
     * @param exact those of them with equal content
     * @param groups groups of more than one picture
     * @param across flagged pictures whose original is in the data compared with
     */
    public record Copies(int flagged, int exact, int groups, int across) {}

    /**
     * Suspected label errors.
     *
     * @param judged pictures with a label that were judged
     * @param suspected flagged ones
     * @param accuracy fraction of the judged labels that are the most probable class out of fold
     * @param overlaps pairs of classes by the number of suspicions, the largest first
     */
    public record Labels(int judged, int suspected, double accuracy, List<Overlap> overlaps) {}

    /** How often pictures of one label are more probably of another class. */
    public record Overlap(String label, String suggested, int pictures) {}

    /**
     * Manifold capacity of a class; a low one costs most.
     *
     * @param name of the class
     * @param capacity classes per dimension, if all were like it
     * @param radius in norms of its centre
     * @param dimension of the class
     * @param share fraction of the cost 1 / capacity that it causes; all measured classes add up to 1
     * @param capacityWithout capacity of the other classes
     */
    public record ClassCost(
            String name, double capacity, double radius, double dimension, double share, double capacityWithout) {}

    /**
     * A picture that costs much capacity.
     *
     * @param path of the picture
     * @param label of the picture
     * @param radius its distance from the centre of its class, in norms of the centre
     * @param active fraction of the directions in which it supports the anchor of its class
     * @param share its fraction of the cost 1 / capacity; all measured pictures add up to 1
     * @param capacityWithout capacity without it; NaN if the centre of the rest of its class is at the origin
     */
    public record PictureCost(
            String path, String label, double radius, double active, double share, double capacityWithout) {}

    /**
     * A diverse subset.
     *
     * @param pictures number chosen
     * @param coverage after every tenth part of the subset
     */
    public record Subset(int pictures, List<Coverage> coverage) {}

    /** Mean similarity of all pictures to the nearest of the first {@code pictures} chosen ones, 0 to 1. */
    public record Coverage(int pictures, double coverage) {}
}
