package org.mmcr.report.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/**
 * What a run's page shows of single samples, few and small, so that the page can be made again without the data. Names and
 * classes are as the data gives them and may hold anything. Rows of a table have neighbours and a map like pictures, without
 * anything to see of them.
 *
 * @param views pictures beside their random views
 * @param neighbours samples beside the nearest others
 * @param map where samples lie
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record PictureSample(Optional<Views> views, Neighbours neighbours, Places map) {

    /** What a sample is called, and its class where it has one. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Caption(String name, Optional<String> label) {}

    /**
     * Each row of the sheet: the picture as the encoder is shown it in evaluation, then its views.
     *
     * @param views of each picture
     * @param pictures one for each row
     */
    public record Views(SpriteSheet sheet, int views, List<Caption> pictures) {}

    /**
     * Test samples, each with the nearest training samples by cosine similarity of features, nearest first.
     *
     * @param sheet of pictures: for each row the test picture, then the nearest ones
     * @param searched training samples that could be found
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Neighbours(Optional<SpriteSheet> sheet, int searched, List<Row> rows) {
        /** A test sample and what lies nearest. */
        public record Row(Caption picture, List<Near> nearest) {}

        /** A training sample and its cosine similarity. */
        public record Near(Caption picture, double similarity) {}
    }

    /**
     * Test samples in the plane; a sheet of pictures holds them in the order of the lists. Coordinates lie in -1..1.
     *
     * @param total test samples that these were taken from, evenly
     * @param classes names that {@code labels} counts
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
