package org.mmcr.analysis.curate;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.mmcr.train.evaluate.NearestRows;

/**
 * Pictures that represent all others, the most useful first: facility location, {@code maximise sum_i max_{j in S}
 * s_ij}, lazily greedy (Minoux 1978), at least 1 - 1/e of the best. The similarity s is 1 for the picture itself, the
 * cosine of the whitened features for its nearest pictures, and 0 for all others.
 *
 * @param order indices of the chosen pictures
 * @param coverage after each choice the mean over all pictures of the similarity to the nearest chosen one, 0 to 1
 */
record DiverseSubset(List<Integer> order, List<Double> coverage) {
    private record Gain(int picture, double value, int round) implements Comparable<Gain> {
        @Override
        public int compareTo(Gain other) {
            int byValue = Double.compare(other.value, value);
            return byValue != 0 ? byValue : Integer.compare(picture, other.picture);
        }
    }

    /**
     * Chooses pictures.
     *
     * @param nearest pictures of each picture
     * @param eligible whether a picture may be chosen
     * @param count how many are chosen; fewer if fewer are eligible
     */
    static DiverseSubset of(NearestRows[] nearest, boolean[] eligible, int count) {
        List<List<Edge>> served = served(nearest);
        double[] best = new double[nearest.length];
        PriorityQueue<Gain> queue = new PriorityQueue<>();
        for (int i = 0; i < nearest.length; i++) {
            if (eligible[i]) {
                queue.add(new Gain(i, gain(served.get(i), best), 0));
            }
        }
        DiverseSubset subset = new DiverseSubset(new ArrayList<>(), new ArrayList<>());
        double covered = 0;
        while (subset.order.size() < count && !queue.isEmpty()) {
            Gain top = queue.poll();
            int round = subset.order.size();
            if (top.round < round) {
                // Gains only fall, so one that is still the largest after an update is the largest of all.
                queue.add(new Gain(top.picture, gain(served.get(top.picture), best), round));
                continue;
            }
            served.get(top.picture).forEach(edge -> best[edge.picture] = Math.max(best[edge.picture], edge.similarity));
            covered += top.value;
            subset.order.add(top.picture);
            subset.coverage.add(Math.min(1, covered / nearest.length));
        }
        return subset;
    }

    private record Edge(int picture, double similarity) {}

    /** For each picture those that have it among their nearest. */
    private static List<List<Edge>> served(NearestRows[] nearest) {
        List<List<Edge>> served = new ArrayList<>();
        for (int i = 0; i < nearest.length; i++) {
            served.add(new ArrayList<>(List.of(new Edge(i, 1))));
        }
        for (int i = 0; i < nearest.length; i++) {
            for (int rank = 0; rank < nearest[i].size(); rank++) {
                int row = nearest[i].row(rank);
                if (row != i && nearest[i].similarity(rank) > 0) {
                    served.get(row).add(new Edge(i, nearest[i].similarity(rank)));
                }
            }
        }
        return served;
    }

    private static double gain(List<Edge> served, double[] best) {
        double gain = 0;
        for (Edge edge : served) {
            gain += Math.max(0, edge.similarity - best[edge.picture]);
        }
        return gain;
    }
}
