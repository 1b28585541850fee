package org.mmcr.cli;

import org.mmcr.report.tensorboard.TrainingEvents;
import org.mmcr.train.distributed.ProcessGroup;
import org.mmcr.train.distributed.Rank;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.Trainer;
import org.mmcr.train.run.TrainingTotals;

/** Runs a trainer with progress on the terminal and TensorBoard events; Ctrl-C makes it save and stop. */
final class Training {
    /** Creates the trainer with a listener. */
    interface Start {
        Trainer with(TrainListener listener);
    }

    private Training() {}

    static TrainingTotals run(CommandContext context, Start start) {
        return run(context, Rank.single(), start);
    }

    /** Runs one of many trainings, for which the caller has printed a line; data and network are not described. */
    static TrainingTotals runTitled(CommandContext context, Start start) {
        return run(context, Rank.single(), start, true);
    }

    /** Runs one of several processes; only rank 0 shows progress and writes events. */
    static TrainingTotals run(CommandContext context, Rank rank, Start start) {
        return run(context, rank, start, false);
    }

    private static TrainingTotals run(CommandContext context, Rank rank, Start start, boolean titled) {
        try (TrainProgress progress = new TrainProgress(context.terminal(), titled);
                TrainingEvents events = new TrainingEvents()) {
            TrainListener listener = rank.first() ? TrainListener.both(progress, events) : TrainListener.NONE;
            Trainer trainer =
                    ProcessGroup.beforeJoining(rank, () -> start.with(listener).as(rank));
            try (Interrupts.Registration ignored = context.interrupts().onRequest(() -> {
                trainer.requestStop();
                if (rank.first()) {
                    progress.stopping();
                }
            })) {
                return trainer.run();
            }
        }
    }
}
