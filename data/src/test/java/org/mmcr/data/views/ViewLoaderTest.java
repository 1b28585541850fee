package org.mmcr.data.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mmcr.core.MmcrException;
import org.mmcr.data.PictureSource;
import org.mmcr.data.TestPictures;
import org.mmcr.data.io.DataChangedException;

@Timeout(60)
class ViewLoaderTest {
    private static final long SEED = 17;
    private static final int VIEWS = 3;

    private final TestPictures data = TestPictures.ofNoise(24, 20, 28);

    @Test
    void tensor_isFloat32ChannelsLastSampleMajor() {
        List<ViewRecipe> recipes = List.of(PictureViewRecipe.cifar());
        try (ViewLoader loader = loader(2, 0, steps(2, recipes));
                ViewBatch batch = loader.next().orElseThrow()) {
            Tensor tensor = batch.tensor();
            assertThat(tensor.sizes().vec().get()).containsExactly(12, 3, 32, 32);
            assertThat(tensor.strides().vec().get()).containsExactly(3 * 32 * 32, 1, 3 * 32, 3);
            assertThat(tensor.scalar_type().intern()).isEqualTo(ScalarType.Float);
            float[] found = values(batch);
            float[] expected = slowly(batch.plan());
            assertThat(found).containsExactly(expected);
        }
    }

    @Test
    void batches_withOneOrFourThreads_areEqual() {
        List<ViewRecipe> recipes = List.of(PictureViewRecipe.cifar().withSize(24));
        List<float[]> one = drain(loader(1, 0, steps(6, recipes)));
        List<float[]> four = drain(loader(4, 0, steps(6, recipes)));
        assertThat(one).hasSize(6);
        for (int step = 0; step < one.size(); step++) {
            assertThat(four.get(step)).containsExactly(one.get(step));
        }
    }

    @Test
    void batches_ofLoaderStartedLater_equalThoseOfUninterruptedOne() {
        List<ViewRecipe> recipes = List.of(PictureViewRecipe.cifar());
        List<float[]> whole = drain(loader(2, 0, steps(6, recipes)));
        List<float[]> rest = drain(loader(3, 4, steps(6, recipes)));
        assertThat(rest).hasSize(2);
        assertThat(rest.get(0)).containsExactly(whole.get(4));
        assertThat(rest.get(1)).containsExactly(whole.get(5));
    }

    @Test
    void recipes_withOddNumberOfViews_alternateAndLeaveNoViewEmpty() {
        PictureViewRecipe a = PictureViewRecipe.imagenetA().withSize(16);
        PictureViewRecipe b = PictureViewRecipe.imagenetB().withSize(16);
        int length = 3 * 16 * 16;
        try (ViewLoader loader = loader(2, 0, steps(1, List.of(a, b)));
                ViewBatch batch = loader.next().orElseThrow()) {
            float[] found = values(batch);
            assertThat(found).containsExactly(slowly(batch.plan()));
            assertThat(batch.plan().recipe(2)).isEqualTo(a);
            for (int row = 0; row < 4 * VIEWS; row++) {
                float[] view = Arrays.copyOfRange(found, row * length, (row + 1) * length);
                assertThat(view).as("row %d", row).isNotEqualTo(new float[length]);
            }
        }
    }

    @Test
    void memory_isRecycledAndNeverMoreThanPrefetchPlusOne() {
        int prefetch = 2;
        Set<Long> addresses = new HashSet<>();
        try (ViewLoader loader =
                new ViewLoader(data, SEED, 3, prefetch, 0, steps(40, List.of(PictureViewRecipe.cifar())))) {
            Optional<ViewBatch> next = loader.next();
            while (next.isPresent()) {
                try (ViewBatch batch = next.get()) {
                    addresses.add(batch.tensor().data_ptr().address());
                }
                next = loader.next();
            }
        }
        assertThat(addresses).hasSizeLessThanOrEqualTo(prefetch + 1);
    }

    @Test
    void size_changingFromStepToStep_isFollowed() {
        int[] sizes = {16, 32, 8, 24, 32, 1};
        LongFunction<Optional<ViewBatchPlan>> plans = step -> step < sizes.length
                ? Optional.of(plan(step, List.of(PictureViewRecipe.cifar().withSize(sizes[(int) step]))))
                : Optional.empty();
        try (ViewLoader loader = loader(2, 0, plans)) {
            for (int size : sizes) {
                try (ViewBatch batch = loader.next().orElseThrow()) {
                    assertThat(batch.tensor().sizes().vec().get()).containsExactly(12, 3, size, size);
                    assertThat(values(batch)).containsExactly(slowly(batch.plan()));
                }
            }
            assertThat(loader.next()).isEmpty();
            assertThat(loader.next()).isEmpty();
        }
    }

    @Test
    void next_whenPictureCannotBeRead_deliversEarlierBatchesThenThrows() {
        MmcrException broken = new MmcrException("picture 9 is broken");
        PictureSource source = data.beforeReading(index -> {
            if (index == 9) {
                throw broken;
            }
        });
        try (ViewLoader loader = new ViewLoader(source, SEED, 4, 3, 0, steps(6, List.of(PictureViewRecipe.cifar())))) {
            loader.next().orElseThrow().close();
            loader.next().orElseThrow().close();
            assertThatThrownBy(loader::next).isSameAs(broken);
            assertThatThrownBy(loader::next).isSameAs(broken);
        }
    }

    /** The heap is full at one large picture; a mapped file that was cut short is an InternalError. */
    @Test
    void next_whenMemoryOrAFileEnds_namesTheSampleAndTheRemedy() {
        String named = "9 in test pictures";
        assertThatThrownBy(() -> drain(loaderThatThrows(new OutOfMemoryError("Java heap space"))))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("views of " + named)
                .hasMessageContaining("MMCR_JAVA_OPTS=-Xmx");
        assertThatThrownBy(() -> drain(loaderThatThrows(new InternalError("a fault occurred"))))
                .isInstanceOf(DataChangedException.class)
                .hasMessageContaining(named)
                .hasMessageContaining("a file of the data was cut short");
    }

    private ViewLoader loaderThatThrows(Error failure) {
        PictureSource source = data.beforeReading(index -> {
            if (index == 9) {
                throw failure;
            }
        });
        return new ViewLoader(source, SEED, 4, 3, 0, steps(6, List.of(PictureViewRecipe.cifar())));
    }

    @Test
    void next_whenPlanFails_throwsWhatThePlanThrew() {
        IllegalStateException failure = new IllegalStateException("no plan for step 1");
        LongFunction<Optional<ViewBatchPlan>> plans = step -> {
            if (step == 1) {
                throw failure;
            }
            return Optional.of(plan(step, List.of(PictureViewRecipe.cifar())));
        };
        try (ViewLoader loader = loader(2, 0, plans)) {
            loader.next().orElseThrow().close();
            assertThatThrownBy(loader::next).isSameAs(failure);
        }
    }

    @Test
    void next_whenEveryBatchIsInUse_failsInsteadOfHanging() {
        try (ViewLoader loader = new ViewLoader(data, SEED, 1, 1, 0, steps(6, List.of(PictureViewRecipe.cifar())));
                ViewBatch first = loader.next().orElseThrow();
                ViewBatch second = loader.next().orElseThrow()) {
            assertThat(first.plan().step()).isEqualTo(0);
            assertThat(second.plan().step()).isEqualTo(1);
            assertThatThrownBy(loader::next).hasMessageContaining("close a batch");
        }
    }

    @Test
    void close_whileThreadsWaitForRoom_joinsThem() {
        ViewLoader loader = loader(3, 0, steps(1000, List.of(PictureViewRecipe.cifar())));
        ViewBatch held = loader.next().orElseThrow();
        loader.close();
        assertThat(liveThreads()).isEmpty();
        held.close();
        assertThatThrownBy(held::tensor).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(loader::next).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void close_whileConsumerWaits_wakesIt() throws InterruptedException {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        PictureSource slow = data.beforeReading(index -> {
            reading.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        ViewLoader loader = new ViewLoader(slow, SEED, 1, 1, 0, steps(3, List.of(PictureViewRecipe.cifar())));
        AtomicInteger woken = new AtomicInteger();
        Thread consumer = new Thread(() -> {
            try {
                loader.next();
            } catch (IllegalStateException expected) {
                woken.incrementAndGet();
            }
        });
        consumer.start();
        reading.await();
        Thread closer = new Thread(loader::close);
        closer.start();
        consumer.join(Duration.ofSeconds(20).toMillis());
        release.countDown();
        closer.join();
        assertThat(woken).hasValue(1);
        assertThat(liveThreads()).isEmpty();
    }

    private ViewLoader loader(int threads, long firstStep, LongFunction<Optional<ViewBatchPlan>> plans) {
        return new ViewLoader(data, SEED, threads, 2, firstStep, plans);
    }

    private static LongFunction<Optional<ViewBatchPlan>> steps(int count, List<ViewRecipe> recipes) {
        return step -> step < count ? Optional.of(plan(step, recipes)) : Optional.empty();
    }

    private static ViewBatchPlan plan(long step, List<ViewRecipe> recipes) {
        int first = (int) (4 * step % 24);
        int[] samples = {first, first + 1, first + 2, first + 3};
        return new ViewBatchPlan(step, (int) (step / 6), samples, VIEWS, recipes);
    }

    private static List<float[]> drain(ViewLoader loader) {
        List<float[]> batches = new ArrayList<>();
        try (loader) {
            Optional<ViewBatch> next = loader.next();
            while (next.isPresent()) {
                try (ViewBatch batch = next.get()) {
                    batches.add(values(batch));
                }
                next = loader.next();
            }
        }
        return batches;
    }

    /** Returns the batch's memory in storage order, copied through a contiguous NHWC tensor. */
    private static float[] values(ViewBatch batch) {
        try (Tensor nhwc = batch.tensor().permute(0, 2, 3, 1).contiguous()) {
            float[] values = new float[Math.toIntExact(nhwc.numel())];
            new FloatPointer(nhwc.data_ptr_float()).get(values);
            return values;
        }
    }

    /** Returns the same batch computed one view after the other, each by an augmenter of its own. */
    private float[] slowly(ViewBatchPlan plan) {
        int length = plan.shape().length();
        float[] values = new float[Math.toIntExact(plan.rows() * length)];
        FloatBuffer buffer = FloatBuffer.wrap(values);
        int row = 0;
        for (int sample : plan.samples()) {
            for (int view = 0; view < plan.views(); view++, row++) {
                new PictureAugmenter()
                        .augment(
                                (PictureViewRecipe) plan.recipe(view),
                                data.picture(sample),
                                SEED,
                                plan.epoch(),
                                sample,
                                view,
                                buffer,
                                row * length);
            }
        }
        return values;
    }

    private static List<String> liveThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("mmcr-views"))
                .toList();
    }
}
