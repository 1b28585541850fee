package org.mmcr.report.explore;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The pictures whose features point most in the direction of a query: exact, by one product with the feature matrix. */
final class NearestPictures {
    private final Gallery gallery;

    NearestPictures(Gallery gallery) {
        this.gallery = gallery;
    }

    /** One neighbour; likeness is the cosine of the features. */
    record Neighbour(int picture, double likeness) {}

    /** The {@code count} nearest of features (F), nearest first. O(N F). */
    List<Neighbour> of(float[] query, int count) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor direction = torch.tensor(query);
            double length = Math.max(1e-12, direction.norm().item_double());
            Tensor cosines =
                    gallery.features().mv(direction.div_(new Scalar(length))).div_(gallery.lengths());
            int kept = Math.min(count, gallery.size());
            T_TensorTensor_T best = torch.topk(cosines, kept);
            float[] likeness = new float[kept];
            long[] pictures = new long[kept];
            best.get0().contiguous().data_ptr_float().get(likeness);
            best.get1().contiguous().data_ptr_long().get(pictures);
            List<Neighbour> found = new ArrayList<>();
            for (int i = 0; i < kept; i++) {
                found.add(new Neighbour((int) pictures[i], likeness[i]));
            }
            return found;
        }
    }
}
