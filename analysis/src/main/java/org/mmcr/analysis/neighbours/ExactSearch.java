package org.mmcr.analysis.neighbours;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.train.evaluate.RowNormalization;

/** An exact search that compares a query with every row by one matrix-vector product, O(N F). */
public final class ExactSearch implements NeighbourSearch {
    /** Rows that are measured at once. */
    private static final long BLOCK = 4096;

    private final Tensor features;
    /** Euclidean lengths of the rows; dividing by them avoids a normalised copy of the features. */
    private final Tensor lengths;

    /**
     * Prepares the search.
     *
     * @param features float32 (N, F), not modified, kept alive by the caller
     */
    public ExactSearch(Tensor features) {
        this.features = features;
        lengths = torch.empty(features.size(0));
        for (long first = 0; first < features.size(0); first += BLOCK) {
            measure(first, Math.min(BLOCK, features.size(0) - first));
        }
    }

    /** Measures rows in float64, where no finite row has a square of 0 or infinity. */
    private void measure(long first, long rows) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor block = features.narrow(0, first, rows);
            lengths.narrow(0, first, rows)
                    .copy_(block.norm(new ScalarOptional(new Scalar(2)), new long[] {1}, false, ScalarType.Double)
                            .clamp_min(new Scalar(Float.MIN_NORMAL)));
        }
    }

    @Override
    public List<Neighbour> of(float[] query, int count) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor cosines = features.mv(direction(query)).div_(lengths);
            return best(cosines, count);
        }
    }

    /** Searches among the given rows only. */
    List<Neighbour> among(long[] rows, float[] query, int count) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor chosen = torch.tensor(rows);
            Tensor cosines =
                    features.index_select(0, chosen).mv(direction(query)).div_(lengths.index_select(0, chosen));
            return best(cosines, count).stream()
                    .map(found -> new Neighbour((int) rows[found.row()], found.likeness()))
                    .toList();
        }
    }

    private static Tensor direction(float[] query) {
        return RowNormalization.of(torch.tensor(query).unsqueeze(0)).squeeze(0);
    }

    private static List<Neighbour> best(Tensor cosines, int count) {
        int kept = Math.toIntExact(Math.min(count, cosines.numel()));
        T_TensorTensor_T best = torch.topk(cosines, kept);
        float[] likeness = new float[kept];
        long[] places = new long[kept];
        best.get0().contiguous().data_ptr_float().get(likeness);
        best.get1().contiguous().data_ptr_long().get(places);
        List<Neighbour> found = new ArrayList<>();
        for (int i = 0; i < kept; i++) {
            found.add(new Neighbour((int) places[i], likeness[i]));
        }
        return found;
    }
}
