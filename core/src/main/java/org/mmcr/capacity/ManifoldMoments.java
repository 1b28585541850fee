package org.mmcr.capacity;

import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.MmcrException;

/**
 * What the first reading of a manifold yields.
 *
 * @param points how many there are
 * @param mean of the points, N entries
 * @param largest absolute entry
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of data, never compared
@API(status = API.Status.STABLE)
public record ManifoldMoments(String name, long points, double[] mean, double largest) {
    /**
     * Reads a manifold and checks it.
     *
     * @throws MmcrException when it has no points, or an entry that is not finite
     */
    public static ManifoldMoments of(String name, Tensor points) {
        if (points.dim() != 2 || points.numel() == 0) {
            throw new MmcrException("expected points (m, N) in manifold " + name + ", found "
                    + (points.dim() == 2 ? "none" : points.dim() + " dimensions"));
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor finite = torch.isfinite(points).all(1);
            if (!finite.all().item_bool()) {
                long row = finite.logical_not().nonzero().min().item_long();
                throw new MmcrException("expected finite points, found NaN or infinity in manifold " + name + ", point "
                        + row + "; remove that point");
            }
            double largest = points.abs().max().to(ScalarType.Double).item_double();
            // Over the largest entry: the sum of huge numbers would overflow.
            double unit = largest > 0 ? largest : 1;
            double[] mean = Doubles.of(points.to(ScalarType.Double)
                    .div(new Scalar(unit))
                    .mean(new long[] {0}, false, new ScalarTypeOptional()));
            for (int i = 0; i < mean.length; i++) {
                mean[i] *= unit;
            }
            return new ManifoldMoments(name, points.size(0), mean, largest);
        }
    }
}
