package org.mmcr.report.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/**
 * The single samples that a run's page shows: views, nearest neighbours and a map. It is stored with the run, so that
 * the page can be made again without the data. Names and classes are those of the data and may contain any text. Rows
 * of a table have neighbours and a map, but no pictures.
 *
 * @param samples {@value #TEST} if the neighbours are asked of test samples, which the map shows; {@value #TRAINING} if
 *     both are of training samples, because there was no test data
 * @param views pictures beside their random views
 * @param neighbours samples beside the nearest others
 * @param map samples in the plane
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record PictureSample(String samples, Optional<Views> views, Neighbours neighbours, Places map) {
    /** Samples of test data. */
    public static final String TEST = "test";
    /** Samples of training data. */
    public static final String TRAINING = "training";

    /** The name of a sample, and its class if it has one. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Caption(String name, Optional<String> label) {}

    /**
     * Pictures with their views. Each row of the sheet has the picture as evaluation preprocesses it, then its views.
     *
     * @param views of each picture
     * @param pictures one for each row
     */
    public record Views(SpriteSheet sheet, int views, List<Caption> pictures) {}

    /**
     * Samples, each with the nearest training samples by cosine similarity of features, nearest first; a training
     * sample
     * is no neighbour of itself.
     *
     * @param sheet of pictures: for each row the picture, then the nearest ones
     * @param searched number of training samples searched
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Neighbours(Optional<SpriteSheet> sheet, int searched, List<Row> rows) {
        /** A sample and its neighbours. */
        public record Row(Caption picture, List<Near> nearest) {}

        /** A training sample and its cosine similarity. */
        public record Near(Caption picture, double similarity) {}
    }

    /**
     * Samples in the plane, in the order of the sheet. Coordinates lie in -1..1.
     *
     * @param total number of samples that these were taken from
     * @param classes names that {@code labels} indexes
     * @param labels an index into the classes for each sample, -1 where it has none
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Places(
            Optional<SpriteSheet> sheet,
            int total,
            List<String> names,
            List<String> classes,
            List<Integer> labels,
            Coordinates pca,
            Coordinates umap) {}

    /** One place for each sample. */
    public record Coordinates(List<Double> x, List<Double> y) {}
}
