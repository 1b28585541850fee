package org.mmcr.analysis.export;

import java.util.Map;
import org.mmcr.core.MmcrException;
import org.mmcr.train.evaluate.LinearHead;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;

/**
 * The linear probe in a run's folder, and the step of the weights that it was fitted to: a run may have gone on since.
 */
public final class KeptProbe {
    private static final String STEPS = "steps";

    private KeptProbe() {}

    /** Keeps the probe of a model in its run's folder. */
    public static void keep(RunDirectory run, TrainedModel model, LinearHead head) {
        ExportFile.write(run.probe(), file -> head.write(file, Map.of(STEPS, String.valueOf(model.step()))));
    }

    /**
     * The probe that fits a model.
     *
     * @throws MmcrException if there is none, or the run has gone on since it was fitted
     */
    static LinearHead of(RunDirectory run, TrainedModel model) {
        LinearHead.Saved saved = LinearHead.read(run.probe());
        String steps = saved.facts().getOrDefault(STEPS, "unknown");
        if (!steps.equals(String.valueOf(model.step()))) {
            throw new MmcrException("expected a linear probe of the weights after step " + model.step()
                    + ", found one of step " + steps + " in " + run.probe() + "; evaluate the run again");
        }
        return saved.head();
    }

    /** Whether the run's evaluation is of this model's weights. */
    static boolean isOf(RunDirectory run, TrainedModel model) {
        try {
            of(run, model);
            return true;
        } catch (MmcrException e) {
            return false;
        }
    }
}
