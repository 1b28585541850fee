package org.mmcr.objective.information;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;

/** Checks that input lies on the unit sphere and converts it to float64 on the processor. */
final class SpherePoints {
    /** Largest distance of a length from 1; rows normalised in float32 are well within it. */
    static final double TOLERANCE = 1e-4;
    /** Entries of the largest temporary of a blocked computation: 32 MiB in float64. */
    private static final long BLOCK_ENTRIES = 1L << 22;

    private SpherePoints() {}

    /**
     * points (N, D) float32 or float64, unit rows, on any device, not modified -> the same rows in float64 on the
     * processor, divided by their lengths once more so that float32 rounding does not show in them.
     *
     * @throws MmcrException if there are fewer than 2 rows or dimensions, or a row is not finite and of length 1
     */
    static Tensor rows(Tensor points) {
        requireType(points);
        if (points.dim() != 2 || points.size(0) < 2 || points.size(1) < 2) {
            throw new MmcrException("expected unit rows (N, D) with N and D at least 2, found shape " + shape(points)
                    + "; pass one row per sample");
        }
        return normalise(points);
    }

    /**
     * As {@link #rows(Tensor)}, for one point or more of a given dimension.
     *
     * @throws MmcrException if there is no row, one is of another dimension, or one is not finite and of length 1
     */
    static Tensor rows(Tensor points, int dimension) {
        requireType(points);
        if (points.dim() != 2 || points.size(0) == 0 || points.size(1) != dimension) {
            throw new MmcrException("expected at least one unit row of " + dimension + " dimensions, found shape "
                    + shape(points) + "; pass one row per sample");
        }
        return normalise(points);
    }

    /**
     * As {@link #rows(Tensor)}, for views (N, K, D).
     *
     * @throws MmcrException as there, and when a sample has fewer than 2 views
     */
    static Tensor views(Tensor views) {
        requireType(views);
        if (views.dim() != 3 || views.size(0) < 2 || views.size(1) < 2 || views.size(2) < 2) {
            throw new MmcrException("expected unit views (N, K, D) with N, K and D at least 2, found shape "
                    + shape(views) + "; pass at least 2 views of each of at least 2 samples");
        }
        return normalise(views);
    }

    /** Returns the number of rows of a block if each needs this many entries of temporary memory. */
    static long blockRows(long entriesPerRow) {
        return Math.max(1, BLOCK_ENTRIES / entriesPerRow);
    }

    /** Returns the entries of a float64 tensor in order. */
    static double[] values(Tensor tensor) {
        Tensor flat = tensor.contiguous().cpu();
        double[] values = new double[Math.toIntExact(flat.numel())];
        try (DoublePointer data = flat.data_ptr_double()) {
            data.get(values);
        }
        return values;
    }

    /** Returns 0..count-1 in random order, for index_select. */
    static Tensor shuffled(long count, RandomGenerator random) {
        long[] order = new long[Math.toIntExact(count)];
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return Tensor.create(order);
    }

    private static Tensor normalise(Tensor points) {
        Tensor accurate = points.detach().cpu().to(ScalarType.Double);
        Tensor lengths =
                torch.linalg_vector_norm(accurate, new Scalar(2), new long[] {-1}, true, new ScalarTypeOptional());
        // "Less than" and not "greater than": a NaN must fail the test too.
        Tensor good = lengths.sub(new Scalar(1)).abs().lt(new Scalar(TOLERANCE));
        if (!good.all().item_bool()) {
            long row = good.logical_not().to(ScalarType.Byte).flatten().argmax().item_long();
            throw new MmcrException("expected rows of length 1, found length "
                    + lengths.flatten().select(0, row).item_double() + " in row " + row
                    + "; divide every row by its length, and remove zero and non-finite rows");
        }
        return accurate.div(lengths);
    }

    private static void requireType(Tensor points) {
        ScalarType type = points.scalar_type().intern();
        if (type != ScalarType.Float && type != ScalarType.Double) {
            throw new MmcrException("expected float64 or float32 rows, found " + type + "; convert them and normalise");
        }
    }

    private static String shape(Tensor tensor) {
        long[] sizes = new long[Math.toIntExact(tensor.dim())];
        Arrays.setAll(sizes, tensor::size);
        return Arrays.toString(sizes);
    }
}
