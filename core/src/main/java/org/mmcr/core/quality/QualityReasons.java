package org.mmcr.core.quality;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.mmcr.core.capacity.Matrix;

/** The reasons why measures mean nothing or little on some embeddings. */
final class QualityReasons {
    /** Ratio of pictures to dimensions below which the spectrum is that of the sample. */
    private static final int FEW_PICTURES = 2;
    /** Variance within pictures, in ridges of LiDAR, below which the ridge decides. */
    private static final double SMALL_VARIANCE = 10;

    private static final double POOR_FIT = 0.9;
    private static final int SHORT_FIT = 10;

    private final EmbeddedViews embeddings;
    private final List<RepresentationQuality.Reason> reasons = new ArrayList<>();

    QualityReasons(EmbeddedViews embeddings) {
        this.embeddings = embeddings;
        if (embeddings.views() < 2) {
            for (Measure measure : List.of(Measure.LIDAR, Measure.ALIGNMENT, Measure.INFONCE, Measure.VIEW_CAPACITY)) {
                add(measure, "needs at least 2 views of each picture, found 1");
            }
        }
        if (embeddings.pictures() < 2) {
            add(Measure.VIEW_CAPACITY, "needs at least 2 pictures, found 1");
        }
        embeddings.firstZeroRow().ifPresent(row -> {
            for (Measure measure : List.of(
                    Measure.EFFECTIVE_RANK,
                    Measure.PERCENT_ERROR,
                    Measure.ALIGNMENT,
                    Measure.UNIFORMITY,
                    Measure.CLUSTER_LEARNABILITY,
                    Measure.INTRINSIC_DIMENSION,
                    Measure.INFONCE)) {
                add(measure, "needs rows with a direction, found only zeros in row " + row);
            }
        });
    }

    List<RepresentationQuality.Reason> all() {
        return List.copyOf(reasons);
    }

    void add(Measure measure, String text) {
        reasons.add(new RepresentationQuality.Reason(measure, text));
    }

    void ofSpectra(Map<Measure, Double> found, double[] covariance, Optional<PowerLaw> law) {
        int pictures = embeddings.pictures();
        int dimension = embeddings.dimension();
        if (!found.containsKey(Measure.RANKME)) {
            add(Measure.RANKME, "all rows are zero");
        }
        if (covariance[0] == 0) {
            add(Measure.NESUM, "all rows are equal: the representation has collapsed");
        }
        if (embeddings.views() > 1 && !found.containsKey(Measure.LIDAR)) {
            add(Measure.LIDAR, withoutLidar());
        }
        if (pictures < FEW_PICTURES * dimension) {
            for (Measure measure : List.of(Measure.RANKME, Measure.NESUM, Measure.LIDAR, Measure.ALPHA_REQ)) {
                if (found.containsKey(measure)) {
                    add(
                            measure,
                            pictures + " pictures in " + dimension + " dimensions: the value grows with the number of"
                                    + " pictures; use " + FEW_PICTURES * dimension
                                    + " or more, and compare only at equal numbers");
                }
            }
        }
        ofRidge(found);
        ofLaw(law);
    }

    private String withoutLidar() {
        if (embeddings.pictures() < 2) {
            return "needs at least 2 pictures, found 1";
        }
        return SpectralMeasures.allEqual(embeddings.centroids())
                ? "all pictures have the same mean: the representation has collapsed"
                : "the embeddings are so large or small that a covariance is singular to rounding; divide them by their scale";
    }

    private void ofRidge(Map<Measure, Double> found) {
        if (!found.containsKey(Measure.LIDAR)) {
            return;
        }
        double variance = varianceWithin();
        if (variance < SMALL_VARIANCE * SpectralMeasures.RIDGE) {
            add(
                    Measure.LIDAR,
                    String.format(
                            Locale.ROOT,
                            "the variance within pictures is %.1e in each dimension, near the ridge of 1e-4: the value"
                                    + " depends on the scale of the embeddings",
                            variance));
        }
    }

    private double varianceWithin() {
        Matrix centres = embeddings.centroids();
        double sum = 0;
        for (int i = 0; i < embeddings.rows().values().length; i++) {
            int picture = i / embeddings.dimension() / embeddings.views();
            double apart = embeddings.rows().values()[i]
                    - centres.values()[picture * embeddings.dimension() + i % embeddings.dimension()];
            sum += apart * apart;
        }
        return sum / embeddings.rows().values().length;
    }

    private void ofLaw(Optional<PowerLaw> law) {
        if (law.isEmpty()) {
            add(Measure.ALPHA_REQ, "fewer than 3 eigenvalues of the covariance can be fitted");
            return;
        }
        PowerLaw fit = law.get();
        int length = fit.to() - fit.from() + 1;
        if (length < SHORT_FIT) {
            add(Measure.ALPHA_REQ, "only " + length + " eigenvalues were fitted");
        }
        if (fit.rSquared() < POOR_FIT) {
            add(
                    Measure.ALPHA_REQ,
                    String.format(
                            Locale.ROOT, "the spectrum is no power law: the fit explains R^2 = %.2f", fit.rSquared()));
        }
    }

    void tooFewPictures() {
        for (Measure measure : List.of(
                Measure.UNIFORMITY, Measure.CLUSTER_LEARNABILITY, Measure.INTRINSIC_DIMENSION, Measure.INFONCE)) {
            add(measure, "needs at least " + NeighbourMeasures.FEWEST + " pictures, found " + embeddings.pictures());
        }
    }

    void ofNeighbours(NeighbourMeasures found, int rows) {
        if (found.learnability().isEmpty()) {
            add(Measure.CLUSTER_LEARNABILITY, "all pictures are in one cluster: the representation has collapsed");
        }
        if (found.intrinsicDimension().isEmpty()) {
            add(Measure.INTRINSIC_DIMENSION, "too few pictures have two neighbours at different distances above 0");
        } else if (found.duplicates() > 0) {
            add(
                    Measure.INTRINSIC_DIMENSION,
                    found.duplicates() + " of " + rows + " pictures coincide with another and were left out");
        }
    }

    void ofInfoNce(double value, int pictures) {
        double ceiling = Math.log(pictures);
        if (ceiling - value < PairedViews.NEAR_CEILING) {
            add(
                    Measure.INFONCE,
                    String.format(
                            Locale.ROOT, "near its ceiling log N = %.2f: the information may be far larger", ceiling));
        }
    }

    void ofCapacity(ViewCapacity found) {
        found.cautions().forEach((caution, pictures) -> {
            String whom = pictures.isEmpty() ? "" : pictures.size() + " of " + found.pictures() + " pictures: ";
            add(Measure.VIEW_CAPACITY, whom + caution.text());
        });
    }
}
