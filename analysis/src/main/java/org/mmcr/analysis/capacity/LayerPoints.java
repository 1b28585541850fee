package org.mmcr.analysis.capacity;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.core.capacity.Matrix;

/** What one layer makes of the pictures of a sample, projected at random where it is wide; in memory, as float32. */
final class LayerPoints implements ManifoldSource {
    private final LabelledSample sample;
    private final int width;
    private final int kept;
    private final Optional<RandomProjection> projection;
    private final float[] values;

    LayerPoints(LabelledSample sample, int width, int most, long seed) {
        this.sample = sample;
        this.width = width;
        this.kept = Math.min(width, most);
        this.projection = kept < width ? Optional.of(new RandomProjection(width, kept, seed)) : Optional.empty();
        this.values = new float[Math.multiplyExact(sample.size(), kept)];
    }

    /** Numbers that the layer gives for a picture, before a projection. */
    int width() {
        return width;
    }

    /** Takes over outputs (B, width) float32 for the pictures from {@code first} on. */
    void add(int first, Tensor block) {
        float[] output = new float[Math.toIntExact(block.numel())];
        block.data_ptr_float().get(output);
        if (projection.isPresent()) {
            project(projection.get(), first, output);
        } else {
            System.arraycopy(output, 0, values, first * width, output.length);
        }
    }

    private void project(RandomProjection map, int first, float[] output) {
        double[] row = new double[width];
        double[] shorter = new double[kept];
        for (int r = 0; r < output.length / width; r++) {
            for (int i = 0; i < width; i++) {
                row[i] = output[r * width + i];
            }
            Arrays.fill(shorter, 0);
            map.project(row, shorter, 0);
            for (int i = 0; i < kept; i++) {
                values[(first + r) * kept + i] = (float) shorter[i];
            }
        }
    }

    @Override
    public int count() {
        return sample.names().size();
    }

    @Override
    public String name(int manifold) {
        return sample.names().get(manifold);
    }

    @Override
    public Matrix points(int manifold) {
        int from = manifold == 0 ? 0 : sample.ends()[manifold - 1];
        Matrix points = Matrix.zeros(sample.ends()[manifold] - from, kept);
        for (int i = 0; i < points.values().length; i++) {
            points.values()[i] = values[from * kept + i];
        }
        return points;
    }
}
