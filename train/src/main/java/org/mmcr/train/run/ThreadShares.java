package org.mmcr.train.run;

/**
 * How a run divides the processors.
 *
 * @param compute threads of tensor operations
 * @param loader threads that make views
 */
record ThreadShares(int compute, int loader) {
    /**
     * Zero means to choose: tensor operations get every processor, and half as many threads make views, which need little
     * and run in the gaps. Several processes on one machine share its processors.
     */
    static ThreadShares choose(int compute, int loader, int processes) {
        int processors = Math.max(1, ComputeThreads.available() / processes);
        return new ThreadShares(compute > 0 ? compute : processors, loader > 0 ? loader : Math.max(1, processors / 2));
    }

    void apply() {
        ComputeThreads.use(compute);
    }
}
