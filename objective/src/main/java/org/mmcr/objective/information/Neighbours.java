package org.mmcr.objective.information;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Geodesic distances from every point to its nearest others. */
final class Neighbours {
    /** Angle below which points that were stored in float32 count as the same point. */
    static final double RESOLUTION = 1e-7;

    /** (N * count), radians, row by row, ascending in each row. */
    private final double[] angles;

    private final int count;

    private Neighbours(double[] angles, int count) {
        this.angles = angles;
        this.count = count;
    }

    /**
     * Computes the distances by blocks of the matrix of cosines: O(N^2 D) time, memory for one block.
     *
     * @param rows (N, D) float64 unit rows, N above {@code count}
     */
    static Neighbours of(Tensor rows, int count) {
        int points = Math.toIntExact(rows.size(0));
        double[] angles = new double[points * count];
        long block = SpherePoints.blockRows(points + count * rows.size(1));
        for (long start = 0; start < points; start += block) {
            long end = Math.min(points, start + block);
            try (PointerScope scope = new PointerScope()) {
                double[] found = SpherePoints.values(nearest(rows, start, end, count));
                System.arraycopy(found, 0, angles, Math.toIntExact(start * count), found.length);
            }
        }
        return new Neighbours(angles, count);
    }

    private static Tensor nearest(Tensor rows, long start, long end, int count) {
        Tensor some = rows.narrow(0, start, end - start);
        Tensor cosines = torch.matmul(some, rows.t());
        cosines.diagonal(start, 0, 1).fill_(new Scalar(-2));
        T_TensorTensor_T best = cosines.topk(count, 1, true, false);
        Tensor others = rows.index_select(0, best.get1().flatten()).view(end - start, count, rows.size(1));
        // The angle from the chord: from the cosine it would lose half of the digits of near neighbours.
        Tensor chords = torch.linalg_vector_norm(
                others.sub(some.unsqueeze(1)), new Scalar(2), new long[] {2}, false, new ScalarTypeOptional());
        Tensor angles =
                chords.div(new Scalar(2)).clamp_max(new Scalar(1)).asin().mul(new Scalar(2));
        return angles.clamp_min(new Scalar(RESOLUTION)).sort(1, false).get0();
    }

    /** Returns the angle between a point and its neighbour of a rank, counted from 1. */
    double angle(int point, int rank) {
        return angles[point * count + rank - 1];
    }
}
