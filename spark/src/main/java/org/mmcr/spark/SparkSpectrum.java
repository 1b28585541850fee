package org.mmcr.spark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.mmcr.core.BlasThreads;
import org.mmcr.core.MmcrException;

/**
 * Computes the spectrum of any number of embeddings by one {@code treeAggregate} of Gram matrices.
 *
 * <p>Table of N samples, K views of D numbers of any scale -> spectrum; float64 with compensated sums; O(N K D + N
 * D^2) work, D^2 numbers over the network per task, O(D^3) at the driver. The singular values of the (N, D) matrix of
 * centroids are the square roots of the eigenvalues of its Gram matrix, which is a sum over samples. For any number of
 * partitions the results agree with {@code mmcr analyze} to 1e-8 (singular values below 1e-7 of the largest count as
 * zero). Definitions: Isik et al. 2023.
 */
public final class SparkSpectrum {
    /** Levels of the tree. With two, the driver receives about the square root of the number of tasks. */
    private static final int DEPTH = 2;

    private SparkSpectrum() {}

    /**
     * Computes the spectrum.
     *
     * @param table columns {@code embeddings}, or {@code embedding} and {@code sample}, or {@code embedding} alone
     *     (see {@code docs/scaling.md})
     * @param perClass whether the spectrum of each {@code label} is computed too
     * @throws MmcrException if there are no rows, or a row is not an embedding
     */
    public static SpectrumReport of(Dataset<Row> table, boolean perClass) {
        if (perClass && !List.of(table.columns()).contains("label")) {
            throw new MmcrException("expected a column label for --per-class, found "
                    + String.join(", ", table.columns()) + "; add it, or omit --per-class");
        }
        return of(EmbeddingTable.samples(table), perClass);
    }

    static SpectrumReport of(JavaRDD<EmbeddedSample> samples, boolean perClass) {
        ClassSums sums = samples.mapPartitions(part -> {
                    // Parallelism is by tasks, one per core, so native arithmetic uses one thread.
                    BlasThreads.useOne();
                    return List.of(ClassSums.of(part, perClass)).iterator();
                })
                .treeAggregate(new ClassSums(), ClassSums::add, ClassSums::add, DEPTH);
        sums.fault().ifPresent(fault -> {
            throw new MmcrException(fault + "; correct or remove it");
        });
        if (!sums.alike()) {
            throw new MmcrException("expected embeddings of one shape in all classes, found several"
                    + " shapes; compute the classes one by one");
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
