package org.mmcr.explorer.labelling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.data.RandomIndices;
import org.mmcr.explorer.labelling.Suggestion.Reason;
import org.mmcr.train.evaluate.RowNormalization;

/**
 * Selection of pictures to label next (active learning).
 *
 * <p>With few labels it suggests the most typical picture of each of the largest clusters without labels (Hacohen,
 * Dekel and Weinshall 2022), because a head's uncertainty is not reliable yet. Later it suggests pictures with a
 * small margin between the two most probable labels, kept diverse. Every {@value #RANDOM_EVERY}th is random, for
 * {@link HeldOutAccuracy}.
 *
 * <p>Of very many pictures, a fixed random sample is considered, which bounds time and memory. Not thread-safe.
 */
public final class Suggestions {
    /** One suggestion in this many is drawn at random. */
    public static final int RANDOM_EVERY = 4;

    private static final int SAMPLE = 20_000;
    private static final int MOST_GROUPS = 512;
    /** Labels per class from which on the head's margins are used. */
    private static final int ENOUGH_OF_EACH = 10;
    /** Number of small-margin candidates per suggestion. */
    private static final int POOL = 20;

    private final int pictures;
    private final int[] sample;
    private final Tensor unit;
    private final long seed;
    private final Map<Integer, SphericalMeans> groupings = new HashMap<>();

    /** @param features float32 (N, F), not modified; a unit copy of at most {@value #SAMPLE} rows is kept */
    public Suggestions(Tensor features, long seed) {
        this.pictures = Math.toIntExact(features.size(0));
        this.seed = seed;
        this.sample = RandomIndices.choose(pictures, SAMPLE, new SplittableRandom(seed));
        this.unit = unitRows(features, sample);
    }

    private static Tensor unitRows(Tensor features, int[] rows) {
        Tensor kept = torch.empty(rows.length, features.size(1));
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            kept.copy_(RowNormalization.of(features.index_select(
                    0, torch.tensor(Arrays.stream(rows).asLongStream().toArray()))));
        }
        return kept;
    }

    /**
     * Returns the next unlabelled pictures, best first; fewer if fewer are left.
     *
     * @param predictions of the head fitted to these labels, if there is one
     */
    public List<Suggestion> next(Labels labels, Optional<Predictions> predictions, int count) {
        SplittableRandom random = new SplittableRandom(seed + 31L * labels.size());
        int guided = count - count / RANDOM_EVERY;
        boolean certain =
                labels.size() >= ENOUGH_OF_EACH * Math.max(2, labels.names().size());
        List<Suggestion> chosen = new ArrayList<>(
                certain && predictions.isPresent()
                        ? unsure(labels, predictions.get(), guided)
                        : typical(labels, guided));
        mixIn(chosen, drawn(labels, chosen, count, random));
        return List.copyOf(chosen.subList(0, Math.min(count, chosen.size())));
    }

    private List<Suggestion> typical(Labels labels, int count) {
        int groups = Integer.highestOneBit(Math.max(8, 2 * (labels.size() + count) - 1));
        while (true) {
            List<Suggestion> found = typical(labels, count, groups);
            if (found.size() >= count || groups >= Math.min(MOST_GROUPS, sample.length)) {
                return found;
            }
            groups *= 2;
        }
    }

    private List<Suggestion> typical(Labels labels, int count, int wanted) {
        SphericalMeans groups = groupings.computeIfAbsent(wanted, k -> SphericalMeans.of(unit, k, seed));
        boolean[] covered = new boolean[groups.clusters()];
        int[] size = new int[groups.clusters()];
        int[] best = new int[groups.clusters()];
        Arrays.fill(best, -1);
        for (int i = 0; i < sample.length; i++) {
            int group = groups.of()[i];
            size[group]++;
            if (labels.of()[sample[i]] >= 0) {
                covered[group] = true;
            } else if (best[group] < 0 || groups.likeness()[i] > groups.likeness()[best[group]]) {
                best[group] = i;
            }
        }
        return IntStream.range(0, size.length)
                .filter(group -> !covered[group] && best[group] >= 0)
                .boxed()
                .sorted(Comparator.comparingInt(group -> -size[group]))
                .limit(count)
                .map(group -> new Suggestion(sample[best[group]], Reason.TYPICAL))
                .toList();
    }

    private List<Suggestion> unsure(Labels labels, Predictions predictions, int count) {
        int[] pool = IntStream.range(0, sample.length)
                .filter(i -> labels.of()[sample[i]] < 0)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> predictions.margin()[sample[i]]))
                .limit((long) POOL * count)
                .mapToInt(Integer::intValue)
                .toArray();
        return diverse(pool, predictions, Math.min(count, pool.length)).stream()
                .map(i -> new Suggestion(sample[i], Reason.UNSURE))
                .toList();
    }

    /** Chooses greedily by uncertainty times distance from the pictures already chosen. */
    private List<Integer> diverse(int[] pool, Predictions predictions, int count) {
        List<Integer> chosen = new ArrayList<>();
        float[] distance = new float[pool.length];
        Arrays.fill(distance, 1);
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor rows = unit.index_select(
                    0, torch.tensor(Arrays.stream(pool).asLongStream().toArray()));
            while (chosen.size() < count) {
                int best = 0;
                double most = -1;
                for (int i = 0; i < pool.length; i++) {
                    double worth = (1 - predictions.margin()[sample[pool[i]]]) * distance[i];
                    if (worth > most) {
                        most = worth;
                        best = i;
                    }
                }
                chosen.add(pool[best]);
                float[] cosine = new float[pool.length];
                try (PointerScope round = new PointerScope()) {
                    rows.mv(rows.select(0, best)).contiguous().data_ptr_float().get(cosine);
                }
                for (int i = 0; i < pool.length; i++) {
                    distance[i] = Math.min(distance[i], Math.max(0, 1 - cosine[i]));
                }
                distance[best] = -1;
            }
        }
        return chosen;
    }

    /** Draws from all unlabelled pictures; one that is chosen already is not returned twice. */
    private List<Suggestion> drawn(Labels labels, List<Suggestion> chosen, int count, SplittableRandom random) {
        int[] left = IntStream.range(0, pictures)
                .filter(i -> labels.of()[i] < 0)
                .filter(i -> chosen.stream().noneMatch(suggestion -> suggestion.picture() == i))
                .toArray();
        int wanted = Math.min(left.length, count - chosen.size());
        return Arrays.stream(RandomIndices.choose(left.length, Math.max(0, wanted), random))
                .mapToObj(i -> new Suggestion(left[i], Reason.RANDOM))
                .toList();
    }

    /** Distributes the random pictures among the others. */
    private static void mixIn(List<Suggestion> chosen, List<Suggestion> drawn) {
        int at = RANDOM_EVERY - 1;
        for (Suggestion suggestion : drawn) {
            chosen.add(Math.min(at, chosen.size()), suggestion);
            at += RANDOM_EVERY;
        }
    }
}
