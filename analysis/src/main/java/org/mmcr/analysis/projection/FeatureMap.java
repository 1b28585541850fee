package org.mmcr.analysis.projection;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import tagbio.umap.Umap;
import tagbio.umap.metric.EuclideanMetric;

/**
 * Features (N, F) -> places in the plane. Rows are brought to length 1 first, so that near in either map means a large cosine,
 * as for the nearest neighbours. The same features and seed give the same map, whatever the number of threads.
 */
public enum FeatureMap {
    /** The two directions of the largest variance. O(N F^2); far apart in the map is far apart. */
    PCA {
        @Override
        Layout place(Tensor features, long seed) {
            return columns(principal(features, 2));
        }
    },

    /**
     * McInnes, Healy, Melville 2018: neighbours stay neighbours, at the cost of the distances between groups. On the first 50
     * principal directions, by one thread, because its search on several depends on their timing.
     */
    UMAP {
        @Override
        Layout place(Tensor features, long seed) {
            // Without neighbours there is nothing to preserve.
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
    /** UMAP of fewer samples than this shows their main directions instead. */
    private static final int FEWEST = 2 * NEIGHBOURS;

    private static final int BLOCK = 8192;

    abstract Layout place(Tensor features, long seed);

    /**
     * Lays features out.
     *
     * @param features (N, F) finite numbers of any scale, on the CPU, not modified; a row of zeros counts as the origin
     * @param seed of the random choices; PCA makes none
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

    /** Some rows of length 1. Scaled by the largest entry first, so that no finite row overflows. */
    private static Tensor unit(Tensor features, long first) {
        long[] across = {1};
        Tensor rows = features.narrow(0, first, Math.min(BLOCK, features.size(0) - first))
                .to(ScalarType.Float);
        Tensor largest = rows.abs().amax(across, true).clamp_min(new Scalar(Float.MIN_NORMAL));
        Tensor scaled = rows.div(largest);
        return scaled.div(
                scaled.norm(new ScalarOptional(new Scalar(2)), across, true).clamp_min(new Scalar(Float.MIN_NORMAL)));
    }

    /**
     * Unit rows of features (N, F) in their main directions, (N, min(directions, N, F)), widest first. The sign of a direction
     * is arbitrary; here its largest entry is positive. A block of rows at a time: memory beyond the answer is O(F^2).
     */
    private static float[][] principal(Tensor features, int directions) {
        long n = features.size(0);
        long width = features.size(1);
        Tensor sum = torch.zeros(new long[] {width}, new TensorOptions(ScalarType.Double));
        Tensor squares = torch.zeros(new long[] {width, width}, new TensorOptions(ScalarType.Double));
        for (long first = 0; first < n; first += BLOCK) {
            try (PointerScope scope = new PointerScope()) {
                Tensor rows = unit(features, first).to(ScalarType.Double);
                sum.add_(rows.sum(0));
                squares.add_(rows.t().mm(rows));
            }
        }
        requireFinite(sum);
        Tensor mean = sum.div(new Scalar((double) n));
        Tensor covariance = squares.sub(mean.outer(mean).mul(new Scalar((double) n)));
        Tensor vectors = torch.linalg_eigh(covariance, "L").get1();
        long kept = Math.min(directions, Math.min(n, width));
        Tensor widest = vectors.narrow(1, width - kept, kept).flip(1);
        Tensor most = widest.gather(0, widest.abs().argmax(new LongOptional(0), true));
        return projected(features, mean, widest.mul(most.sign()));
    }

    private static void requireFinite(Tensor sum) {
        if (!torch.isfinite(sum).all().item_bool()) {
            throw new MmcrException(
                    "expected finite features for a map, found NaN or infinity; the encoder's weights or input are broken");
        }
    }

    private static float[][] projected(Tensor features, Tensor mean, Tensor directions) {
        float[][] places = new float[Math.toIntExact(features.size(0))][Math.toIntExact(directions.size(1))];
        for (int first = 0; first < places.length; first += BLOCK) {
            try (PointerScope scope = new PointerScope()) {
                Tensor rows =
                        unit(features, first).to(ScalarType.Double).sub(mean).mm(directions);
                FloatPointer values =
                        new FloatPointer(rows.to(ScalarType.Float).contiguous().data_ptr_float());
                for (int i = 0; i < rows.size(0); i++) {
                    values.position((long) i * places[0].length).get(places[first + i]);
                }
            }
        }
        return places;
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
