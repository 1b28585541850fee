package org.mmcr.train.run;

/**
 * The numbers of threads of a run.
 *
 * @param compute threads of tensor operations
 * @param loader threads that augment views
 */
record ThreadShares(int compute, int loader) {
    /**
     * Chooses the numbers that are zero: a compute thread for each processor and half as many loader threads, which
     * need little time. Several processes on one machine divide its processors.
     */
    static ThreadShares choose(int compute, int loader, int processes) {
        int processors = Math.max(1, ComputeThreads.available() / processes);
        return new ThreadShares(compute > 0 ? compute : processors, loader > 0 ? loader : Math.max(1, processors / 2));
    }

    void apply() {
        ComputeThreads.use(compute);
    }
}
