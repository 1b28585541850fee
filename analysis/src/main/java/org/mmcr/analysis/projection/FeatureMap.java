package org.mmcr.analysis.projection;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.train.evaluate.PrincipalAxes;
import org.mmcr.train.evaluate.RowNormalization;
import tagbio.umap.Umap;
import tagbio.umap.metric.EuclideanMetric;

/**
 * A projection of features (N, F) to the plane. Rows are normalised to length 1 first, so that nearby points have a
 * large cosine, as for the nearest neighbours. The same features and seed give the same map for any number of threads.
 */
public enum FeatureMap {
    /** The first two principal components, O(N F^2). It keeps large distances. */
    PCA {
        @Override
        Layout place(Tensor features, long seed) {
            return columns(principal(features, 2));
        }
    },

    /**
     * UMAP (McInnes, Healy, Melville 2018) on the first 50 principal components. It keeps neighbours, but not the
     * distances between groups. It uses one thread, because its neighbour search with several depends on their timing.
     */
    UMAP {
        @Override
        Layout place(Tensor features, long seed) {
            // UMAP needs neighbours; few samples have none to keep.
            if (features.size(0) <= FEWEST) {
                return PCA.place(features, seed);
            }
            float[][] places = new Umap()
                    .setSeed(seed)
                    .setThreads(1)
                    .setMetric(EuclideanMetric.SINGLETON)
                    .setNumberNearestNeighbours(NEIGHBOURS)
                    .setNumberEpochs(EPOCHS)
                    .fitTransform(principal(features, DIRECTIONS));
            return columns(places);
        }
    };

    private static final int DIRECTIONS = 50;
    private static final int NEIGHBOURS = 15;
    private static final int EPOCHS = 200;
    /** With fewer samples, UMAP returns the first two principal components instead. */
    private static final int FEWEST = 2 * NEIGHBOURS;

    abstract Layout place(Tensor features, long seed);

    /**
     * Computes the layout.
     *
     * @param features (N, F) finite numbers of any scale, on the CPU, not modified; a row of zeros counts as the origin
     * @param seed of the random choices; PCA has none
     */
    public Layout of(Tensor features, long seed) {
        if (features.dim() != 2) {
            throw new MmcrException("expected a matrix (samples, features) for a map, found a " + features.dim()
                    + "-dimensional array; give one row for each sample");
        }
        if (features.size(0) == 0 || features.size(1) == 0) {
            int size = Math.toIntExact(features.size(0));
            return new Layout(new float[size], new float[size]);
        }
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            return place(features.detach(), seed);
        }
    }

    /** Returns the principal components of the unit rows, (N, min(directions, N, F)), largest variance first. */
    private static float[][] principal(Tensor features, int directions) {
        int count = Math.toIntExact(Math.min(directions, Math.min(features.size(0), features.size(1))));
        return PrincipalAxes.of(features, count, true, FeatureMap::unit).project(features);
    }

    private static Tensor unit(Tensor rows) {
        return RowNormalization.of(rows.to(ScalarType.Float));
    }

    private static Layout columns(float[][] rows) {
        float[] x = new float[rows.length];
        float[] y = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            x[i] = rows[i][0];
            y[i] = rows[i].length > 1 ? rows[i][1] : 0;
        }
        return Layout.fitted(x, y);
    }
}
