package org.mmcr.analysis.trials;

import java.util.concurrent.atomic.AtomicLong;
import org.mmcr.data.DataSource;
import org.mmcr.train.run.PeakMemory;
import org.mmcr.train.run.PretrainConfig;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.StepMetrics;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.Trainer;
import org.mmcr.train.run.TrainingTotals;

/** The training of a trial in the folder of a run, where it continues from its last checkpoint. */
public final class TrialTraining {
    private final RunDirectory run;
    private final boolean measured;
    private final AtomicLong memory = new AtomicLong();

    /** Prepares a training; nothing is created or read. */
    public TrialTraining(RunDirectory run) {
        this(run, false);
    }

    private TrialTraining(RunDirectory run, boolean measured) {
        this.run = run;
        this.measured = measured;
    }

    /**
     * Prepares a training with {@link #memoryBytes}. Its steps are slower: free memory is returned to the system before
     * the first, and each reads the memory of the process.
     */
    public static TrialTraining measuringMemory(RunDirectory run) {
        return new TrialTraining(run, true);
    }

    /**
     * Trains until the budget is used or the progress stops it.
     *
     * @param config of a new run; a started one keeps its own
     * @param source stays open
     * @throws org.mmcr.train.run.DivergedException if the training diverges
     */
    public TrainingTotals train(PretrainConfig config, DataSource source, TrialProgress progress) {
        TrainListener watch = measured ? memoryWatch() : TrainListener.NONE;
        boolean started =
                RunDirectory.isRun(run.root()) && run.latestCheckpoint().isPresent();
        if (!started) {
            run.delete(run.root()); // of a process that was killed before its first checkpoint
        }
        return progress.train(listener -> {
            TrainListener both = TrainListener.both(listener, watch);
            return started
                    ? Trainer.resume(RunDirectory.open(run.root()), source, both)
                    : new Trainer(config, source, RunDirectory.create(run.root()), both);
        });
    }

    private TrainListener memoryWatch() {
        PeakMemory peak = PeakMemory.start();
        return new TrainListener() {
            @Override
            public void step(StepMetrics metrics) {
                memory.accumulateAndGet(peak.bytes(), Math::max);
            }
        };
    }

    /**
     * Returns the largest resident memory of the process in this training up to its last step, in bytes, as {@link
     * PeakMemory} measures it; 0 before the first step, and without {@link #measuringMemory}.
     */
    public long memoryBytes() {
        return memory.get();
    }
}
