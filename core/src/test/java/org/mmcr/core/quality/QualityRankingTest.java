package org.mmcr.core.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.CapacityProgress;
import org.mmcr.core.capacity.Matrix;
import org.mmcr.core.capacity.SeededRandom;
import org.mmcr.core.capacity.SeededRandom.Purpose;
import org.mmcr.core.capacity.TaskRunner;

class QualityRankingTest {
    private static final int PICTURES = 60;
    private static final int VIEWS = 3;
    private static final int DIMENSION = 8;
    private static final QualityOptions OPTIONS = new QualityOptions(12, 5);

    private static double[][] wide;
    private static double[][] narrow;
    private static List<RepresentationQuality> wideSamples;
    private static List<RepresentationQuality> narrowSamples;

    @BeforeAll
    static void measureEverySample() {
        wide = embeddings(8, 1);
        narrow = embeddings(3, 1);
        wideSamples = samples(wide);
        narrowSamples = samples(narrow);
    }

    /** The public measurement of each bootstrap sample, written out, is the oracle. */
    @ParameterizedTest
    @EnumSource(
            value = Measure.class,
            names = {"LIDAR", "RANKME", "NESUM", "EFFECTIVE_RANK"})
    void of_twoEncoders_agreesWithMeasuringEverySampleByItself(Measure measure) {
        QualityRanking ranking = QualityRanking.of(List.of(measured(narrow, measure), measured(wide, measure)));

        List<Double> below = new ArrayList<>();
        int won = 0;
        for (int r = 0; r < OPTIONS.resamples(); r++) {
            double difference = value(wideSamples.get(r), measure) - value(narrowSamples.get(r), measure);
            below.add(difference);
            won += difference > 0 ? 1 : 0;
        }
        double mean = below.stream().mapToDouble(x -> x).average().orElseThrow();
        double deviation = Math.sqrt(
                below.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum() / (below.size() - 1));
        QualityRanking.Entry second = ranking.entries().get(0);
        assertThat(ranking.best()).isEqualTo(1);
        assertThat(second.belowBest().value())
                .isCloseTo(value(quality(wide), measure) - value(quality(narrow), measure), within(1e-5));
        assertThat(second.belowBest().high() - second.belowBest().value()).isCloseTo(1.96 * deviation, within(1e-4));
        assertThat(ranking.entries().get(1).bestShare()).isCloseTo(won / 12.0, within(1e-12));
        assertThat(second.tiesWithBest()).isFalse();
    }

    @Test
    void of_encodersThatDifferByNoise_tie() {
        double[][] one = embeddings(8, 1);
        double[][] other = embeddings(8, 2);
        QualityRanking ranking =
                QualityRanking.of(List.of(measured(one, Measure.LIDAR), measured(other, Measure.LIDAR)));
        assertThat(ranking.entries()).allMatch(QualityRanking.Entry::tiesWithBest);
        assertThat(ranking.entries().get(0).bestShare()
                        + ranking.entries().get(1).bestShare())
                .isCloseTo(1, within(1e-12));
    }

    @Test
    void of_equalEncoders_namesTheFirstAndSharesTheSamples() {
        ResampledMeasure one = measured(embeddings(8, 1), Measure.RANKME);
        QualityRanking ranking = QualityRanking.of(List.of(one, one));
        assertThat(ranking.best()).isZero();
        assertThat(ranking.entries()).allSatisfy(entry -> {
            assertThat(entry.bestShare()).isCloseTo(0.5, within(1e-12));
            assertThat(entry.belowBest().value()).isZero();
            assertThat(entry.tiesWithBest()).isTrue();
        });
    }

    @Test
    void of_collapsedEmbeddings_hasNoValue() {
        double[][] collapsed = new double[PICTURES * VIEWS][DIMENSION];
        for (double[] row : collapsed) {
            row[0] = 1;
        }
        assertThat(resampled(collapsed, Measure.LIDAR)).isEmpty();
        assertThat(resampled(collapsed, Measure.NESUM)).isEmpty();
    }

    /** PairedViewsTest has the oracle of the samples; here their counts and their use. */
    @Test
    void of_infonce_prefersNearViewsOfDistinctPicturesAndUsesEverySample() {
        double[][] rows = embeddings(8, 1);
        ResampledMeasure found = measured(rows, Measure.INFONCE);
        assertThat(found.value()).isCloseTo(value(quality(rows), Measure.INFONCE), within(1e-12));
        assertThat(found.drawn()).hasSize(OPTIONS.resamples()).doesNotHaveDuplicates();
        int[] third = SeededRandom.generator(OPTIONS.seed(), Purpose.RESAMPLES, 2)
                .ints(PICTURES, 0, PICTURES)
                .toArray();
        Matrix counts = Matrix.zeros(1, PICTURES);
        for (int picture : third) {
            counts.values()[picture]++;
        }
        EmbeddedViews unit = EmbeddedViews.of(rows, VIEWS).unit();
        assertThat(found.drawn().get(2))
                .isEqualTo(PairedViews.of(unit, TaskRunner.IN_TURN)
                        .orElseThrow()
                        .resampled(counts, TaskRunner.IN_TURN)[0]);
        QualityRanking ranking = QualityRanking.of(List.of(measured(embeddings(3, 1), Measure.INFONCE), found));
        assertThat(ranking.best()).isEqualTo(1);
        assertThat(ranking.entries().get(0).tiesWithBest()).isFalse();
    }

    @Test
    void of_infonceWithoutASecondViewOrADirection_hasNoValue() {
        double[][] rows = embeddings(8, 1);
        assertThat(ResampledMeasure.of(EmbeddedViews.of(rows, 1), Measure.INFONCE, OPTIONS, TaskRunner.IN_TURN))
                .isEmpty();
        rows[4] = new double[DIMENSION];
        assertThat(resampled(rows, Measure.INFONCE)).isEmpty();
    }

    @Test
    void of_otherMeasuresAndTooFewSamples_areRefused() {
        double[][] rows = embeddings(8, 1);
        assertThatThrownBy(() -> resampled(rows, Measure.ALIGNMENT))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("found alignment");
        assertThatThrownBy(() -> ResampledMeasure.of(
                        EmbeddedViews.of(rows, VIEWS), Measure.LIDAR, new QualityOptions(0, 0), TaskRunner.IN_TURN))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("at least 2 bootstrap samples");
        assertThatThrownBy(() -> QualityRanking.of(List.of())).isInstanceOf(MmcrException.class);
    }

    private static ResampledMeasure measured(double[][] rows, Measure measure) {
        return resampled(rows, measure).orElseThrow();
    }

    private static Optional<ResampledMeasure> resampled(double[][] rows, Measure measure) {
        return ResampledMeasure.of(EmbeddedViews.of(rows, VIEWS), measure, OPTIONS, TaskRunner.IN_TURN);
    }

    /** Every measure of each bootstrap sample of pictures, by the public measurement of all rows. */
    private static List<RepresentationQuality> samples(double[][] rows) {
        return IntStream.range(0, OPTIONS.resamples())
                .mapToObj(r -> SeededRandom.generator(OPTIONS.seed(), Purpose.RESAMPLES, r)
                        .ints(PICTURES, 0, PICTURES)
                        .toArray())
                .map(pictures -> quality(chosen(rows, pictures)))
                .toList();
    }

    private static RepresentationQuality quality(double[][] rows) {
        return RepresentationQuality.of(
                EmbeddedViews.of(rows, VIEWS), new QualityOptions(0, 0), TaskRunner.IN_TURN, CapacityProgress.NONE);
    }

    private static double value(RepresentationQuality quality, Measure measure) {
        return quality.value(measure).orElseThrow();
    }

    private static double[][] chosen(double[][] rows, int[] pictures) {
        double[][] some = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            some[i] = rows[pictures[i / VIEWS] * VIEWS + i % VIEWS];
        }
        return some;
    }

    /** Pictures that vary in the first {@code rank} dimensions, with views about them. */
    private static double[][] embeddings(int rank, long seed) {
        Random random = new Random(seed);
        double[][] rows = new double[PICTURES * VIEWS][DIMENSION];
        for (int n = 0; n < PICTURES; n++) {
            double[] centre = new double[DIMENSION];
            for (int d = 0; d < DIMENSION; d++) {
                centre[d] = random.nextGaussian() * (d < rank ? 1 : 0.1);
            }
            for (int k = 0; k < VIEWS; k++) {
                for (int d = 0; d < DIMENSION; d++) {
                    rows[n * VIEWS + k][d] = centre[d] + 0.3 * random.nextGaussian();
                }
            }
        }
        return rows;
    }
}
