package org.mmcr.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.mmcr.data.PictureSource;
import org.mmcr.data.TestPictures;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.PictureCrop;
import org.mmcr.train.encoder.Precision;

/** Features that are passed on block by block: order, back-pressure and failures. */
class FeatureStreamTest {
    @Test
    void stream_firstBatchLast_stillInOrder() {
        CountDownLatch third = new CountDownLatch(1);
        PictureSource data = ToyPictures.of(20, List.of("red", "green"), 1).beforeReading(index -> {
            if (index == 0) {
                await(third);
            } else if (index == 8) {
                third.countDown();
            }
        });
        List<Integer> firsts = new ArrayList<>();
        new FeatureExtractor(model(), 4, 2).stream(data, (first, block) -> firsts.add(first), ProgressListener.NONE);
        assertThat(firsts).containsExactly(0, 4, 8, 12, 16);
    }

    /** Eight batches a thread at most: what the sink is reading is not written over, and memory is bounded. */
    @Test
    void stream_sinkWaits_passWaitsAfterAFewBatches() {
        CountDownLatch asked = new CountDownLatch(32);
        CountDownLatch beyond = new CountDownLatch(1);
        PictureSource data = ToyPictures.of(60, List.of("red", "green"), 1).beforeReading(index -> {
            asked.countDown();
            if (index >= 32) {
                beyond.countDown();
            }
        });
        List<float[]> before = new ArrayList<>();
        List<float[]> after = new ArrayList<>();
        new FeatureExtractor(model(), 2, 2)
                .stream(
                        data,
                        (first, block) -> {
                            if (first == 0) {
                                before.add(FeatureExtractorTest.floats(block));
                                await(asked);
                                assertThat(happens(beyond)).isFalse();
                                after.add(FeatureExtractorTest.floats(block));
                            }
                        },
                        ProgressListener.NONE);
        assertThat(after.get(0)).isEqualTo(before.get(0));
        assertThat(happens(beyond)).isTrue();
    }

    @Test
    void stream_sinkFails_errorReachesCallerAndThreadsEnd() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        PictureSource data = ToyPictures.of(60, List.of("red", "green"), 1)
                .beforeReading(index -> threads.add(Thread.currentThread()));
        FeatureExtractor extractor = new FeatureExtractor(model(), 4, 2);
        assertThatThrownBy(() -> extractor.stream(
                        data,
                        (first, block) -> {
                            if (first == 8) {
                                throw new CancellationException("enough");
                            }
                        },
                        ProgressListener.NONE))
                .isInstanceOf(CancellationException.class)
                .hasMessage("enough");
        assertThat(threads).isNotEmpty().noneMatch(Thread::isAlive);
    }

    @Test
    void stream_severalViews_meanOfThePasses() {
        TestPictures data = ToyPictures.of(21, List.of("a", "b"), 3);
        EncoderFeatures model = model();
        List<EvaluationView> views = PictureCrop.of(FeatureExtractorTest.VIEW, 3);
        double[] expected = new double[21 * model.width()];
        for (EvaluationView view : views) {
            try (FeatureSet set =
                    new FeatureExtractor(model, List.of(view), 4, 2).extract(data, ProgressListener.NONE)) {
                float[] values = FeatureExtractorTest.floats(set.features());
                for (int i = 0; i < values.length; i++) {
                    expected[i] += values[i] / 3.0;
                }
            }
        }
        int[] rows = {0};
        new FeatureExtractor(model, views, 8, 2)
                .stream(
                        data,
                        (first, block) -> {
                            assertThat(first).isEqualTo(rows[0]);
                            float[] values = FeatureExtractorTest.floats(block);
                            for (int i = 0; i < values.length; i++) {
                                assertThat((double) values[i])
                                        .isCloseTo(expected[first * model.width() + i], within(1e-5));
                            }
                            rows[0] += Math.toIntExact(block.size(0));
                        },
                        ProgressListener.NONE);
        assertThat(rows[0]).isEqualTo(21);
    }

    @Test
    void stream_blocks_inOrderWithProgress() {
        FeatureExtractor extractor = new FeatureExtractor(model(), 8, 2);
        List<Integer> firsts = new ArrayList<>();
        List<Integer> progress = new ArrayList<>();
        extractor.stream(
                ToyPictures.of(20, List.of(), 1),
                (first, block) -> {
                    firsts.add(first);
                    assertThat(block.size(1)).isEqualTo(extractor.width());
                    assertThat(block.requires_grad()).isFalse();
                },
                progress::add);
        assertThat(firsts).containsExactly(0, 8, 16);
        assertThat(progress).containsExactly(8, 16, 20);
    }

    /** Within a tenth of a second: that something does not happen cannot be waited for. */
    private static boolean happens(CountDownLatch latch) {
        try {
            return latch.await(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static EncoderFeatures model() {
        return FeatureExtractorTest.frozen(
                FeatureExtractorTest.SPEC.build(5), FeatureExtractorTest.VIEW, Precision.FP32);
    }
}
