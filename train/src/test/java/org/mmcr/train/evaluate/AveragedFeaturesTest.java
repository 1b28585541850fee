package org.mmcr.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mmcr.data.views.PictureCrop;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.Precision;

class AveragedFeaturesTest {
    @Test
    void stream_severalCrops_meanOfThePasses() {
        ToyPictures data = ToyPictures.of(21, List.of("a", "b"), 3);
        Encoder encoder = FeatureExtractorTest.SPEC.build(5);
        List<FeatureExtractor> extractors = PictureCrop.of(FeatureExtractorTest.VIEW, 3).stream()
                .map(view -> new FeatureExtractor(encoder, view, Precision.FP32, 4, 2))
                .toList();
        int width = extractors.get(0).width();
        double[] expected = new double[21 * width];
        for (FeatureExtractor extractor : extractors) {
            try (FeatureSet set = extractor.extract(data, ProgressListener.NONE)) {
                float[] values = new float[expected.length];
                set.features().data_ptr_float().get(values);
                for (int i = 0; i < values.length; i++) {
                    expected[i] += values[i] / 3.0;
                }
            }
        }
        int[] rows = {0};
        new AveragedFeatures(extractors, 8)
                .stream(
                        data,
                        (first, block) -> {
                            assertThat(first).isEqualTo(rows[0]);
                            float[] values = new float[Math.toIntExact(block.numel())];
                            block.data_ptr_float().get(values);
                            for (int i = 0; i < values.length; i++) {
                                assertThat((double) values[i]).isCloseTo(expected[first * width + i], within(1e-5));
                            }
                            rows[0] += Math.toIntExact(block.size(0));
                        },
                        ProgressListener.NONE);
        assertThat(rows[0]).isEqualTo(21);
    }
}
