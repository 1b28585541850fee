package org.mmcr.run;

import java.nio.file.Files;
import java.nio.file.Path;

/** A trainer in a process of its own that saves after every step and is killed by {@link KillTest}. */
final class KilledRun {
    private KilledRun() {}

    /** Losses that do not depend on the length of the run: constant learning rate. */
    static PretrainConfig config() {
        return TinyRuns.config()
                .with("checkpoint.steps", "1")
                .with("ema", "{decay: 0.9}")
                .with("schedule", "{warmup: {steps: 0}, shape: constant}")
                .withBudget(Budget.ofSteps(1_000_000));
    }

    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        SyntheticPictures data = new SyntheticPictures(40);
        Trainer trainer = Files.exists(folder.resolve("config.yaml"))
                ? Trainer.resume(RunDirectory.open(folder), data, TrainListener.NONE)
                : new Trainer(config(), data, RunDirectory.create(folder), TrainListener.NONE);
        trainer.run();
    }
}
