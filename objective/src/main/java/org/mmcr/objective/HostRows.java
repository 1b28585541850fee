package org.mmcr.objective;

import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Float32 rows on the CPU, few enough to be done by the time that a second thread wakes: loops in Java, over blocks that stay in
 * the first cache. libtorch would share each pass over them with a thread that has gone to sleep since the last one, which
 * costs 40 to 240 us a pass (docs/decisions/0010).
 */
final class HostRows implements UnitRows {
    /** From about here on two threads are over sooner, even when one of them has to be woken. */
    private static final long FEW_ENTRIES = 1 << 16;

    private static final int BLOCK = 1 << 12;
    /** Lengths in 1/SAFE..SAFE are far from where the squares of float32 entries overflow or vanish. */
    private static final double SAFE = 1e15;

    private final Tensor matrix;
    private final int width;
    /** What brings each row to length 1. */
    private final float[] scale;

    private HostRows(Tensor matrix) {
        this.matrix = matrix;
        this.width = Math.toIntExact(matrix.size(1));
        this.scale = new float[Math.toIntExact(matrix.size(0))];
    }

    /** Empty when the rows are many or elsewhere, or a length is zero, not finite, or far from 1. */
    static Optional<HostRows> of(Tensor matrix) {
        if (!matrix.is_cpu()
                || matrix.scalar_type().intern() != ScalarType.Float
                || matrix.numel() > FEW_ENTRIES
                || !matrix.is_contiguous()) {
            return Optional.empty();
        }
        HostRows rows = new HostRows(matrix);
        return rows.measure() ? Optional.of(rows) : Optional.empty();
    }

    private boolean measure() {
        int perBlock = Math.max(1, BLOCK / width);
        float[] block = new float[perBlock * width];
        FloatPointer entries = matrix.data_ptr_float();
        for (int from = 0; from < scale.length; from += perBlock) {
            int count = Math.min(perBlock, scale.length - from);
            read(entries, from, block, count);
            for (int row = 0; row < count; row++) {
                float length = (float) Math.sqrt(dot(block, row * width, block, row * width, width));
                if (!(length > 1 / SAFE && length < SAFE)) {
                    return false;
                }
                scale[from + row] = 1 / length;
            }
        }
        return true;
    }

    @Override
    public Tensor rows() {
        return matrix.mul(Tensor.create(scale).unsqueeze(1));
    }

    @Override
    public Tensor means(int views) {
        int samples = scale.length / views;
        Tensor means = empty(samples);
        int perBlock = Math.max(1, BLOCK / (views * width));
        float[] block = new float[perBlock * views * width];
        float[] sums = new float[perBlock * width];
        FloatPointer entries = matrix.data_ptr_float();
        FloatPointer target = means.data_ptr_float();
        for (int from = 0; from < samples; from += perBlock) {
            int count = Math.min(perBlock, samples - from);
            read(entries, from * views, block, count * views);
            for (int row = 0; row < count * views; row++) {
                add(block, row * width, scale[from * views + row] / views, sums, row / views * width, row % views == 0);
            }
            write(sums, count, target, from);
        }
        return means;
    }

    private void add(float[] block, int at, float factor, float[] sums, int to, boolean first) {
        if (first) {
            for (int i = 0; i < width; i++) {
                sums[to + i] = block[at + i] * factor;
            }
        } else {
            for (int i = 0; i < width; i++) {
                sums[to + i] += block[at + i] * factor;
            }
        }
    }

    @Override
    public Tangent across(Tensor pull, double factor) {
        int groups = Math.toIntExact(pull.size(0));
        int pulls = Math.toIntExact(pull.size(1));
        int views = scale.length / groups;
        Tensor gradient = empty(scale.length);
        int perBlock = Math.max(1, BLOCK / (views * width));
        float[] block = new float[perBlock * views * width];
        float[] pulled = new float[perBlock * pulls * width];
        FloatPointer entries = matrix.data_ptr_float();
        FloatPointer source = pull.contiguous().data_ptr_float();
        FloatPointer target = gradient.data_ptr_float();
        double squaredPull = 0;
        double squaredAcross = 0;
        for (int from = 0; from < groups; from += perBlock) {
            int count = Math.min(perBlock, groups - from);
            read(entries, from * views, block, count * views);
            read(source, from * pulls, pulled, count * pulls);
            for (int row = 0; row < count * views; row++) {
                int at = row * width;
                int by = (pulls == 1 ? row / views : row) * width;
                float unit = scale[from * views + row];
                double squared = dot(pulled, by, pulled, by, width);
                float along = dot(block, at, pulled, by, width) * unit;
                squaredPull = Math.max(squaredPull, squared);
                squaredAcross = Math.max(squaredAcross, squared - (double) along * along);
                remove(block, at, along * unit, pulled, by, (float) factor * unit);
            }
            write(block, count * views, target, from * views);
        }
        return Tangent.of(gradient, squaredPull, squaredAcross);
    }

    /** row = (pull - row * along) * factor. */
    private void remove(float[] block, int at, float along, float[] pulled, int by, float factor) {
        for (int i = 0; i < width; i++) {
            block[at + i] = (pulled[by + i] - block[at + i] * along) * factor;
        }
    }

    private Tensor empty(int rows) {
        return torch.empty(new long[] {rows, width}, matrix.options(), new MemoryFormatOptional());
    }

    private void read(FloatPointer from, int row, float[] block, int rows) {
        from.position((long) row * width).get(block, 0, rows * width);
    }

    private void write(float[] block, int rows, FloatPointer to, int row) {
        to.position((long) row * width).put(block, 0, rows * width);
    }

    /** In eight sums, which need not wait for one another. */
    private static float dot(float[] a, int at, float[] b, int by, int count) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        int i = 0;
        for (; i + 7 < count; i += 8) {
            s0 += a[at + i] * b[by + i];
            s1 += a[at + i + 1] * b[by + i + 1];
            s2 += a[at + i + 2] * b[by + i + 2];
            s3 += a[at + i + 3] * b[by + i + 3];
            s4 += a[at + i + 4] * b[by + i + 4];
            s5 += a[at + i + 5] * b[by + i + 5];
            s6 += a[at + i + 6] * b[by + i + 6];
            s7 += a[at + i + 7] * b[by + i + 7];
        }
        float sum = s0 + s1 + s2 + s3 + (s4 + s5 + s6 + s7);
        for (; i < count; i++) {
            sum += a[at + i] * b[by + i];
        }
        return sum;
    }
}
