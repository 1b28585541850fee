package org.mmcr.cli;

import java.util.function.Function;
import org.mmcr.analysis.trials.TrialProgress;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.Trainer;
import org.mmcr.train.run.TrainingTotals;

/** Progress of trials: shows training as pretrain does, and passes as evaluate does. */
final class ShownTrials implements TrialProgress {
    private final CommandContext context;
    private final PassProgress passes;

    ShownTrials(CommandContext context, PassProgress passes) {
        this.context = context;
        this.passes = passes;
    }

    @Override
    public TrainingTotals train(Function<TrainListener, Trainer> start) {
        passes.close();
        return Training.run(context, start::apply);
    }

    @Override
    public void trial(String text) {
        passes.close();
        context.terminal().err().println(text);
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
