package org.mmcr.analysis.export;

import java.util.Map;
import org.mmcr.core.MmcrException;
import org.mmcr.train.evaluate.LinearHead;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;

/** The linear probe in a run's folder, with the step of the weights that it was fitted to. */
public final class SavedProbe {
    private static final String STEPS = "steps";

    private SavedProbe() {}

    /** Writes the probe of a model into its run's folder. */
    public static void write(RunDirectory run, TrainedModel model, LinearHead head) {
        ExportFile.write(run.probe(), file -> head.write(file, Map.of(STEPS, String.valueOf(model.step()))));
    }

    /**
     * Reads the probe of a model.
     *
     * @throws MmcrException if there is none, or it was fitted to the weights of another step
     */
    public static LinearHead of(RunDirectory run, TrainedModel model) {
        LinearHead.Saved saved = LinearHead.read(run.probe());
        String steps = saved.facts().getOrDefault(STEPS, "unknown");
        if (!steps.equals(String.valueOf(model.step()))) {
            throw new MmcrException("expected a linear probe of the weights after step " + model.step()
                    + ", found one of step " + steps + " in " + run.probe() + "; evaluate the run again");
        }
        return saved.head();
    }

    /** Returns whether the run's probe was fitted to this model's weights. */
    static boolean isOf(RunDirectory run, TrainedModel model) {
        try {
            of(run, model);
            return true;
        } catch (MmcrException e) {
            return false;
        }
    }
}
