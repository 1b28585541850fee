package org.mmcr.train.run;

import java.nio.file.Files;
import java.nio.file.Path;
import org.mmcr.data.DataSource;

/**
 * A trainer of pictures or of a table, in a process of its own, that saves after every step and is killed by
 * {@link KillTest}.
 */
final class KilledRun {
    /** The training data. */
    enum Kind {
        PICTURES,
        TABLE;

        DataSource data() {
            return this == PICTURES ? FourColours.of(40) : TinyRuns.table();
        }

        /** Losses that do not depend on the length of the run: constant learning rate. */
        PretrainConfig config() {
            return endless(this == PICTURES ? TinyRuns.config() : TinyRuns.tableConfig());
        }
    }

    private KilledRun() {}

    private static PretrainConfig endless(PretrainConfig tiny) {
        return tiny.with("checkpoint.steps", "1")
                .with("ema", "{decay: 0.9}")
                .with("schedule", "{warmup: {steps: 0}, shape: constant}")
                .withBudget(Budget.ofSteps(1_000_000));
    }

    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        Kind kind = Kind.valueOf(arguments[1]);
        DataSource data = kind.data();
        Trainer trainer = Files.exists(folder.resolve("config.yaml"))
                ? Trainer.resume(RunDirectory.open(folder), data, TrainListener.NONE)
                : new Trainer(kind.config(), data, RunDirectory.create(folder), TrainListener.NONE);
        trainer.run();
    }
}
