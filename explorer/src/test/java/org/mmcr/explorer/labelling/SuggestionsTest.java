package org.mmcr.explorer.labelling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.mmcr.data.RandomIndices;
import org.mmcr.explorer.labelling.Suggestion.Reason;

class SuggestionsTest {
    @Test
    void next_noLabels_suggestsEveryClusterAndRandomPictures() {
        Blobs blobs = Blobs.of(6, 40, 12, 1);
        List<Suggestion> asked = new Suggestions(blobs.features(), 3).next(blobs.labels(), Optional.empty(), 16);
        assertThat(asked).hasSize(16);
        assertThat(asked.stream().map(Suggestion::picture)).doesNotHaveDuplicates();
        assertThat(asked.stream().filter(one -> one.reason() == Reason.RANDOM)).hasSize(4);
        assertThat(asked.get(3).reason()).isEqualTo(Reason.RANDOM);
        assertThat(asked.stream()
                        .filter(one -> one.reason() == Reason.TYPICAL)
                        .map(one -> blobs.truth()[one.picture()])
                        .collect(Collectors.toSet()))
                .hasSize(6);
    }

    @Test
    void next_enoughLabels_suggestsSmallMarginsAndNoPictureTwice() {
        Blobs blobs = Blobs.of(2, 100, 8, 2);
        int[] labelled = IntStream.range(0, 200).filter(i -> i % 5 == 0).toArray();
        Labels labels = blobs.labels(labelled);
        float[] margin = new float[200];
        Arrays.fill(margin, 0.9f);
        int[] doubtful = {3, 55, 103, 158, 0, 5}; // the last two have labels
        Arrays.stream(doubtful).forEach(i -> margin[i] = 0.01f);
        Predictions predictions = new Predictions(new short[200], margin, margin);
        List<Suggestion> asked = new Suggestions(blobs.features(), 3).next(labels, Optional.of(predictions), 4);
        assertThat(asked.stream().filter(one -> one.reason() == Reason.UNSURE).map(Suggestion::picture))
                .hasSize(3)
                .isSubsetOf(3, 55, 103, 158);
        assertThat(asked.stream().map(Suggestion::picture)).doesNotContain(0, 5);
    }

    @Test
    void next_twinsInDoubt_areNotAskedAboutTogether() {
        Blobs blobs = Blobs.of(2, 50, 8, 4);
        blobs.features().select(0, 61).copy_(blobs.features().select(0, 11));
        int[] labelled = IntStream.range(0, 100).filter(i -> i % 4 == 0).toArray();
        float[] margin = new float[100];
        Arrays.fill(margin, 0.5f);
        margin[11] = 0;
        margin[61] = 0;
        List<Suggestion> asked = new Suggestions(blobs.features(), 3)
                .next(blobs.labels(labelled), Optional.of(new Predictions(new short[100], margin, margin)), 4);
        assertThat(asked.stream().filter(one -> one.picture() == 11 || one.picture() == 61))
                .hasSize(1);
    }

    @Test
    void next_fewLeftOrNone_givesThoseThatAreLeft() {
        Blobs blobs = Blobs.of(2, 5, 4, 1);
        Suggestions suggestions = new Suggestions(blobs.features(), 3);
        Labels eight = blobs.labels(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(suggestions.next(eight, Optional.empty(), 12).stream().map(Suggestion::picture))
                .containsExactlyInAnyOrder(8, 9);
        Labels all = blobs.labels(IntStream.range(0, 10).toArray());
        assertThat(suggestions.next(all, Optional.empty(), 12)).isEmpty();
    }

    @Test
    void measure_separableGroups_isOneAndShuffledLabelsAreChance() {
        Blobs blobs = Blobs.of(4, 60, 16, 7);
        Labels labels = blobs.labels(IntStream.range(0, 240).toArray());
        HeldOutAccuracy good = HeldOutAccuracy.measure(new HeadFitter(blobs.features()), labels);
        assertThat(good.value()).isGreaterThan(0.97);
        assertThat(good.n()).isEqualTo(240);
        int[] shuffled = RandomIndices.choose(240, 240, new SplittableRandom(1));
        int[] wrong = Arrays.stream(shuffled).map(i -> labels.of()[i]).toArray();
        Labels chance = new Labels(
                2, labels.names(), labels.counts(), wrong, labels.random(), Optional.empty(), Optional.empty());
        HeldOutAccuracy poor = HeldOutAccuracy.measure(new HeadFitter(blobs.features()), chance);
        assertThat(poor.low()).isLessThan(0.25);
        assertThat(poor.value()).isLessThan(0.4);
    }

    /** Wilson's interval of 8 of 10 and of 0 of 10, by hand. */
    @Test
    void of_knownCounts_areWilsonsIntervals() {
        HeldOutAccuracy eight = HeldOutAccuracy.of(8, 10);
        assertThat(eight.low()).isCloseTo(0.49016, within(1e-4));
        assertThat(eight.high()).isCloseTo(0.94332, within(1e-4));
        HeldOutAccuracy none = HeldOutAccuracy.of(0, 10);
        assertThat(none.low()).isZero();
        assertThat(none.high()).isCloseTo(0.27754, within(1e-4));
    }

    @Test
    void predict_twoGroups_confidenceAndMarginAgreeWithTwoClasses() {
        Blobs blobs = Blobs.of(2, 30, 6, 9);
        int[] rows = {0, 1, 2, 30, 31, 32};
        Head head = new HeadFitter(blobs.features()).fit(rows, new int[] {0, 0, 0, 1, 1, 1}, List.of("a", "b"));
        Predictions predictions = head.predict(blobs.features());
        for (int i = 0; i < 60; i++) {
            assertThat((int) predictions.best()[i]).isEqualTo(i / 30);
            assertThat(predictions.margin()[i]).isCloseTo(2 * predictions.confidence()[i] - 1, within(1e-5f));
        }
    }

    /** Groups of points around far directions. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Blobs(Tensor features, int[] truth, int groups) {
        static Blobs of(int groups, int each, int width, long seed) {
            Random random = new Random(seed);
            float[] values = new float[groups * each * width];
            int[] truth = new int[groups * each];
            for (int i = 0; i < truth.length; i++) {
                truth[i] = i / each;
                for (int f = 0; f < width; f++) {
                    values[i * width + f] = (float) ((f == truth[i] ? 5 : 0) + 0.4 * random.nextGaussian());
                }
            }
            return new Blobs(torch.tensor(values).reshape(truth.length, width), truth, groups);
        }

        /** The true labels of some, all drawn at random. */
        Labels labels(int... labelled) {
            int[] of = new int[truth.length];
            Arrays.fill(of, -1);
            int[] counts = new int[groups];
            BitSet random = new BitSet();
            for (int i : labelled) {
                of[i] = truth[i];
                counts[truth[i]]++;
                random.set(i);
            }
            List<String> names = labelled.length == 0
                    ? List.of()
                    : IntStream.range(0, groups).mapToObj(g -> "group " + g).toList();
            List<Integer> sizes = labelled.length == 0
                    ? List.of()
                    : Arrays.stream(counts).boxed().toList();
            return new Labels(1, names, sizes, of, random, Optional.empty(), Optional.empty());
        }
    }
}
