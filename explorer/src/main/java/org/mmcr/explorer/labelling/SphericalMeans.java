package org.mmcr.explorer.labelling;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.data.RandomIndices;

/**
 * A spherical k-means clustering: each unit row belongs to the centre of largest cosine, each centre is the
 * normalised sum of its members. Initialised with seeded distinct rows; O(iterations N K F).
 *
 * @param of cluster of every row
 * @param likeness cosine of every row with its centre
 * @param clusters K
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SphericalMeans(int[] of, float[] likeness, int clusters) {
    private static final int ITERATIONS = 8;

    /** Clusters unit rows (N, F), float32, not modified; at most N clusters. */
    public static SphericalMeans of(Tensor unit, int clusters, long seed) {
        int n = Math.toIntExact(unit.size(0));
        int k = Math.min(clusters, n);
        try (PointerScope scope = new PointerScope()) {
            Tensor centres =
                    unit.index_select(0, torch.tensor(distinct(n, k, seed))).clone();
            int[] of = new int[n];
            float[] likeness = new float[n];
            for (int i = 0; i < ITERATIONS; i++) {
                try (PointerScope round = new PointerScope()) {
                    Tensor assignment = assign(unit, centres, of, likeness);
                    if (i + 1 < ITERATIONS) {
                        move(unit, assignment, centres);
                    }
                }
            }
            return new SphericalMeans(of, likeness, k);
        }
    }

    /**
     * Returns the centres (K, F), for assigning rows that were not clustered; zero for a cluster without members.
     *
     * @param unit the clustered rows
     */
    public Tensor centres(Tensor unit) {
        Tensor centres = torch.zeros(clusters, unit.size(1));
        move(unit, torch.tensor(Arrays.stream(of).asLongStream().toArray()), centres);
        return centres;
    }

    private static Tensor assign(Tensor unit, Tensor centres, int[] of, float[] likeness) {
        T_TensorTensor_T best = torch.max(unit.mm(centres.t()), 1);
        FloatBuffer cosines = bytes(best.get0()).asFloatBuffer();
        cosines.get(likeness);
        Tensor assignment = best.get1();
        var places = bytes(assignment).asLongBuffer();
        for (int i = 0; i < of.length; i++) {
            of[i] = (int) places.get(i);
        }
        return assignment;
    }

    /** Recomputes the centres; one without members is kept. */
    private static void move(Tensor unit, Tensor assignment, Tensor centres) {
        Tensor sums = torch.zeros_like(centres).index_add_(0, assignment, unit);
        Tensor lengths = sums.norm(new ScalarOptional(new Scalar(2)), new long[] {1}, true);
        Tensor empty = lengths.lt(new Scalar(1e-6));
        centres.copy_(torch.where(empty, centres, sums.div(lengths)));
    }

    private static ByteBuffer bytes(Tensor tensor) {
        return new BytePointer(tensor.contiguous().data_ptr())
                .capacity(tensor.nbytes())
                .asByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long[] distinct(int n, int k, long seed) {
        return Arrays.stream(RandomIndices.choose(n, k, new SplittableRandom(seed)))
                .asLongStream()
                .toArray();
    }
}
