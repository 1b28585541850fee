package org.mmcr.train.run;

import org.apiguardian.api.API;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.BlasThreads;
import org.mmcr.core.MmcrException;

/**
 * The number of threads of native arithmetic. Only this class sets that of libtorch for the whole process; evaluation
 * limits the operations of its own threads to one.
 *
 * <p>libtorch's loops and convolutions run on OpenMP's threads, its matrix products and eigendecompositions on
 * OpenBLAS's own pool. Both pools wait by spinning, so with a thread for each processor in both they starve one
 * another: on two processors a product of 5 ms sometimes takes 150 ms, and a symmetric eigendecomposition of size 256
 * half a second instead of 6 ms. OpenBLAS therefore always has one thread. Convolutions, which take most of the time,
 * use all.
 */
@API(status = API.Status.STABLE)
public final class ComputeThreads {
    private ComputeThreads() {}

    /**
     * Sets the threads of libtorch's operations for the whole process, and one thread for OpenBLAS.
     *
     * @throws MmcrException if {@code threads} is less than 1
     */
    public static void use(int threads) {
        if (threads < 1) {
            throw new MmcrException(
                    "threads must be at least 1, found " + threads + "; leave it out to use all processors");
        }
        LibtorchFiles.unpack();
        // Not needed beside oneDNN, and it warns at every convolution where it does not know the processor.
        torch.globalContext().setUserEnabledNNPACK(false);
        torch.set_num_threads(threads);
        useOneInBlas();
    }

    /** Sets one thread for OpenBLAS without loading libtorch, for work that is parallel in Java. */
    public static void useOneInBlas() {
        BlasThreads.useOne();
    }

    /** The number of processors that this process may use. */
    public static int available() {
        return Runtime.getRuntime().availableProcessors();
    }
}
