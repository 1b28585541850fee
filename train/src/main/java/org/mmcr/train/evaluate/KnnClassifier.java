package org.mmcr.train.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * Weighted k-nearest-neighbour classification by cosine similarity: each of the k best bank rows votes for its class
 * with weight exp(similarity / T) (Wu et al. 2018; the monitor of Yerxa et al. 2023 has k 200, T 0.5).
 *
 * <p>Everything is well defined: neighbours of equal similarity are taken in bank order, a tied vote goes to the lowest
 * class index, k is capped at the bank's size with a note. Classes are matched by name.
 */
@API(status = API.Status.STABLE)
public final class KnnClassifier {
    private final int k;
    private final double temperature;
    private final long budgetBytes;

    /**
     * With the usual bound on working memory.
     *
     * @param k neighbours that vote, at least 1
     * @param temperature T, positive; small lets the nearest decide
     * @throws MmcrException when one is out of range
     */
    public KnnClassifier(int k, double temperature) {
        this(k, temperature, NeighbourSearch.DEFAULT_BUDGET_BYTES);
    }

    /**
     * @param k neighbours that vote
     * @param temperature T, positive; small lets the nearest decide
     * @param budgetBytes bound on working memory beyond the features and 8 k bytes per query
     * @throws MmcrException when k or T is out of range
     */
    public KnnClassifier(int k, double temperature, long budgetBytes) {
        if (k < 1) {
            throw new MmcrException(
                    "expected k of at least 1 for nearest neighbours, found " + k + "; 20 or 200 are usual");
        }
        if (!(temperature > 0) || Double.isInfinite(temperature)) {
            throw new MmcrException(
                    "expected a positive kNN temperature, found " + temperature + "; 0.07 or 0.5 are usual");
        }
        this.k = k;
        this.temperature = temperature;
        this.budgetBytes = budgetBytes;
    }

    /** Classifies every query by the bank's labels; neither set is modified. */
    public KnnResult classify(FeatureSet bank, FeatureSet queries) {
        return classifyAll(List.of(this), bank, queries).get(0);
    }

    /** Several protocols from one search: the neighbours of the largest k contain those of the others. */
    static List<KnnResult> classifyAll(List<KnnClassifier> protocols, FeatureSet bank, FeatureSet queries) {
        ClassAlignment classes = ClassAlignment.of(bank, queries);
        int largest = protocols.stream().mapToInt(p -> p.k).max().orElseThrow();
        long budget = protocols.stream().mapToLong(p -> p.budgetBytes).min().orElseThrow();
        long start = System.nanoTime();
        NearestRows[] nearest =
                new NeighbourSearch(budget, bank.width()).find(bank.features(), queries.features(), largest);
        double seconds = (System.nanoTime() - start) / 1e9;
        List<KnnResult> results = new ArrayList<>();
        for (KnnClassifier protocol : protocols) {
            results.add(protocol.vote(nearest, classes, seconds));
        }
        return results;
    }

    private KnnResult vote(NearestRows[] nearest, ClassAlignment classes, double seconds) {
        int bank = classes.bank().length;
        int used = Math.min(k, bank);
        int[] predicted = IntStream.range(0, nearest.length)
                .parallel()
                .map(q -> vote(nearest[q], used, classes))
                .toArray();
        List<String> notes = new ArrayList<>();
        if (used < k) {
            notes.add("k " + k + " was capped at the " + used + " rows of the bank");
        }
        String protocol = "weighted nearest neighbours, cosine similarity, vote exp(similarity / T)";
        ProtocolSettings settings = new ProtocolSettings.Knn(used, k, temperature, bank);
        return new KnnResult(
                Score.of(protocol, settings, classes.classNames(), classes.queries(), predicted, notes, seconds),
                predicted);
    }

    private int vote(NearestRows nearest, int used, ClassAlignment classes) {
        double[] votes = new double[classes.classNames().size()];
        // Only ratios of votes matter, so the nearest one counts 1 and no temperature can overflow.
        double best = nearest.similarity(0);
        for (int rank = 0; rank < used; rank++) {
            votes[classes.bank()[nearest.row(rank)]] += Math.exp((nearest.similarity(rank) - best) / temperature);
        }
        int winner = 0;
        for (int c = 1; c < votes.length; c++) {
            if (votes[c] > votes[winner]) {
                winner = c;
            }
        }
        return winner;
    }
}
