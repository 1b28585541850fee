package org.mmcr.explorer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.JitteredSample;
import org.mmcr.data.PictureSource;
import org.mmcr.objective.linalg.TensorArrays;
import org.mmcr.train.evaluate.RowNormalization;

/**
 * Unit embeddings of several views of some pictures and their centroids, projected to the first three right singular
 * vectors of the centroid matrix, with the ellipsoid of its singular values: the paper's figure for the user's data.
 *
 * @param pictures indices of the embedded pictures
 * @param views K, views per picture
 * @param points coordinates of the views in -1..1: x, y, z, the K views of a picture adjacent
 * @param centroids coordinates of the means of the views
 * @param axes semi-axes of the ellipsoid: the first three singular values over the square root of the number of
 *     pictures; 1 when all centroids lie on one axis
 * @param explained fraction of the centroids' squared norm in the three directions
 * @param agreement mean squared length of the centroids: 1 when all views of each picture coincide
 * @param spectrum all singular values over the square root of the number of pictures, largest first
 */
record SphereScene(
        List<Integer> pictures,
        int views,
        List<Float> points,
        List<Float> centroids,
        List<Double> axes,
        double explained,
        double agreement,
        List<Double> spectrum) {
    private static final int PICTURES = 160;
    private static final int VIEWS = 6;
    private static final int AXES = 3;

    static SphereScene of(ExploreEncoder encoder, PictureSource data, long seed, int threads) {
        int[] samples = JitteredSample.of(data.size(), PICTURES);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor rows = encoder.views(data, samples, VIEWS, seed, threads);
            return of(samples, rows.to(ScalarType.Double));
        }
    }

    /** Returns the scene of embeddings (N * K, D) in float64. */
    static SphereScene of(int[] samples, Tensor rows) {
        Tensor unit = RowNormalization.of(rows);
        int views = Math.toIntExact(rows.size(0) / samples.length);
        Tensor centroids = unit.view(samples.length, views, rows.size(1)).mean(1);
        T_TensorTensorTensor_T parts = torch.linalg_svd(centroids, false, new StringViewOptional());
        double[] spectrum = TensorArrays.of(parts.get1().div(new Scalar(Math.sqrt(samples.length))));
        int axes = Math.min(AXES, spectrum.length);
        Tensor directions = parts.get2().narrow(0, 0, axes).t();
        double total = 0;
        double shown = 0;
        List<Double> all = new ArrayList<>();
        for (int i = 0; i < spectrum.length; i++) {
            total += spectrum[i] * spectrum[i];
            shown += i < axes ? spectrum[i] * spectrum[i] : 0;
            all.add(spectrum[i]);
        }
        List<Double> three = new ArrayList<>(all.subList(0, axes));
        while (three.size() < AXES) {
            three.add(0.0);
        }
        return new SphereScene(
                Arrays.stream(samples).boxed().toList(),
                views,
                coordinates(unit.mm(directions), axes),
                coordinates(centroids.mm(directions), axes),
                three,
                total == 0 ? 0 : shown / total,
                total,
                all);
    }

    private static List<Float> coordinates(Tensor projected, int axes) {
        double[] values = TensorArrays.of(projected);
        List<Float> points = new ArrayList<>();
        for (int row = 0; row < values.length / axes; row++) {
            for (int axis = 0; axis < AXES; axis++) {
                points.add(axis < axes ? (float) values[row * axes + axis] : 0f);
            }
        }
        return points;
    }
}
