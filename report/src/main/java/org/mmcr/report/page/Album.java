package org.mmcr.report.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/**
 * The pictures of a run's page, small and few, so that the page can be made again without the data. Names and classes are as
 * the data gives them and may hold anything.
 *
 * @param views pictures beside their random views
 * @param neighbours pictures beside the nearest others
 * @param map where pictures lie
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Album(Views views, Neighbours neighbours, Places map) {

    /** What a picture is called, and its class where it has one. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Caption(String name, Optional<String> label) {}

    /**
     * Each row of the sheet: the picture as the encoder is shown it in evaluation, then its views.
     *
     * @param views of each picture
     * @param pictures one for each row
     */
    public record Views(Sheet sheet, int views, List<Caption> pictures) {}

    /**
     * Each row of the sheet: a test picture, then the nearest training pictures by cosine similarity of features, nearest first.
     *
     * @param searched training pictures that could be found
     */
    public record Neighbours(Sheet sheet, int searched, List<Row> rows) {
        /** A test picture and what lies nearest. */
        public record Row(Caption picture, List<Near> nearest) {}

        /** A training picture and its cosine similarity. */
        public record Near(Caption picture, double similarity) {}
    }

    /**
     * Test pictures in the plane; the sheet holds them in the order of the lists. Coordinates lie in -1..1.
     *
     * @param total test pictures that these were taken from, evenly
     * @param classes names that {@code labels} counts
     * @param labels an index into the classes for each picture, -1 where it has none
     */
    public record Places(
            Sheet sheet,
            int total,
            List<String> names,
            List<String> classes,
            List<Integer> labels,
            Coordinates pca,
            Coordinates umap) {}

    /** One place for each picture. */
    public record Coordinates(List<Double> x, List<Double> y) {}
}
