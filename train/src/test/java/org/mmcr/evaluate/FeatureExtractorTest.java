package org.mmcr.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.mmcr.data.PictureSource;
import org.mmcr.encoder.Activation;
import org.mmcr.encoder.Encoder;
import org.mmcr.encoder.Encoders;
import org.mmcr.encoder.FastResNetSpec;
import org.mmcr.encoder.Precision;
import org.mmcr.views.PictureEvaluationView;
import org.mmcr.views.PictureViewRecipe;

class FeatureExtractorTest {
    static final PictureEvaluationView VIEW =
            PictureEvaluationView.of(PictureViewRecipe.cifar().withSize(8));
    static final FastResNetSpec SPEC = new FastResNetSpec(
            4, 3, 1, List.of(6), List.of(1), List.of(2), Activation.RELU, FastResNetSpec.Shortcut.CONV, 0, false);
    private static final List<String> NAMES = List.of("red", "green", "blue");

    @Test
    void extract_anyBatchAndThreads_sameAsOneByOne() {
        ToyPictures data = ToyPictures.of(37, NAMES, 1);
        Encoder encoder = Encoders.create(SPEC, 5);
        float[] expected = oneByOne(encoder, data);
        for (int[] setting : new int[][] {{1, 1}, {5, 3}, {37, 2}, {64, 4}}) {
            FeatureExtractor extractor = new FeatureExtractor(encoder, VIEW, Precision.FP32, setting[0], setting[1]);
            try (FeatureSet set = extractor.extract(data, ProgressListener.NONE)) {
                assertThat(floats(set.features())).containsExactly(expected, within(1e-5f));
                assertThat(set.labels()[4]).isEqualTo(1);
                assertThat(set.classNames()).isEqualTo(NAMES);
            }
        }
    }

    @Test
    void extract_moreThreads_identicalBits() {
        ToyPictures data = ToyPictures.of(50, NAMES, 2);
        Encoder encoder = Encoders.create(SPEC, 5);
        try (FeatureSet one = new FeatureExtractor(encoder, VIEW, Precision.FP32, 16, 1)
                        .extract(data, ProgressListener.NONE);
                FeatureSet four = new FeatureExtractor(encoder, VIEW, Precision.FP32, 16, 4)
                        .extract(data, ProgressListener.NONE)) {
            assertThat(floats(four.features())).isEqualTo(floats(one.features()));
        }
    }

    @Test
    void extract_duringTraining_leavesModeStatisticsAndRandomnessAlone() {
        Encoder encoder = Encoders.create(SPEC, 5);
        encoder.train(true);
        List<float[]> before = values(encoder);
        torch.manual_seed(3);
        float expectedDraw = torch.rand(1).item_float();
        torch.manual_seed(3);
        new FeatureExtractor(encoder, VIEW, Precision.FP32, 8, 2)
                .extract(ToyPictures.of(20, NAMES, 1), ProgressListener.NONE)
                .close();
        assertThat(torch.rand(1).item_float()).isEqualTo(expectedDraw);
        assertThat(encoder.training()).isTrue();
        assertThat(values(encoder)).usingRecursiveComparison().isEqualTo(before);
    }

    @Test
    void stream_blocks_inOrderWithProgress() {
        FeatureExtractor extractor = new FeatureExtractor(Encoders.create(SPEC, 5), VIEW, Precision.FP32, 8, 2);
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

    @Test
    void extract_unlabelled_labelsAreMissing() {
        FeatureExtractor extractor = new FeatureExtractor(Encoders.create(SPEC, 5), VIEW, Precision.FP32, 8, 2);
        try (FeatureSet set = extractor.extract(ToyPictures.of(3, List.of(), 1), ProgressListener.NONE)) {
            assertThat(set.labels()).containsOnly(FeatureSet.UNLABELLED);
            assertThat(set.classNames()).isEmpty();
        }
    }

    @Test
    void extract_pictureFails_errorReachesCallerAndModeIsRestored() {
        Encoder encoder = Encoders.create(SPEC, 5);
        FeatureExtractor extractor = new FeatureExtractor(encoder, VIEW, Precision.FP32, 4, 2);
        PictureSource data = new ToyPictures(30, NAMES, 1, 17);
        assertThatThrownBy(() -> extractor.extract(data, ProgressListener.NONE)).hasMessageContaining("picture 17");
        assertThat(encoder.training()).isTrue();
    }

    @Test
    void pixels_ownSize_areNormalisedLevels() {
        ToyPictures data = ToyPictures.of(300, NAMES, 4);
        try (FeatureSet set = FeatureExtractor.raw(data, VIEW, 2, ProgressListener.NONE)) {
            assertThat(set.width()).isEqualTo(8 * 8 * 3);
            FloatBuffer expected = FloatBuffer.allocate(8 * 8 * 3);
            VIEW.write(data.picture(299), expected, 0);
            try (Tensor last = set.features().narrow(0, 299, 1)) {
                assertThat(floats(last)).containsExactly(expected.array());
            }
        }
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
        encoder.train(true);
        return all;
    }

    private static List<float[]> values(Encoder encoder) {
        return encoder.state().values().stream()
                .map(tensor -> floats(tensor.toType(torch.ScalarType.Float)))
                .toList();
    }

    private static float[] floats(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.numel())];
        NativeFloats.of(tensor.detach().contiguous()).get(values);
        return values;
    }
}
