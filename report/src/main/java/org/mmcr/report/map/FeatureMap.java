package org.mmcr.report.map;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.MmcrException;
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
        Layout place(Tensor rows, long seed) {
            return plane(principal(rows, 2));
        }
    },

    /**
     * McInnes, Healy, Melville 2018: neighbours stay neighbours, at the cost of the distances between groups. On the first 50
     * principal directions, by one thread, because its search on several depends on their timing.
     */
    UMAP {
        @Override
        Layout place(Tensor rows, long seed) {
            // Without neighbours there is nothing to preserve.
            if (rows.size(0) <= FEWEST) {
                return PCA.place(rows, seed);
            }
            float[][] places = new Umap()
                    .setSeed(seed)
                    .setThreads(1)
                    .setMetric(EuclideanMetric.SINGLETON)
                    .setNumberNearestNeighbours(NEIGHBOURS)
                    .setNumberEpochs(EPOCHS)
                    .fitTransform(table(principal(rows, DIRECTIONS)));
            return columns(places);
        }
    };

    private static final int DIRECTIONS = 50;
    private static final int NEIGHBOURS = 15;
    private static final int EPOCHS = 200;
    /** UMAP of fewer datums than this shows their main directions instead. */
    private static final int FEWEST = 2 * NEIGHBOURS;

    abstract Layout place(Tensor unitRows, long seed);

    /**
     * Lays features out.
     *
     * @param features (N, F) finite numbers of any scale, on the CPU, not modified; a row of zeros counts as the origin
     * @param seed of the random choices; PCA makes none
     */
    public Layout of(Tensor features, long seed) {
        if (features.dim() != 2) {
            throw new MmcrException("expected a matrix (datums, features) for a map, found a " + features.dim()
                    + "-dimensional array; give one row for each datum");
        }
        if (features.size(0) == 0 || features.size(1) == 0) {
            int size = Math.toIntExact(features.size(0));
            return new Layout(new float[size], new float[size]);
        }
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor rows = unit(features.detach().to(ScalarType.Float).contiguous());
            if (!torch.isfinite(rows).all().item_bool()) {
                throw new MmcrException(
                        "expected finite features for a map, found NaN or infinity; the encoder's weights or input are broken");
            }
            return place(rows, seed);
        }
    }

    /** Scaled by the largest entry first, so that no finite row overflows. */
    private static Tensor unit(Tensor rows) {
        long[] across = {1};
        Tensor largest = rows.abs().amax(across, true).clamp_min(new Scalar(Float.MIN_NORMAL));
        Tensor scaled = rows.div(largest);
        return scaled.div(
                scaled.norm(new ScalarOptional(new Scalar(2)), across, true).clamp_min(new Scalar(Float.MIN_NORMAL)));
    }

    /**
     * Rows (N, F) in their main directions, (N, min(directions, N, F)), widest first. The sign of a direction is arbitrary; here
     * its largest entry is positive.
     */
    private static Tensor principal(Tensor rows, int directions) {
        Tensor centred = rows.sub(rows.mean(0));
        Tensor covariance = covariance(centred);
        Tensor vectors = torch.linalg_eigh(covariance, "L").get1();
        long kept = Math.min(directions, Math.min(rows.size(0), rows.size(1)));
        Tensor widest = vectors.narrow(1, vectors.size(1) - kept, kept).flip(1);
        Tensor most = widest.gather(0, widest.abs().argmax(new LongOptional(0), true));
        return centred.mm(widest.mul(most.sign()).to(ScalarType.Float));
    }

    /** In float64, a block of rows at a time. */
    private static Tensor covariance(Tensor centred) {
        long block = 8192;
        Tensor sum = torch.zeros(new long[] {centred.size(1), centred.size(1)}, new TensorOptions(ScalarType.Double));
        for (long first = 0; first < centred.size(0); first += block) {
            try (PointerScope scope = new PointerScope()) {
                Tensor rows = centred.narrow(0, first, Math.min(block, centred.size(0) - first))
                        .to(ScalarType.Double);
                sum.add_(rows.t().mm(rows));
            }
        }
        return sum;
    }

    private static Layout plane(Tensor main) {
        return columns(table(main));
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

    private static float[][] table(Tensor matrix) {
        Tensor contiguous = matrix.contiguous();
        float[] flat = new float[Math.toIntExact(contiguous.numel())];
        contiguous.data_ptr_float().get(flat);
        int width = Math.toIntExact(matrix.size(1));
        float[][] rows = new float[Math.toIntExact(matrix.size(0))][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
        }
        return rows;
    }
}
