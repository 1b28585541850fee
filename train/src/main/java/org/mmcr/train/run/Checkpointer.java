package org.mmcr.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.mmcr.data.io.AtomicFiles;

/** Decides when a run saves a {@link Checkpoint}, saves it, and removes old ones. Only rank 0 has one. */
final class Checkpointer {
    private final RunDirectory run;
    private final TrainingState state;
    private final RunLog log;
    private final Pacer pacer;
    private final TrainListener listener;
    private double savedAt;

    Checkpointer(RunDirectory run, TrainingState state, RunLog log, Pacer pacer, TrainListener listener) {
        this.run = run;
        this.state = state;
        this.log = log;
        this.pacer = pacer;
        this.listener = listener;
        savedAt = pacer.elapsed();
    }

    /** Saves at the configured intervals of steps or minutes. */
    void saveIfDue() {
        CheckpointOptions options = state.config().checkpoint();
        boolean bySteps = options.steps() > 0 && state.step() % options.steps() == 0;
        boolean byTime = options.minutes() > 0 && pacer.elapsed() - savedAt >= 60 * options.minutes();
        if (bySteps || byTime) {
            save(false);
        }
    }

    /** Saves unless a checkpoint of this step exists. */
    void saveIfMissing(boolean finished) {
        if (!Files.isDirectory(run.checkpoint(state.step()))) {
            save(finished);
        }
    }

    private void save(boolean finished) {
        state.requireFinite();
        log.force();
        double began = pacer.elapsed();
        Path folder = run.checkpoint(state.step());
        Checkpoint.save(folder, state, state.totals().at(began, finished));
        prune(run, state.config().checkpoint().keep());
        savedAt = pacer.elapsed();
        pacer.recordCheckpoint(savedAt - began);
        listener.checkpoint(folder);
    }

    /** Removes all but the newest {@code keep} checkpoints, and unfinished ones of a killed process. */
    static void prune(RunDirectory run, int keep) {
        try {
            List<Path> all = run.allCheckpoints();
            for (Path old : all.subList(0, Math.max(0, all.size() - keep))) {
                // Hide it first, so that no reader opens a checkpoint that is half deleted.
                Path hidden = old.resolveSibling("." + old.getFileName() + ".part");
                AtomicFiles.deleteTree(hidden);
                Files.move(old, hidden);
            }
            for (Path path : AtomicFiles.list(run.checkpoints())) {
                if (AtomicFiles.isUnfinished(path)) {
                    AtomicFiles.deleteTree(path);
                }
            }
        } catch (IOException e) {
            throw RunDirectory.unusable(run.checkpoints(), e);
        }
    }
}
