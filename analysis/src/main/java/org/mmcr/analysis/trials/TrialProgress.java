package org.mmcr.analysis.trials;

import java.util.function.Function;
import org.mmcr.train.evaluate.EvaluationListener;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.Trainer;
import org.mmcr.train.run.TrainingTotals;

/** Runs the trainers of trials and receives progress. */
public interface TrialProgress extends EvaluationListener {
    /** Runs a trainer that is made with a listener; it may be stopped early. */
    TrainingTotals train(Function<TrainListener, Trainer> start);

    /** A trial starts. */
    void trial(String text);
}
