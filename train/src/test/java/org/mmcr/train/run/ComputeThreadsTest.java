package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.mmcr.core.MmcrException;

class ComputeThreadsTest {
    @Test
    void use_anyNumber_givesItToLibtorchAndOneToOpenBlas() {
        int before = torch.get_num_threads();
        try {
            ComputeThreads.use(2);

            assertThat(torch.get_num_threads()).isEqualTo(2);
            assertThat(openblas_nolapack.blas_get_num_threads()).isEqualTo(1);
        } finally {
            ComputeThreads.use(before);
        }
    }

    @Test
    void use_zero_fails() {
        assertThatThrownBy(() -> ComputeThreads.use(0))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("at least 1, found 0");
    }
}
