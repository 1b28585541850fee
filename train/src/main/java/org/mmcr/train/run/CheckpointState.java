package org.mmcr.train.run;

/**
 * Where a run stands in a checkpoint; everything that is not a tensor and not configuration. Data order and views need
 * no more than the seed and the step, because each draw is a function of (seed, epoch, sample, view).
 *
 * @param format version of the checkpoint's layout
 * @param step steps done
 * @param seed of the run
 * @param elapsedSeconds of the budget used
 * @param stepSeconds sum of the steps' own seconds
 * @param waitSeconds sum of the seconds spent waiting for views
 * @param fingerprint of the data
 * @param dataLocation of the data, for messages
 * @param finished true when the budget is used up
 * @param loss of the last step, 0 before the first
 * @param percentError of the last step, 0 before the first
 * @param mmcr version that wrote it
 */
record CheckpointState(
        int format,
        long step,
        long seed,
        double elapsedSeconds,
        double stepSeconds,
        double waitSeconds,
        String fingerprint,
        String dataLocation,
        boolean finished,
        double loss,
        double percentError,
        String mmcr) {
    static final int FORMAT = 1;
}
