package org.mmcr.core;

import org.bytedeco.openblas.presets.openblas_nolapack;

/** The number of threads of OpenBLAS, a setting of the whole process. Only this class sets it. */
public final class BlasThreads {
    private BlasThreads() {}

    /**
     * Sets one thread. Work is parallel over Java's threads; OpenBLAS's own would compete with them for processors,
     * and results would depend on their number.
     */
    public static void useOne() {
        openblas_nolapack.blas_set_num_threads(1);
    }
}
