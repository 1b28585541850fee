package org.mmcr.explorer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.analysis.projection.FeatureMap;
import org.mmcr.analysis.projection.Layout;
import org.mmcr.data.RandomIndices;
import org.mmcr.data.io.NpyFiles;
import org.mmcr.explorer.labelling.SphericalMeans;
import org.mmcr.train.evaluate.NearestNeighbours;
import org.mmcr.train.evaluate.NearestRows;
import org.mmcr.train.evaluate.RowNormalization;

/**
 * Coordinates and cluster of each picture on the map.
 *
 * @param coordinates (N, 2), within -1..1
 * @param cluster index of each picture's cluster
 * @param byNeighbours whether this is UMAP's layout rather than the principal components
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record MapLayout(float[] coordinates, short[] cluster, boolean byNeighbours) {
    private static final int CLUSTERS = 20;
    /** Size of the random sample in which the cluster centres are found. */
    private static final int CLUSTERED = 20_000;
    /** Size of the random sample that UMAP lays out; its time grows faster than linearly. */
    private static final int ARRANGED = 6000;
    /** Number of nearest sample pictures that determine the place of another picture. */
    private static final int ANCHORS = 4;

    private static final int BLOCK = 4096;

    /** Returns the layout stored in {@code file}, or the principal components if there is none. */
    static MapLayout first(FeatureStore featureStore, Path file, long seed) {
        short[] cluster = clusters(featureStore, seed);
        if (Files.exists(file)) {
            NpyFiles.FloatArray kept = NpyFiles.readFloats(file);
            if (kept.values().length == 2 * featureStore.size()) {
                return new MapLayout(kept.values(), cluster, true);
            }
        }
        return new MapLayout(pairs(FeatureMap.PCA.of(featureStore.features(), seed)), cluster, false);
    }

    /**
     * Computes UMAP's layout and stores it in {@code file}. Of many pictures, UMAP lays out a random sample; every
     * other picture is placed between its nearest pictures of the sample.
     */
    MapLayout arranged(FeatureStore featureStore, Path file, long seed) {
        float[] xy = featureStore.size() <= ARRANGED
                ? pairs(FeatureMap.UMAP.of(featureStore.features(), seed))
                : aroundSample(featureStore, seed);
        NpyFiles.write(file, new NpyFiles.FloatArray(List.of((long) featureStore.size(), 2L), xy));
        return new MapLayout(xy, cluster, true);
    }

    private static float[] aroundSample(FeatureStore featureStore, long seed) {
        int[] sample = RandomIndices.choose(featureStore.size(), ARRANGED, new SplittableRandom(seed));
        float[] xy = new float[2 * featureStore.size()];
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor unit = unitRows(featureStore, sample);
            Layout layout = FeatureMap.UMAP.of(unit, seed);
            NearestRows[] anchors = NearestNeighbours.of(unit, featureStore.features(), ANCHORS);
            long start = new SplittableRandom(seed).nextLong(); // scattered: seeds follow each other, as pictures do
            for (int i = 0; i < anchors.length; i++) {
                settle(xy, i, anchors[i], layout, new SplittableRandom(start + i));
            }
        }
        return xy;
    }

    /** Places a picture at a randomly weighted mean of its anchors, so that equal anchors do not mean equal places. */
    private static void settle(float[] xy, int picture, NearestRows anchors, Layout layout, SplittableRandom random) {
        double total = 0;
        double x = 0;
        double y = 0;
        for (int rank = 0; rank < anchors.size(); rank++) {
            double weight = (0.2 + random.nextDouble()) / (rank + 1);
            total += weight;
            x += weight * layout.x()[anchors.row(rank)];
            y += weight * layout.y()[anchors.row(rank)];
        }
        xy[2 * picture] = (float) (x / total);
        xy[2 * picture + 1] = (float) (y / total);
    }

    private static float[] pairs(Layout layout) {
        float[] xy = new float[2 * layout.size()];
        for (int i = 0; i < layout.size(); i++) {
            xy[2 * i] = layout.x()[i];
            xy[2 * i + 1] = layout.y()[i];
        }
        return xy;
    }

    /** Finds centres in a sample, and assigns every picture to the centre of largest cosine. */
    private static short[] clusters(FeatureStore featureStore, long seed) {
        int[] sample = RandomIndices.choose(featureStore.size(), CLUSTERED, new SplittableRandom(seed));
        short[] cluster = new short[featureStore.size()];
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor unit = unitRows(featureStore, sample);
            Tensor centres =
                    SphericalMeans.of(unit, CLUSTERS, seed).centres(unit).t();
            for (int first = 0; first < cluster.length; first += BLOCK) {
                try (PointerScope block = new PointerScope()) {
                    int count = Math.min(BLOCK, cluster.length - first);
                    Tensor products =
                            featureStore.features().narrow(0, first, count).mm(centres);
                    long[] nearest = new long[count];
                    products.argmax(new LongOptional(1), false).data_ptr_long().get(nearest);
                    for (int i = 0; i < count; i++) {
                        cluster[first + i] = (short) nearest[i];
                    }
                }
            }
        }
        return cluster;
    }

    private static Tensor unitRows(FeatureStore featureStore, int[] pictures) {
        Tensor rows = torch.tensor(Arrays.stream(pictures).asLongStream().toArray());
        return RowNormalization.of(featureStore.features().index_select(0, rows));
    }
}
