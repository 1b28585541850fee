package org.mmcr.spark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.mmcr.core.MmcrException;

/**
 * The spectrum of any number of embeddings by one {@code treeAggregate} of Gram matrices.
 *
 * <p>Table of N samples, K views of D numbers of any scale -> spectrum; float64 with compensated sums; O(N K D + N D^2) work,
 * D^2 numbers over the network for each task, O(D^3) at the driver. The singular values of the (N, D) matrix of centroids are
 * the roots of the eigenvalues of its Gram matrix, and that is a sum over samples. Whatever the number of partitions, all
 * figures agree with {@code mmcr analyze} to 1e-8 (singular values below 1e-7 of the largest count as zero). Source: the
 * definitions of Isik et al. 2023.
 */
public final class SparkSpectrum {
    /** Levels of the tree: with two, the driver takes in about the root of the number of tasks. */
    private static final int DEPTH = 2;

    private SparkSpectrum() {}

    /**
     * Computes the spectrum.
     *
     * @param table with columns as {@code docs/scaling.md} says: {@code embeddings}, or {@code embedding} with {@code sample}, or
     *     {@code embedding} alone
     * @param perClass also of each class, as {@code label} says
     * @throws MmcrException when there is nothing, or a row is not an embedding
     */
    public static SpectrumReport of(Dataset<Row> table, boolean perClass) {
        if (perClass && !List.of(table.columns()).contains("label")) {
            throw new MmcrException("expected a column label for figures of each class, found "
                    + String.join(", ", table.columns()) + "; add it, or leave --per-class out");
        }
        return of(EmbeddingTable.samples(table), perClass);
    }

    static SpectrumReport of(JavaRDD<EmbeddedSample> samples, boolean perClass) {
        ClassSums sums = samples.mapPartitions(part -> {
                    // Tasks are the parallelism: as many as there are cores run in one executor.
                    openblas_nolapack.blas_set_num_threads(1);
                    return List.of(ClassSums.of(part, perClass)).iterator();
                })
                .treeAggregate(new ClassSums(), ClassSums::add, ClassSums::add, DEPTH);
        sums.fault().ifPresent(fault -> {
            throw new MmcrException(fault + "; mend or remove it");
        });
        if (!sums.alike()) {
            throw new MmcrException("expected all classes to have as many views and dimensions, found "
                    + "several shapes; compute them one by one");
        }
        GramSum total =
                sums.total().orElseThrow(() -> new MmcrException("expected embeddings, found no rows; check the path"));
        Map<String, CentroidSpectrum> classes = new LinkedHashMap<>();
        if (perClass) {
            sums.byClass().forEach((label, sum) -> classes.put(label, CentroidSpectrum.of(sum)));
        }
        return new SpectrumReport(CentroidSpectrum.of(total), classes);
    }
}
