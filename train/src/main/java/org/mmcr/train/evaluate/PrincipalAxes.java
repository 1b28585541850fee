package org.mmcr.train.evaluate;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.linalg.ParallelMatMul;
import org.mmcr.objective.linalg.ReturningScope;
import org.mmcr.objective.linalg.TensorArrays;

/**
 * Principal component analysis: the orthogonal directions in which rows vary most, in float64. Rows are read a block
 * at a time; memory beyond the answer is O(F^2), cost O(N F^2).
 *
 * <p>The sign of a direction is arbitrary; here its largest entry is positive.
 */
public final class PrincipalAxes implements AutoCloseable {
    private static final int BLOCK_ROWS = 8192;
    private static final double ROUNDING = Math.ulp(1.0);

    private final UnaryOperator<Tensor> preparation;
    private final Tensor mean;
    private final Tensor directions;
    private final double[] variances;

    private PrincipalAxes(UnaryOperator<Tensor> preparation, Tensor mean, Tensor directions, double[] variances) {
        this.preparation = preparation;
        this.mean = mean;
        this.directions = directions;
        this.variances = variances;
    }

    /**
     * Finds the axes.
     *
     * @param rows (N, F), N at least 1, not modified
     * @param count how many axes, at most F
     * @param centred whether the mean is subtracted; otherwise variances are mean squares
     * @param preparation applied to each block before anything else, for example {@link RowNormalization#of}
     * @throws MmcrException if a row is not finite
     */
    public static PrincipalAxes of(Tensor rows, int count, boolean centred, UnaryOperator<Tensor> preparation) {
        long n = rows.size(0);
        long width = rows.size(1);
        Tensor mean = zeros(1, width);
        Tensor directions = zeros(width, count);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor sum = zeros(1, width);
            Tensor squares = zeros(width, width);
            for (long first = 0; first < n; first += BLOCK_ROWS) {
                try (PointerScope block = new PointerScope()) {
                    Tensor some = preparation.apply(block(rows, first)).to(ScalarType.Double);
                    sum.add_(some.sum(0));
                    squares.add_(ParallelMatMul.gram(some));
                }
            }
            requireFinite(sum);
            if (centred) {
                mean.copy_(sum.div(new Scalar((double) n)));
                squares.sub_(mean.t().mm(mean).mul_(new Scalar((double) n)));
            }
            T_TensorTensor_T decomposition = torch.linalg_eigh(squares, "L");
            directions.copy_(
                    signed(decomposition.get1().narrow(1, width - count, count).flip(1)));
            Tensor values = decomposition.get0().narrow(0, width - count, count).flip(0);
            return new PrincipalAxes(
                    preparation,
                    mean,
                    directions,
                    TensorArrays.of(values.div(new Scalar((double) n)).clamp_min(new Scalar(0.0))));
        }
    }

    /**
     * Finds all axes that the rows span. Of fewer rows than columns it decomposes the inner products of rows, so that
     * the cost is O(N F min(N, F)), and leaves out axes whose variance is rounding.
     *
     * @param rows (N, F), N at least 1, finite, not modified
     * @param centred whether the mean is subtracted; otherwise variances are mean squares
     */
    static PrincipalAxes spanning(Tensor rows, boolean centred) {
        int n = Math.toIntExact(rows.size(0));
        int width = Math.toIntExact(rows.size(1));
        if (n >= width) {
            return of(rows, width, centred, block -> block);
        }
        try (ReturningScope scope = new ReturningScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor mean = zeros(1, width);
            Tensor some = rows.to(ScalarType.Double);
            if (centred) {
                mean.copy_(some.mean(0).unsqueeze(0));
                some = some.sub(mean);
            }
            T_TensorTensor_T decomposition = torch.linalg_eigh(ParallelMatMul.of(some, some.t()), "L");
            double[] squares = TensorArrays.of(decomposition.get0().flip(0));
            int positive = (int) Arrays.stream(squares)
                    .filter(square -> square > n * ROUNDING * squares[0])
                    .count();
            int rank = Math.max(1, positive); // equal rows get one axis of length 0
            Tensor lengths = decomposition
                    .get0()
                    .narrow(0, n - rank, rank)
                    .clamp_min_(new Scalar(Double.MIN_NORMAL))
                    .sqrt();
            Tensor across = decomposition.get1().narrow(1, n - rank, rank).div(lengths);
            Tensor directions =
                    scope.keep(signed(ParallelMatMul.of(some.t(), across).flip(1)));
            double[] variances =
                    Arrays.stream(squares, 0, rank).map(square -> square / n).toArray();
            return new PrincipalAxes(block -> block, scope.keep(mean), directions, variances);
        }
    }

    /** Turns each column so that its largest entry is positive. */
    private static Tensor signed(Tensor directions) {
        Tensor largest = directions.gather(0, directions.abs().argmax(new LongOptional(0), true));
        return directions.mul(largest.sign());
    }

    private static Tensor zeros(long rows, long columns) {
        return torch.zeros(new long[] {rows, columns}, new TensorOptions(ScalarType.Double));
    }

    private static Tensor block(Tensor rows, long first) {
        return rows.narrow(0, first, Math.min(BLOCK_ROWS, rows.size(0) - first));
    }

    private static void requireFinite(Tensor sum) {
        if (!torch.isfinite(sum).all().item_bool()) {
            throw new MmcrException(
                    "expected finite features, found NaN or infinity;" + " the encoder's weights or input are broken");
        }
    }

    /**
     * Returns axes that were found before, of rows without a preparation.
     *
     * @param mean float64 (1, F), owned by the axes
     * @param directions float64 (F, count), owned by the axes
     * @param variances descending
     */
    static PrincipalAxes known(Tensor mean, Tensor directions, double[] variances) {
        return new PrincipalAxes(block -> block, mean, directions, variances);
    }

    /** Returns a copy with the first axes alone; the caller closes both. */
    PrincipalAxes leading(int count) {
        try (ReturningScope scope = new ReturningScope()) {
            return new PrincipalAxes(
                    preparation,
                    scope.keep(mean.clone()),
                    scope.keep(directions.narrow(1, 0, count).contiguous().clone()),
                    Arrays.copyOf(variances, count));
        }
    }

    /** float64 (1, F): the mean of the rows, zeros unless it is subtracted. */
    Tensor mean() {
        return mean;
    }

    /** float64 (F, count) with orthonormal columns, the direction of the largest variance first. */
    Tensor directions() {
        return directions;
    }

    /** The variance in each direction, descending. */
    double[] variances() {
        return variances;
    }

    /** Returns the coordinates of rows (N, F) in these directions, float32 (N, count); the caller closes them. */
    Tensor rotate(Tensor rows) {
        Tensor coordinates = torch.empty(rows.size(0), directions.size(1));
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor rotation = directions.to(ScalarType.Float);
            for (long first = 0; first < rows.size(0); first += BLOCK_ROWS) {
                try (PointerScope ofBlock = new PointerScope()) {
                    Tensor block = preparation.apply(block(rows, first)).to(ScalarType.Double);
                    Tensor centred = block.sub(mean).to(ScalarType.Float);
                    coordinates.narrow(0, first, centred.size(0)).copy_(ParallelMatMul.of(centred, rotation));
                }
            }
        }
        return coordinates;
    }

    /** Returns the coordinates of rows (N, F) in these directions, one array per row. */
    public float[][] project(Tensor rows) {
        int count = Math.toIntExact(directions.size(1));
        float[][] coordinates = new float[Math.toIntExact(rows.size(0))][count];
        for (int first = 0; first < coordinates.length; first += BLOCK_ROWS) {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                Tensor some = preparation.apply(block(rows, first)).to(ScalarType.Double);
                Tensor projected = some.sub(mean).mm(directions).to(ScalarType.Float);
                for (int i = 0; i < projected.size(0); i++) {
                    projected.data_ptr_float().position((long) i * count).get(coordinates[first + i]);
                }
            }
        }
        return coordinates;
    }

    @Override
    public void close() {
        mean.close();
        directions.close();
    }
}
