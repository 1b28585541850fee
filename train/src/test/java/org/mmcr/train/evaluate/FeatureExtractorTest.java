package org.mmcr.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.PictureSource;
import org.mmcr.data.TestPictures;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.train.encoder.Activation;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.encoder.SmallConvNetSpec;

class FeatureExtractorTest {
    static final PictureEvaluationView VIEW =
            PictureEvaluationView.of(PictureViewRecipe.cifar().withSize(8));
    static final SmallConvNetSpec SPEC = new SmallConvNetSpec(
            4,
            3,
            1,
            List.of(6),
            List.of(1),
            List.of(2),
            Activation.RELU,
            SmallConvNetSpec.Shortcut.CONV,
            0,
            false,
            0,
            false);
    /** Wide enough for the kernels that a real encoder takes. */
    private static final SmallConvNetSpec WIDE = new SmallConvNetSpec(
            32,
            3,
            1,
            List.of(64),
            List.of(1),
            List.of(2),
            Activation.RELU,
            SmallConvNetSpec.Shortcut.CONV,
            48,
            true,
            0,
            false);

    private static final int BATCH = 16;
    private static final List<String> NAMES = List.of("red", "green", "blue");

    @Test
    void extract_anyBatchAndThreads_sameAsOneByOne() {
        TestPictures data = ToyPictures.of(37, NAMES, 1);
        Encoder encoder = SPEC.build(5);
        float[] expected = oneByOne(encoder, data);
        for (int[] setting : new int[][] {{1, 1}, {5, 3}, {37, 2}, {64, 4}}) {
            FeatureExtractor extractor =
                    new FeatureExtractor(frozen(encoder, VIEW, Precision.FP32), setting[0], setting[1]);
            try (FeatureSet set = extractor.extract(data, ProgressListener.NONE)) {
                assertThat(floats(set.features())).containsExactly(expected, within(1e-5f));
                assertThat(set.labels()[4]).isEqualTo(1);
                assertThat(set.classNames()).isEqualTo(NAMES);
            }
        }
    }

    /**
     * Each batch computed alone, by one thread, in the precision asked for: the same bits whatever the number of
     * threads.
     */
    @ParameterizedTest
    @CsvSource({"FP32, 1", "FP32, 2", "FP32, 5", "BF16, 1", "BF16, 3"})
    void extract_anyThreads_bitsOfOneBatchAtATime(Precision precision, int threads) {
        TestPictures data = ToyPictures.of(150, NAMES, 2);
        Encoder encoder = WIDE.build(5);
        float[] expected = batchByBatch(encoder, data, precision);
        try (FeatureSet set = new FeatureExtractor(frozen(encoder, VIEW, precision), BATCH, threads)
                .extract(data, ProgressListener.NONE)) {
            assertThat(floats(set.features())).isEqualTo(expected);
        }
    }

    @Test
    void extract_withNaN_namesTheSample() {
        TestPictures data = ToyPictures.of(40, NAMES, 2);
        FeatureModel broken = new FeatureModel() {
            private final FeatureModel input = new InputFeatures(VIEW);
            private int seen;

            @Override
            public EvaluationView view() {
                return input.view();
            }

            @Override
            public int width() {
                return input.width();
            }

            @Override
            public Precision precision() {
                return input.precision();
            }

            @Override
            public Tensor apply(Tensor x) {
                Tensor features = input.apply(x);
                seen += Math.toIntExact(features.size(0));
                if (seen > 21) {
                    features = features.clone();
                    features.select(0, 21 - (seen - features.size(0))).fill_(new Scalar(Double.NaN));
                    seen = Integer.MIN_VALUE;
                }
                return features;
            }
        };
        FeatureExtractor extractor = new FeatureExtractor(broken, BATCH, 1);
        assertThatThrownBy(() -> extractor.extract(data, ProgressListener.NONE))
                .isInstanceOf(NonFiniteFeaturesException.class)
                .hasMessageContaining("NaN")
                .hasMessageContaining("'" + data.name(21) + "'");
    }

    @Test
    void extract_itsThreads_computeAloneAndLeaveOthersTheirNumber() throws Exception {
        int before = torch.get_num_threads();
        Set<Integer> inPass = ConcurrentHashMap.newKeySet();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        PictureSource data = ToyPictures.of(30, NAMES, 1).beforeReading(index -> {
            inPass.add(torch.get_num_threads());
            threads.add(Thread.currentThread());
        });
        torch.set_num_threads(3);
        try {
            new FeatureExtractor(frozen(SPEC.build(5), VIEW, Precision.FP32), 4, 2)
                    .extract(data, ProgressListener.NONE)
                    .close();
            assertThat(inPass).containsExactly(1);
            assertThat(torch.get_num_threads()).isEqualTo(3);
            assertThat(CompletableFuture.supplyAsync(torch::get_num_threads, task -> new Thread(task).start())
                            .get())
                    .isEqualTo(3);
            assertThat(threads).noneMatch(Thread::isAlive).doesNotContain(Thread.currentThread());
        } finally {
            torch.set_num_threads(before);
        }
    }

    @ParameterizedTest
    @CsvSource({"8, 256", "32, 64", "64, 16", "96, 16", "224, 4"})
    void batch_ofLargerPictures_isSmaller(int side, int expected) {
        PictureEvaluationView view =
                PictureEvaluationView.of(PictureViewRecipe.cifar().withSize(side));
        assertThat(new FeatureExtractor(frozen(SPEC.build(5), view, Precision.FP32), 256, 2).batch())
                .isEqualTo(expected);
        assertThat(new FeatureExtractor(frozen(SPEC.build(5), view, Precision.FP32), 3, 2).batch())
                .isEqualTo(3);
    }

    @Test
    void extract_inEvaluationMode_leavesModeStatisticsAndRandomnessAlone() {
        Encoder encoder = SPEC.build(5);
        encoder.eval();
        List<float[]> before = values(encoder);
        torch.manual_seed(3);
        float expectedDraw = torch.rand(1).item_float();
        torch.manual_seed(3);
        new FeatureExtractor(new EncoderFeatures(encoder, VIEW, Precision.FP32), 8, 2)
                .extract(ToyPictures.of(20, NAMES, 1), ProgressListener.NONE)
                .close();
        assertThat(torch.rand(1).item_float()).isEqualTo(expectedDraw);
        assertThat(encoder.training()).isFalse();
        assertThat(values(encoder)).usingRecursiveComparison().isEqualTo(before);
    }

    @Test
    void extractor_withoutAView_fails() {
        FeatureModel input = new InputFeatures(VIEW);
        assertThatThrownBy(() -> new FeatureExtractor(input, List.of(), 8, 1))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("at least one view");
        assertThatThrownBy(() -> new FeatureExtractor(input, List.of(VIEW.withSize(VIEW.size() + 1)), 8, 1))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("another shape");
    }

    /** In training mode a sample's features depend on its batch, and the running statistics move. */
    @Test
    void extract_inTrainingMode_clearErrorAndNothingMoves() {
        Encoder encoder = SPEC.build(5);
        List<float[]> before = values(encoder);
        FeatureExtractor extractor = new FeatureExtractor(new EncoderFeatures(encoder, VIEW, Precision.FP32), 8, 2);
        assertThatThrownBy(() -> extractor.extract(ToyPictures.of(20, NAMES, 1), ProgressListener.NONE))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("evaluation mode");
        assertThat(values(encoder)).usingRecursiveComparison().isEqualTo(before);
    }

    @Test
    void extract_unlabelled_labelsAreMissing() {
        FeatureExtractor extractor = new FeatureExtractor(frozen(SPEC.build(5), VIEW, Precision.FP32), 8, 2);
        try (FeatureSet set = extractor.extract(ToyPictures.of(3, List.of(), 1), ProgressListener.NONE)) {
            assertThat(set.labels()).containsOnly(FeatureSet.UNLABELLED);
            assertThat(set.classNames()).isEmpty();
        }
    }

    @Test
    void extract_pictureFails_errorReachesCaller() {
        Encoder encoder = SPEC.build(5);
        FeatureExtractor extractor = new FeatureExtractor(frozen(encoder, VIEW, Precision.FP32), 4, 2);
        PictureSource data = ToyPictures.of(30, NAMES, 1).beforeReading(index -> {
            if (index == 17) {
                throw new IllegalStateException("picture 17 is out of order");
            }
        });
        assertThatThrownBy(() -> extractor.extract(data, ProgressListener.NONE)).hasMessageContaining("picture 17");
    }

    @Test
    void pixels_ownSize_areNormalisedLevels() {
        TestPictures data = ToyPictures.of(300, NAMES, 4);
        try (FeatureSet set =
                new FeatureExtractor(new InputFeatures(VIEW), 64, 2).extract(data, ProgressListener.NONE)) {
            assertThat(set.width()).isEqualTo(8 * 8 * 3);
            FloatBuffer expected = FloatBuffer.allocate(8 * 8 * 3);
            VIEW.write(data.picture(299), expected, 0);
            try (Tensor last = set.features().narrow(0, 299, 1)) {
                assertThat(floats(last)).containsExactly(expected.array());
            }
        }
    }

    static EncoderFeatures frozen(Encoder encoder, EvaluationView view, Precision precision) {
        encoder.eval();
        return new EncoderFeatures(encoder, view, precision);
    }

    private static float[] batchByBatch(Encoder encoder, PictureSource data, Precision precision) {
        int usual = torch.get_num_threads();
        torch.set_num_threads(1);
        float[] all = new float[data.size() * encoder.features()];
        encoder.eval();
        try (NoGradGuard noGrad = new NoGradGuard();
                Precision.Scope autocast = precision.autocast()) {
            for (int first = 0; first < data.size(); first += BATCH) {
                try (PointerScope scope = new PointerScope()) {
                    int count = Math.min(BATCH, data.size() - first);
                    FloatBuffer nhwc = FloatBuffer.allocate(count * 8 * 8 * 3);
                    for (int i = 0; i < count; i++) {
                        VIEW.write(data.picture(first + i), nhwc, i * 3L * 8 * 8);
                    }
                    Tensor input =
                            torch.tensor(nhwc.array()).reshape(count, 8, 8, 3).permute(0, 3, 1, 2);
                    float[] rows = floats(encoder.forward(input));
                    System.arraycopy(rows, 0, all, first * encoder.features(), rows.length);
                }
            }
        } finally {
            torch.set_num_threads(usual);
        }
        return all;
    }

    private static float[] oneByOne(Encoder encoder, PictureSource data) {
        float[] all = new float[data.size() * encoder.features()];
        encoder.eval();
        try (NoGradGuard noGrad = new NoGradGuard()) {
            for (int i = 0; i < data.size(); i++) {
                try (PointerScope scope = new PointerScope()) {
                    FloatBuffer nhwc = FloatBuffer.allocate(8 * 8 * 3);
                    VIEW.write(data.picture(i), nhwc, 0);
                    Tensor input =
                            torch.tensor(nhwc.array()).reshape(1, 8, 8, 3).permute(0, 3, 1, 2);
                    float[] row = floats(encoder.forward(input.contiguous()));
                    System.arraycopy(row, 0, all, i * row.length, row.length);
                }
            }
        }
        return all;
    }

    private static List<float[]> values(Encoder encoder) {
        return encoder.state().values().stream()
                .map(tensor -> floats(tensor.toType(torch.ScalarType.Float)))
                .toList();
    }

    static float[] floats(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.numel())];
        NativeFloats.of(tensor.detach().contiguous()).get(values);
        return values;
    }
}
