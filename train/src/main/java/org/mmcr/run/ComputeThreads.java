package org.mmcr.run;

import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.MmcrException;

/** How many threads native arithmetic uses: the one place that sets it, for libtorch and for OpenBLAS. */
public final class ComputeThreads {
    private ComputeThreads() {}

    /** Uses {@code threads} threads in libtorch's operations from now on, for every Java thread. Call once, before the first tensor. */
    public static void use(int threads) {
        if (threads < 1) {
            throw new MmcrException("threads must be at least 1, found " + threads);
        }
        torch.set_num_threads(threads);
        openblas_nolapack.blas_set_num_threads(threads);
    }

    /** One thread per processor that this process may use. */
    public static int available() {
        return Runtime.getRuntime().availableProcessors();
    }
}
