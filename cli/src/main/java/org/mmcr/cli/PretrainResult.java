package org.mmcr.cli;

import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainSummary;

/** The document of {@code pretrain --json}. */
record PretrainResult(
        String run,
        boolean finished,
        long steps,
        double epochs,
        long viewsSeen,
        double seconds,
        double viewsPerSecond,
        double dataWait,
        double loss,
        double percentError,
        String checkpoint) {

    static PretrainResult of(RunDirectory run, TrainSummary summary) {
        return new PretrainResult(
                run.root().toString(),
                summary.finished(),
                summary.steps(),
                summary.epochs(),
                summary.viewsSeen(),
                summary.seconds(),
                summary.viewsPerSecond(),
                summary.dataWait(),
                summary.loss(),
                summary.percentError(),
                summary.checkpoint().toString());
    }
}
