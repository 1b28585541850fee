package org.mmcr.cli;

import java.util.function.Function;
import org.mmcr.analysis.trials.TrialProgress;
import org.mmcr.train.finetune.Finetuning;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.Trainer;
import org.mmcr.train.run.TrainingTotals;

/** Progress of trials and fine-tunings: shows training as pretrain does, and passes as evaluate does. */
final class ShownTrials implements TrialProgress, Finetuning.Progress {
    private final CommandContext context;
    private final PassProgress passes;
    private final boolean titled;

    /** Shows trainings whose data and network may differ, so that each describes its own. */
    ShownTrials(CommandContext context, PassProgress passes) {
        this(context, passes, false);
    }

    /**
     * Shows trainings.
     *
     * @param titled whether a line for each is enough, without its data and network
     */
    ShownTrials(CommandContext context, PassProgress passes, boolean titled) {
        this.context = context;
        this.passes = passes;
        this.titled = titled;
    }

    @Override
    public TrainingTotals train(Function<TrainListener, Trainer> start) {
        passes.close();
        return titled ? Training.runTitled(context, start::apply) : Training.run(context, start::apply);
    }

    @Override
    public void trial(String text) {
        passes.close();
        context.terminal().err().println(text);
    }

    @Override
    public void fit(String text) {
        trial(text);
    }

    @Override
    public void stage(String name) {
        passes.stage(name);
    }

    @Override
    public void progress(int done, int total) {
        passes.progress(done, total);
    }

    @Override
    public void skipped(String message) {
        passes.skipped(message);
    }
}
