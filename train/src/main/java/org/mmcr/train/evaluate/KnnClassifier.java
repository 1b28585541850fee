package org.mmcr.train.evaluate;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * Weighted k-nearest-neighbour classification by cosine similarity: each of the k best bank rows votes for its class
 * with weight exp(similarity / T) (Wu et al. 2018; the monitor of Yerxa et al. 2023 has k 200, T 0.5).
 *
 * <p>The result is unique: neighbours of equal similarity are taken in bank order, a tied vote goes to the lowest
 * class index, and k is capped at the bank's size with a note. Classes are matched by name.
 */
@API(status = API.Status.STABLE)
public final class KnnClassifier implements Protocol {
    private final int k;
    private final double temperature;

    /**
     * Settings of a score.
     *
     * @param k neighbours that voted, never more than the bank holds
     * @param requestedK neighbours asked for
     * @param temperature T in the vote exp(cosine similarity / T)
     * @param bank rows that could be neighbours
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Settings(int k, int requestedK, double temperature, int bank) implements Protocol.Settings {}

    /**
     * Makes a classifier.
     *
     * @param k neighbours that vote, at least 1
     * @param temperature T, positive; with a small one the nearest neighbours decide
     * @throws MmcrException when one is out of range
     */
    public KnnClassifier(int k, double temperature) {
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
    }

    /** Returns one protocol of several classifiers that share a single search. */
    static Protocol sharing(KnnClassifier... classifiers) {
        return (bank, queries) -> {
            List<KnnResult> found = classifyAll(List.of(classifiers), bank, queries);
            return IntStream.range(0, classifiers.length)
                    .mapToObj(i -> classifiers[i].result(found.get(i).score(), bank))
                    .toList();
        };
    }

    @Override
    public List<ProtocolResult> score(FeatureSet bank, FeatureSet queries) {
        return List.of(result(classify(bank, queries).score(), bank));
    }

    private ProtocolResult result(Score score, FeatureSet bank) {
        return new ProtocolResult(
                "knn" + k,
                "kNN " + k,
                "weighted nearest neighbours, cosine similarity, vote exp(similarity / T)",
                new Settings(Math.min(k, bank.size()), k, temperature, bank.size()),
                score);
    }

    /** Classifies every query by the bank's labels; neither set is modified. */
    public KnnResult classify(FeatureSet bank, FeatureSet queries) {
        return classifyAll(List.of(this), bank, queries).get(0);
    }

    /** Searches once: the neighbours of the largest k contain those of the others. */
    static List<KnnResult> classifyAll(List<KnnClassifier> classifiers, FeatureSet bank, FeatureSet queries) {
        ClassAlignment classes = ClassAlignment.of(bank, queries);
        int largest = classifiers.stream().mapToInt(one -> one.k).max().orElseThrow();
        long start = System.nanoTime();
        NearestRows[] nearest = NearestNeighbours.of(bank.features(), queries.features(), largest);
        double seconds = (System.nanoTime() - start) / 1e9;
        return classifiers.stream()
                .map(one -> one.vote(nearest, classes, seconds))
                .toList();
    }

    private KnnResult vote(NearestRows[] nearest, ClassAlignment classes, double seconds) {
        int used = Math.min(k, classes.bank().length);
        int[] predicted = IntStream.range(0, nearest.length)
                .parallel()
                .map(q -> vote(nearest[q], used, classes))
                .toArray();
        List<String> notes = new ArrayList<>();
        if (used < k) {
            notes.add("k " + k + " was capped at the " + used + " rows of the bank");
        }
        return new KnnResult(Score.of(classes.classNames(), classes.queries(), predicted, notes, seconds), predicted);
    }

    private int vote(NearestRows nearest, int used, ClassAlignment classes) {
        double[] votes = new double[classes.classNames().size()];
        // Only ratios of votes matter: the nearest one counts 1, so that no temperature can overflow.
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
