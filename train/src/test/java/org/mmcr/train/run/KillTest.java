package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mmcr.data.ChildJvm;

@Tag("long")
class KillTest {
    private static final int KILLS = 3;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void resume_afterRepeatedKills_hasLostNothingThatWasSaved(KilledRun.Kind kind) throws Exception {
        Path killed = folder.resolve("killed");
        SplittableRandom random = new SplittableRandom(42);
        long reached = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            runAndKill(kind, killed, reached, random.nextInt(250));
            TrainedModel saved = TrainedModel.load(RunDirectory.open(killed));
            assertThat(saved.step()).isGreaterThan(reached);
            reached = saved.step();
        }
        long steps = reached + 5;
        runUntil(steps, Trainer.resume(RunDirectory.open(killed), kind.data(), stopper(steps)));
        Path whole = folder.resolve("whole");
        runUntil(
                steps,
                new Trainer(
                        kind.config().with("checkpoint.steps", "0"),
                        kind.data(),
                        RunDirectory.create(whole),
                        stopper(steps)));
        assertThat(TinyRuns.losses(killed)).hasSize((int) steps).isEqualTo(TinyRuns.losses(whole));
    }

    /** Lets a process train past {@code step} and for some milliseconds more, then kills it without warning. */
    private static void runAndKill(KilledRun.Kind kind, Path run, long step, int milliseconds)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(ChildJvm.command(KilledRun.class, run, kind.name()))
                .inheritIO()
                .start();
        try {
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (process.isAlive() && System.nanoTime() < deadline && reached(run) <= step) {
                Thread.sleep(5);
            }
            assertThat(process.isAlive()).isTrue();
            Thread.sleep(milliseconds);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static long reached(Path run) {
        if (!Files.exists(run.resolve("config.yaml"))) {
            return -1;
        }
        Optional<Path> latest = RunDirectory.open(run).latestCheckpoint();
        return latest.map(path -> Long.parseLong(path.getFileName().toString().substring("step-".length())))
                .orElse(-1L);
    }

    private static void runUntil(long steps, Trainer trainer) {
        CURRENT.set(trainer);
        assertThat(trainer.run().steps()).isEqualTo(steps);
    }

    private static final ThreadLocal<Trainer> CURRENT = new ThreadLocal<>();

    private static TrainListener stopper(long steps) {
        return new TrainListener() {
            @Override
            public void step(StepMetrics metrics) {
                if (metrics.step() == steps) {
                    CURRENT.get().requestStop();
                }
            }
        };
    }
}
