package org.mmcr.analysis.pairs;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.train.evaluate.RowNormalization;

/**
 * Retrieval from one modality to another: each query's partner is ranked among all candidates by cosine.
 *
 * @param from modality of the queries
 * @param to modality of the candidates
 * @param candidates N, as many as queries
 * @param recall1 fraction of queries whose partner is the first
 * @param recall5 fraction of queries whose partner is among the first five
 * @param recall10 fraction of queries whose partner is among the first ten
 * @param medianRank median rank of the partner, from 1
 * @param matching probability that the partner is nearer than one other candidate drawn at random; chance is 0.5
 * @param chance the same figures for a random order
 */
public record Retrieval(
        String from,
        String to,
        int candidates,
        double recall1,
        double recall5,
        double recall10,
        double medianRank,
        double matching,
        Chance chance) {
    private static final long BLOCK = 1024;

    /** Expected recalls and median rank of a random order of N candidates. */
    public record Chance(double recall1, double recall5, double recall10, double medianRank) {
        static Chance of(int candidates) {
            return new Chance(
                    recall(1, candidates), recall(5, candidates), recall(10, candidates), (candidates + 1) / 2.0);
        }

        private static double recall(int first, int candidates) {
            return Math.min(1, first / (double) candidates);
        }
    }

    /**
     * Ranks all partners; O(N^2 D) time, memory for a block.
     *
     * @param queries (N, D) float32, N at least 2, of any scale, not modified
     * @param candidates (N, D); row n is the partner of query n
     * @throws MmcrException if the shapes differ
     */
    public static Retrieval of(String from, String to, Tensor queries, Tensor candidates) {
        double[] ranks = ranks(queries, candidates);
        double[] ascending = ranks.clone();
        Arrays.sort(ascending);
        int size = ranks.length;
        double others =
                Arrays.stream(ranks).map(rank -> (size - rank) / (size - 1.0)).sum();
        return new Retrieval(
                from,
                to,
                size,
                recall(ranks, 1),
                recall(ranks, 5),
                recall(ranks, 10),
                (ascending[(size - 1) / 2] + ascending[size / 2]) / 2,
                others / size,
                Chance.of(size));
    }

    private static double recall(double[] ranks, int first) {
        return Arrays.stream(ranks).filter(rank -> rank <= first).count() / (double) ranks.length;
    }

    /** Returns each partner's rank from 1; among equal cosines it is in the middle. */
    static double[] ranks(Tensor queries, Tensor candidates) {
        if (queries.dim() != 2
                || candidates.dim() != 2
                || queries.size(0) != candidates.size(0)
                || queries.size(1) != candidates.size(1)
                || queries.size(0) < 2) {
            throw new MmcrException("expected two or more queries and as many candidates of one dimension, found "
                    + queries.size(0) + " and " + candidates.size(0) + "; give the embeddings of the same samples");
        }
        double[] ranks = new double[Math.toIntExact(queries.size(0))];
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor unit = RowNormalization.of(queries);
            Tensor targets = RowNormalization.of(candidates).t();
            for (long start = 0; start < ranks.length; start += BLOCK) {
                try (PointerScope block = new PointerScope()) {
                    Tensor some = unit.narrow(0, start, Math.min(BLOCK, ranks.length - start));
                    Tensor scores = torch.mm(some, targets);
                    Tensor own = scores.diagonal(start, 0, 1).unsqueeze(1);
                    Tensor nearer = scores.gt(own).sum(1).to(ScalarType.Double);
                    Tensor equal = scores.eq(own).sum(1).to(ScalarType.Double);
                    // The partner itself is one of the equal ones.
                    Tensor rank = nearer.add(equal.add(new Scalar(1)).mul(new Scalar(0.5)));
                    for (int i = 0; i < rank.size(0); i++) {
                        ranks[Math.toIntExact(start) + i] = rank.select(0, i).item_double();
                    }
                }
            }
        }
        return ranks;
    }
}
