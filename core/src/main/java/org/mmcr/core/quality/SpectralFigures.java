package org.mmcr.core.quality;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.mmcr.core.capacity.Matrix;

/** All spectral measures of one set of embeddings; those without a value are not in the map. */
final class SpectralFigures {
    private SpectralFigures() {}

    /** By singular values. */
    static Map<Measure, Double> exact(EmbeddedViews embeddings) {
        return of(embeddings, Matrix::singularValues);
    }

    /** By eigenvalues of Gram matrices: good to about seven digits, which is enough for a standard error. */
    static Map<Measure, Double> fast(EmbeddedViews embeddings) {
        return of(
                embeddings,
                rows -> Arrays.stream(SpectralMeasures.gramEigenvalues(rows))
                        .map(Math::sqrt)
                        .toArray());
    }

    private interface Spectrum {
        double[] singularValues(Matrix rows);
    }

    private static Map<Measure, Double> of(EmbeddedViews embeddings, Spectrum spectrum) {
        Map<Measure, Double> found = new EnumMap<>(Measure.class);
        double[] covariance = SpectralMeasures.covarianceEigenvalues(embeddings.rows());
        put(
                found,
                Measure.RANKME,
                SpectralMeasures.rankMe(spectrum.singularValues(SpectralMeasures.scaled(embeddings.rows()))));
        put(found, Measure.NESUM, SpectralMeasures.nesum(covariance));
        put(found, Measure.LIDAR, SpectralMeasures.lidar(embeddings));
        PowerLaw.fit(covariance).ifPresent(law -> found.put(Measure.ALPHA_REQ, law.alpha()));
        if (embeddings.firstZeroRow().isEmpty()) {
            Matrix centroids = embeddings.unit().centroids();
            double[] singular = spectrum.singularValues(centroids);
            put(found, Measure.EFFECTIVE_RANK, SpectralMeasures.effectiveRank(singular));
            found.put(
                    Measure.PERCENT_ERROR,
                    SpectralMeasures.percentError(singular, centroids.rows(), centroids.columns()));
        }
        return found;
    }

    private static void put(Map<Measure, Double> found, Measure measure, OptionalDouble value) {
        value.ifPresent(number -> found.put(measure, number));
    }
}
