package org.mmcr.train.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.mmcr.core.JitteredSample;

class SampledRowsTest {
    @Test
    void of_moreRowsThanAsked_copiesThoseOfTheSample() {
        try (PointerScope scope = new PointerScope()) {
            Tensor rows = torch.arange(new Scalar(100.0)).unsqueeze(1);
            Tensor sample = SampledRows.of(rows, 10);
            assertThat(sample.size(0)).isEqualTo(10);
            int[] expected = JitteredSample.of(100, 10);
            for (int i = 0; i < expected.length; i++) {
                assertThat(sample.get(i).get(0).item_float()).isEqualTo(expected[i]);
            }
            assertThat(SampledRows.of(rows, 100).equal(rows)).isTrue();
        }
    }
}
