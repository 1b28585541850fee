package org.mmcr.train.run;

import org.apiguardian.api.API;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;

/**
 * How many threads native arithmetic uses: the one place that sets it.
 *
 * <p>libtorch's loops and convolutions run on OpenMP's threads, its matrix products and eigendecompositions on OpenBLAS's own pool. Both pools wait by
 * spinning, so with as many threads as processors in each they starve one another: on two processors a 5 ms product then takes 150 ms now and then, and a
 * symmetric eigendecomposition of size 256 half a second instead of 6 ms. OpenBLAS is therefore kept to one thread whatever the number asked for;
 * convolutions, where the time goes, use all of them.
 */
@API(status = API.Status.STABLE)
public final class ComputeThreads {
    private ComputeThreads() {}

    /**
     * Uses {@code threads} threads in libtorch's operations and one in OpenBLAS from now on, process-wide, until the next call.
     *
     * @throws MmcrException when there would be none
     */
    public static void use(int threads) {
        if (threads < 1) {
            throw new MmcrException(
                    "threads must be at least 1, found " + threads + "; leave it out to use all processors");
        }
        torch.set_num_threads(threads);
        useOneInBlas();
    }

    /** Keeps OpenBLAS to one thread, for work that is parallel in Java and needs no libtorch, which is not loaded for this. */
    public static void useOneInBlas() {
        openblas_nolapack.blas_set_num_threads(1);
    }

    /** One thread per processor that this process may use. */
    public static int available() {
        return Runtime.getRuntime().availableProcessors();
    }
}
