package org.mmcr.cli;

import org.mmcr.report.tensorboard.TrainingEvents;
import org.mmcr.train.distributed.ProcessGroup;
import org.mmcr.train.distributed.Rank;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.TrainSummary;
import org.mmcr.train.run.Trainer;

/** Runs a trainer with its progress on the terminal and for TensorBoard, so that Ctrl-C stops it in good order. */
final class Training {
    /** Makes the trainer, given who listens to it. */
    interface Start {
        Trainer with(TrainListener listener);
    }

    private Training() {}

    static TrainSummary run(CommandContext context, Start start) {
        return run(context, Rank.single(), start);
    }

    /** As one of several processes; only rank 0 shows progress and writes events. */
    static TrainSummary run(CommandContext context, Rank rank, Start start) {
        try (TrainProgress progress = new TrainProgress(context.terminal());
                TrainingEvents events = new TrainingEvents()) {
            TrainListener listener = rank.first() ? TrainListener.both(progress, events) : TrainListener.NONE;
            Trainer trainer =
                    ProcessGroup.beforeJoining(rank, () -> start.with(listener).as(rank));
            try (Interrupts.Registration ignored = context.interrupts().onRequest(() -> {
                if (trainer.requestStop() && rank.first()) {
                    context.terminal().err().println("\nstopping after this step...");
                }
            })) {
                return trainer.run();
            }
        }
    }
}
