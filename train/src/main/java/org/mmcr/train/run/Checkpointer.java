package org.mmcr.train.run;

import java.nio.file.Files;
import java.nio.file.Path;

/** Decides when a run saves itself, does it, and keeps the number of checkpoints small. */
final class Checkpointer {
    private final CheckpointOptions options;
    private final RunDirectory run;
    private final TrainingState state;
    private final Pacer pacer;
    private final TrainListener listener;
    private double savedAt;

    Checkpointer(
            CheckpointOptions options, RunDirectory run, TrainingState state, Pacer pacer, TrainListener listener) {
        this.options = options;
        this.run = run;
        this.state = state;
        this.pacer = pacer;
        this.listener = listener;
        savedAt = pacer.elapsed();
    }

    boolean due() {
        boolean bySteps = options.steps() > 0 && state.step() % options.steps() == 0;
        boolean byTime = options.minutes() > 0 && pacer.elapsed() - savedAt >= 60 * options.minutes();
        return bySteps || byTime;
    }

    /** Saves unless this step is saved already. */
    Path saveIfMissing(boolean done) {
        Path folder = run.checkpoint(state.step());
        return Files.isDirectory(folder) ? folder : save(done);
    }

    Path save(boolean done) {
        double began = pacer.elapsed();
        Path folder = run.checkpoint(state.step());
        state.save(folder, began, done);
        run.prune(options.keep());
        savedAt = pacer.elapsed();
        pacer.tookCheckpoint(savedAt - began);
        listener.checkpoint(folder);
        return folder;
    }
}
