package org.mmcr.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainingTotals;

/**
 * The result that {@code pretrain --json} prints.
 *
 * @param checkpoint the folder with the trained weights
 */
record PretrainResult(String run, @JsonUnwrapped TrainingTotals totals, String checkpoint) {

    static PretrainResult of(RunDirectory run, TrainingTotals totals) {
        return new PretrainResult(
                run.root().toString(), totals, run.checkpoint(totals.steps()).toString());
    }
}
