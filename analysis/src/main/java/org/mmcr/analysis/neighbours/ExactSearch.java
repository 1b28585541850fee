package org.mmcr.analysis.neighbours;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.train.evaluate.RowNormalization;

/** An exact search that compares a query with every row by one matrix-vector product, O(N F). */
public final class ExactSearch implements NeighbourSearch {
    private final Tensor features;
    private final Tensor lengths;

    /**
     * Prepares the search.
     *
     * @param features float32 (N, F), not modified, kept alive by the caller
     */
    public ExactSearch(Tensor features) {
        this.features = features;
        lengths = RowLengths.of(features, rows -> rows);
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
