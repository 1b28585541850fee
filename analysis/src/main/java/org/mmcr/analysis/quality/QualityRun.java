package org.mmcr.analysis.quality;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.analysis.capacity.CapacityReport;
import org.mmcr.analysis.quality.QualityReport.Caution;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.TaskRunner;
import org.mmcr.core.quality.EmbeddedViews;
import org.mmcr.core.quality.QualityOptions;
import org.mmcr.core.quality.RepresentationQuality;
import org.mmcr.objective.information.Estimate;
import org.mmcr.objective.information.SphereEntropy;
import org.mmcr.objective.information.ViewInformation;
import org.mmcr.objective.linalg.TensorArrays;
import org.mmcr.train.evaluate.RowNormalization;

/** A measurement of quality without labels on its own threads, with its wall time. */
@API(status = API.Status.STABLE)
public final class QualityRun {
    private static final String BOUND = "mi_lower_bound";

    private final QualityOptions options;
    private final int threads;

    /**
     * Prepares a measurement.
     *
     * @param options number of resamples and seed
     * @param threads number of threads, at least 1; the result does not depend on it
     */
    public QualityRun(QualityOptions options, int threads) {
        this.options = options;
        this.threads = threads;
    }

    /**
     * Measures embeddings.
     *
     * @param rows (N*K, D) float32 or float64 of any scale, the K views of a picture adjacent, not modified
     * @param views K
     * @throws MmcrException if the shape does not fit, or a number is not finite
     */
    public QualityReport measure(Tensor rows, int views, CapacityProgress progress) {
        long began = System.nanoTime();
        EmbeddedViews embeddings = new EmbeddedViews(matrix(rows), views);
        RepresentationQuality quality;
        ForkJoinPool pool = new ForkJoinPool(threads);
        try {
            quality = RepresentationQuality.of(embeddings, options, TaskRunner.on(pool), progress);
        } finally {
            pool.shutdownNow();
        }
        Map<String, CapacityReport.Value> measures = new LinkedHashMap<>(quality.byKey(CapacityReport.Value::of));
        List<Caution> cautions = new ArrayList<>();
        quality.cautions().forEach(one -> cautions.add(new Caution(one.measure().key(), one.text())));
        addBound(rows, embeddings, measures, cautions, progress);
        return new QualityReport(
                embeddings.pictures(),
                views,
                embeddings.dimension(),
                measures,
                quality.powerLaw(),
                quality.clusters() > 0 ? Optional.of(quality.clusters()) : Optional.empty(),
                cautions,
                (System.nanoTime() - began) * 1e-9);
    }

    /** The lower bound of {@link ViewInformation}, which is defined on the sphere. */
    private void addBound(
            Tensor rows,
            EmbeddedViews embeddings,
            Map<String, CapacityReport.Value> measures,
            List<Caution> cautions,
            CapacityProgress progress) {
        Optional<String> reason = unmeasurable(embeddings);
        if (reason.isPresent()) {
            cautions.add(new Caution(BOUND, reason.get()));
            return;
        }
        progress.at("mutual information", 0, 1);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor unit = RowNormalization.of(rows.detach().to(ScalarType.Double))
                    .view(embeddings.pictures(), embeddings.views(), embeddings.dimension());
            ViewInformation found = ViewInformation.of(unit, options.seed());
            Estimate bound = found.miLowerBound();
            measures.put(BOUND, new CapacityReport.Value(bound.value(), List.of(bound.low(), bound.high())));
            bound.caution().ifPresent(text -> cautions.add(new Caution(BOUND, text)));
        } catch (MmcrException e) {
            cautions.add(new Caution(BOUND, String.valueOf(e.getMessage())));
        }
    }

    private static Optional<String> unmeasurable(EmbeddedViews embeddings) {
        if (embeddings.views() < 2) {
            return Optional.of("needs at least 2 views of each picture, found 1");
        }
        if (embeddings.dimension() < 2) {
            return Optional.of("needs at least 2 dimensions, found 1");
        }
        if (embeddings.pictures() < SphereEntropy.FEWEST) {
            return Optional.of("needs at least " + SphereEntropy.FEWEST + " pictures, found " + embeddings.pictures());
        }
        return embeddings.firstZeroRow().isPresent()
                ? Optional.of("needs rows with a direction, found only zeros in row "
                        + embeddings.firstZeroRow().getAsInt())
                : Optional.empty();
    }

    /** The rows in float64. */
    static Matrix matrix(Tensor rows) {
        return new Matrix(Math.toIntExact(rows.size(0)), Math.toIntExact(rows.size(1)), TensorArrays.of(rows));
    }
}
