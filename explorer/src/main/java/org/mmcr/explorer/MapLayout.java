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
 * Where each picture lies on the map, and its cluster.
 *
 * @param coordinates x and y of each picture in turn, within -1..1
 * @param cluster of each picture
 * @param byNeighbours whether neighbours were kept together, rather than the main directions shown
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record MapLayout(float[] coordinates, short[] cluster, boolean byNeighbours) {
    private static final int CLUSTERS = 20;
    /** Pictures among which the centres of the clusters are found. */
    private static final int CLUSTERED = 20_000;
    /** Pictures that UMAP arranges; its time grows faster than their number. */
    private static final int ARRANGED = 6000;
    /** Arranged pictures that say where another belongs. */
    private static final int ANCHORS = 4;

    private static final int BLOCK = 4096;

    /** The main directions, at once; or the arrangement that an earlier start has kept in {@code file}. */
    static MapLayout first(FeatureStore gallery, Path file, long seed) {
        short[] cluster = clusters(gallery, seed);
        if (Files.exists(file)) {
            NpyFiles.FloatArray kept = NpyFiles.readFloats(file);
            if (kept.values().length == 2 * gallery.size()) {
                return new MapLayout(kept.values(), cluster, true);
            }
        }
        return new MapLayout(pairs(FeatureMap.PCA.of(gallery.features(), seed)), cluster, false);
    }

    /**
     * Arranged so that neighbours stay neighbours, and kept in {@code file}. Of many pictures a random part is arranged by
     * UMAP; each other one goes to the middle of its nearest among them.
     */
    MapLayout arranged(FeatureStore gallery, Path file, long seed) {
        float[] xy = gallery.size() <= ARRANGED
                ? pairs(FeatureMap.UMAP.of(gallery.features(), seed))
                : aroundSample(gallery, seed);
        NpyFiles.write(file, new NpyFiles.FloatArray(List.of((long) gallery.size(), 2L), xy));
        return new MapLayout(xy, cluster, true);
    }

    private static float[] aroundSample(FeatureStore gallery, long seed) {
        int[] sample = RandomIndices.choose(gallery.size(), ARRANGED, new SplittableRandom(seed));
        float[] xy = new float[2 * gallery.size()];
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor unit = unitRows(gallery, sample);
            Layout layout = FeatureMap.UMAP.of(unit, seed);
            NearestRows[] anchors = NearestNeighbours.of(unit, gallery.features(), ANCHORS);
            for (int i = 0; i < anchors.length; i++) {
                settle(xy, i, anchors[i], layout, new SplittableRandom(seed + i));
            }
        }
        return xy;
    }

    /** Places a picture at the mean of its anchors with random weights, so that pictures with the same anchors do not coincide. */
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

    /** Centres are found among a part of many pictures; every picture then goes to the one it is most like. */
    private static short[] clusters(FeatureStore gallery, long seed) {
        int[] sample = RandomIndices.choose(gallery.size(), CLUSTERED, new SplittableRandom(seed));
        short[] cluster = new short[gallery.size()];
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor unit = unitRows(gallery, sample);
            Tensor centres =
                    SphericalMeans.of(unit, CLUSTERS, seed).centres(unit).t();
            for (int first = 0; first < cluster.length; first += BLOCK) {
                try (PointerScope block = new PointerScope()) {
                    int count = Math.min(BLOCK, cluster.length - first);
                    Tensor products = gallery.features().narrow(0, first, count).mm(centres);
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

    private static Tensor unitRows(FeatureStore gallery, int[] pictures) {
        Tensor rows = torch.tensor(Arrays.stream(pictures).asLongStream().toArray());
        return RowNormalization.of(gallery.features().index_select(0, rows));
    }
}
