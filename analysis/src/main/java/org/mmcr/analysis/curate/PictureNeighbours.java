package org.mmcr.analysis.curate;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.analysis.neighbours.GraphSearch;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.train.evaluate.NearestNeighbours;
import org.mmcr.train.evaluate.NearestRows;

/**
 * The nearest pictures of each picture. Of pictures with equal content only the first is compared and found; the others
 * have its neighbours, so that any number of copies costs nothing. Up to {@value #MOST_EXACT} different pictures the
 * search is exact, in O(N^2 F); above, it goes through a graph and misses a few neighbours ({@link GraphSearch}).
 */
final class PictureNeighbours {
    /** Number of different pictures above which the graph is faster. */
    static final int MOST_EXACT = 100_000;

    private static final String STAGE = "searching neighbours";

    private final int mostExact;
    private final int threads;
    private final CapacityProgress progress;

    PictureNeighbours(int threads, CapacityProgress progress) {
        this(MOST_EXACT, threads, progress);
    }

    /** Creates a search with another bound, for tests. */
    PictureNeighbours(int mostExact, int threads, CapacityProgress progress) {
        this.mostExact = mostExact;
        this.threads = threads;
        this.progress = progress;
    }

    /**
     * Returns neighbours of the pictures from an index on, among all, the picture itself included.
     *
     * @param features float32 (N, F), not modified
     * @param first for each of the N pictures the first one of equal content in its part of the data
     * @param from index of the first picture that is searched for
     * @param count neighbours of each
     */
    NearestRows[] of(Tensor features, int[] first, int from, int count) {
        int[] bank = IntStream.range(0, first.length).filter(i -> first[i] == i).toArray();
        int[] place = new int[first.length];
        for (int i = 0; i < bank.length; i++) {
            place[bank[i]] = i;
        }
        int before = (int) IntStream.of(bank).filter(i -> i < from).count();
        NearestRows[] found;
        try (Tensor rows = chosen(features, bank);
                Tensor queries = rows.narrow(0, before, bank.length - before)) {
            found = search(rows, queries, count);
        }
        NearestRows[] renamed =
                Arrays.stream(found).map(one -> one.renamed(bank)).toArray(NearestRows[]::new);
        return IntStream.range(from, first.length)
                .mapToObj(i -> renamed[place[first[i]] - before])
                .toArray(NearestRows[]::new);
    }

    private static Tensor chosen(Tensor features, int[] rows) {
        if (rows.length == features.size(0)) {
            return features.contiguous();
        }
        Tensor chosen = torch.empty(rows.length, features.size(1));
        try (PointerScope scope = new PointerScope()) {
            chosen.copy_(features.index_select(
                    0, torch.tensor(Arrays.stream(rows).asLongStream().toArray())));
        }
        return chosen;
    }

    private NearestRows[] search(Tensor bank, Tensor queries, int count) {
        int total = Math.toIntExact(bank.size(0));
        if (total <= mostExact) {
            return NearestNeighbours.of(bank, queries, count, done -> progress.at(STAGE, done, total));
        }
        progress.at("building the index of neighbours", 1, total);
        GraphSearch graph = GraphSearch.build(bank, threads, () -> false);
        int asked = Math.toIntExact(queries.size(0));
        return graph.of(queries, count, threads, done -> progress.at(STAGE, done, asked));
    }
}
