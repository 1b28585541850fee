package org.mmcr.train.run;

import java.nio.file.Files;
import java.nio.file.Path;
import org.mmcr.core.MmcrException;
import org.mmcr.data.TestPictures;
import org.mmcr.train.distributed.Rank;

/** One rank of a run, in a process of its own: {@code folder what}. See {@link RankedRunTest}. */
final class RankedRun {
    private RankedRun() {}

    /** Twenty steps of 24 pictures on networks with batch-norm, a kNN measurement every ten. */
    static PretrainConfig config() {
        return TinyRuns.config()
                .with("batch", "24")
                .with("optimizer", "{type: sgd, learningRate: 0.02}")
                .with("ema", "{decay: 0.9, target: true}")
                .with("monitor", "{steps: 10, heldOut: 12, bank: 28, k: 3}")
                .with("checkpoint.steps", "5")
                .with("distributed.timeoutSeconds", "60")
                .withBudget(Budget.ofSteps(20));
    }

    /** The configuration of the other runs, but without an end. */
    static PretrainConfig endless(double timeoutSeconds) {
        return config().with("monitor.steps", "0")
                .with("checkpoint.steps", "1")
                .with("schedule", "{warmup: {steps: 0}, shape: constant}")
                .with("distributed.timeoutSeconds", String.valueOf(timeoutSeconds))
                .withBudget(Budget.ofSteps(1_000_000));
    }

    /** Steps too small to change a weight. */
    static PretrainConfig still() {
        return config().with("optimizer", "{type: sgd, learningRate: 1e-30}");
    }

    /** The run of another objective, which has no momentum variant. */
    static PretrainConfig of(String objective) {
        String settings = switch (objective) {
            // Fewer sums than embeddings, so that the sums are exchanged.
            case "lejepa" -> ", directions: 2";
            // The published weights divided by 25, for this learning rate.
            case "vicreg" -> ", invarianceWeight: 1, varianceWeight: 1, covarianceWeight: 0.04";
            // Whitening enlarges the rounding of float32.
            case "wmse" -> ", ridge: 0.01";
            default -> "";
        };
        PretrainConfig config =
                config().with("ema.target", "false").with("objective", "{type: " + objective + settings + "}");
        return config.objective().target().isPresent() ? config.with("ema.decay", "0") : config;
    }

    static TestPictures data() {
        return FourColours.of(40);
    }

    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        String what = arguments[1];
        Rank rank = Rank.of(System.getenv());
        try {
            System.exit(run(folder, what, rank).finished() ? 0 : 130);
        } catch (MmcrException e) {
            System.err.println("mmcr: " + e.getMessage());
            System.exit(1);
        }
    }

    private static TrainingTotals run(Path folder, String what, Rank rank) {
        if (Files.exists(folder.resolve("config.yaml"))) {
            return Trainer.resume(RunDirectory.open(folder), data(), TrainListener.NONE)
                    .as(rank)
                    .run();
        }
        PretrainConfig config = switch (what) {
            case "endless" -> endless(60);
            case "impatient" -> endless(3);
            case "still" -> still();
            case "other-recipe" -> config().with("clip", rank.first() ? "1" : "2");
            case "simclr", "barlow", "lejepa", "byol", "vicreg", "wmse", "align-uniform" -> of(what);
            default -> config();
        };
        RunDirectory run = rank.first() ? RunDirectory.create(folder) : RunDirectory.ofAnother(folder);
        Trainer[] trainer = new Trainer[1];
        TrainListener stopper = new TrainListener() {
            @Override
            public void step(StepMetrics metrics) {
                if (what.equals("half") && metrics.step() == 10) {
                    trainer[0].requestStop();
                }
            }
        };
        TestPictures data = what.equals("other-data") && !rank.first() ? FourColours.of(41) : data();
        trainer[0] = new Trainer(config, data, run, stopper).as(rank);
        if (what.equals("gathered")) {
            trainer[0].with(new Decorrelation(), System::nanoTime);
        }
        return trainer[0].run();
    }
}
