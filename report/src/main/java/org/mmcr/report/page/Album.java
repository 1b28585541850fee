package org.mmcr.report.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/**
 * What a run's page shows of single datums, few and small, so that the page can be made again without the data. Names and
 * classes are as the data gives them and may hold anything. Rows of a table have neighbours and a map like pictures, without
 * anything to see of them.
 *
 * @param views pictures beside their random views
 * @param neighbours datums beside the nearest others
 * @param map where datums lie
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Album(Optional<Views> views, Neighbours neighbours, Places map) {

    /** What a datum is called, and its class where it has one. */
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
     * Test datums, each with the nearest training datums by cosine similarity of features, nearest first.
     *
     * @param sheet of pictures: for each row the test picture, then the nearest ones
     * @param searched training datums that could be found
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Neighbours(Optional<Sheet> sheet, int searched, List<Row> rows) {
        /** A test datum and what lies nearest. */
        public record Row(Caption picture, List<Near> nearest) {}

        /** A training datum and its cosine similarity. */
        public record Near(Caption picture, double similarity) {}
    }

    /**
     * Test datums in the plane; a sheet of pictures holds them in the order of the lists. Coordinates lie in -1..1.
     *
     * @param total test datums that these were taken from, evenly
     * @param classes names that {@code labels} counts
     * @param labels an index into the classes for each datum, -1 where it has none
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Places(
            Optional<Sheet> sheet,
            int total,
            List<String> names,
            List<String> classes,
            List<Integer> labels,
            Coordinates pca,
            Coordinates umap) {}

    /** One place for each datum. */
    public record Coordinates(List<Double> x, List<Double> y) {}
}
