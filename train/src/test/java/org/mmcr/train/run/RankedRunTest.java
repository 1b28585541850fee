package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.objective.MmcrLoss;
import org.mmcr.objective.PointerScopeExtension;
import org.mmcr.objective.linalg.OneDnn;
import org.mmcr.train.distributed.LocalLauncher;
import org.mmcr.train.distributed.Rank;

/** Runs of several real processes over loopback, against the run of one. */
@ExtendWith(PointerScopeExtension.class)
@Tag("long")
class RankedRunTest {
    private static final int STOPPED = 130;
    private static final OutputStream NOWHERE = OutputStream.nullOutputStream();

    @TempDir
    Path folder;

    private static LocalLauncher start(int world, Path run, String what) {
        List<String> command = RankProcess.command(System.getProperty("java.class.path"), run, what);
        return LocalLauncher.start(command, world, LocalLauncher.freePort(), NOWHERE, NOWHERE);
    }

    /** Batch-norm is shared, so an objective that only gathers embeddings gives the run of one process. */
    @Test
    void run_onTwoProcessesWithAnObjectiveWithoutParts_isTheRunOfOne() throws IOException {
        Path two = folder.resolve("two");
        assertThat(start(2, two, "gathered").await(STOPPED)).isEqualTo(done(0));
        Path alone = folder.resolve("alone");
        new Trainer(RankedRun.config(), RankedRun.data(), RunDirectory.create(alone), TrainListener.NONE)
                .with(new Decorrelation(), System::nanoTime)
                .run();
        agree(two, alone);
        List<Double> expected = TinyRuns.metrics(alone, "redundancy");
        List<Double> actual = TinyRuns.metrics(two, "redundancy");
        for (int step = 0; step < expected.size(); step++) {
            assertThat(actual.get(step)).isCloseTo(expected.get(step), within(1e-5));
        }
    }

    private Path alone() {
        Path run = folder.resolve("alone");
        TinyRuns.train(RankedRun.config(), run);
        return run;
    }

    /**
     * One run is the other: losses, kNN and weights. Where oneDNN knows no caches, it rounds batches of other sizes
     * otherwise, and the differences grow with the steps.
     */
    static void agree(Path actual, Path expected) throws IOException {
        double tolerance = OneDnn.knowsCaches() ? 1e-5 : 1e-4;
        List<Double> losses = TinyRuns.losses(expected);
        List<Double> found = TinyRuns.losses(actual);
        assertThat(found).hasSameSizeAs(losses);
        for (int step = 0; step < losses.size(); step++) {
            double limit = tolerance * Math.abs(losses.get(step));
            assertThat(found.get(step)).as("step %d", step).isCloseTo(losses.get(step), within(limit));
        }
        assertThat(knn(actual)).hasSize(2).isEqualTo(knn(expected));
        Map<String, Tensor> mine =
                TrainedModel.load(RunDirectory.open(actual)).model().state();
        TrainedModel.load(RunDirectory.open(expected)).model().state().forEach((name, tensor) -> {
            double scale = Math.max(1, tensor.abs().max().item_double());
            assertThat(mine.get(name).sub(tensor).abs().max().item_double())
                    .as(name)
                    .isLessThan(tolerance * scale);
        });
    }

    private static List<String> knn(Path run) throws IOException {
        return Files.readAllLines(RunDirectory.open(run).monitor()).stream()
                .map(line -> line.replaceAll("\"seconds\":[^,]*,", ""))
                .toList();
    }

    @Test
    void run_onFourProcesses_isTheRunOfOne() throws IOException {
        Path four = folder.resolve("four");
        assertThat(start(4, four, "whole").await(STOPPED)).isEqualTo(done(0));
        Path alone = alone();
        agree(four, alone);
        assertThat(Files.readAllLines(RunDirectory.open(four).epochs()))
                .hasSameSizeAs(Files.readAllLines(RunDirectory.open(alone).epochs()));
    }

    /** Some objectives gather their embeddings, some sum moments, one draws random numbers, one has a predictor. */
    @ParameterizedTest
    @ValueSource(strings = {"simclr", "barlow", "lejepa", "byol", "vicreg", "wmse", "align-uniform"})
    void run_ofAnotherObjectiveOnTwoProcesses_isTheRunOfOne(String objective) throws IOException {
        Path two = folder.resolve("two");
        assertThat(start(2, two, objective).await(STOPPED)).isEqualTo(done(0));
        Path alone = folder.resolve("alone");
        TinyRuns.train(RankedRun.of(objective), alone);
        agree(two, alone);
        List<Double> expected = TinyRuns.metrics(alone, "percent_error");
        List<Double> actual = TinyRuns.metrics(two, "percent_error");
        for (int step = 0; step < expected.size(); step++) {
            assertThat(actual.get(step)).isCloseTo(expected.get(step), within(1e-5));
        }
    }

    /** {@link #run_onFourProcesses_isTheRunOfOne} compares the kNN accuracies of four. */
    @Test
    void knn_ofTheSameWeights_onTwoProcesses_isThatOfOne() throws IOException {
        Path alone = folder.resolve("alone");
        TinyRuns.train(RankedRun.still(), alone);
        Path several = folder.resolve("several");
        assertThat(start(2, several, "still").await(STOPPED)).isEqualTo(done(0));
        assertThat(knn(several)).hasSize(2).isEqualTo(knn(alone));
    }

    @Test
    void resume_aRunOfTwoProcessesAlone_isTheRunOfOne() throws IOException {
        Path two = folder.resolve("two");
        assertThat(start(2, two, "half").await(STOPPED)).isEqualTo(done(STOPPED));
        assertThat(TinyRuns.losses(two)).hasSize(10);
        Trainer.resume(RunDirectory.open(two), RankedRun.data(), TrainListener.NONE)
                .run();
        agree(two, alone());
    }

    private static LocalLauncher.Outcome done(int code) {
        return new LocalLauncher.Outcome(code, java.util.Optional.empty());
    }

    @Test
    void run_withOneProcessKilled_endsTheOthersAndKeepsTheCheckpoint() throws Exception {
        Path run = folder.resolve("killed");
        LocalLauncher ranks = start(2, run, "endless");
        awaitCheckpoint(run, 3, first(ranks));
        ProcessHandle.of(ranks.pids().get(1)).orElseThrow().destroyForcibly();
        long killed = System.nanoTime();
        LocalLauncher.Outcome outcome = ranks.await(STOPPED);
        // The promise to the user is ten seconds; nothing here takes one.
        assertThat(System.nanoTime() - killed).isLessThan(TimeUnit.SECONDS.toNanos(10));
        assertThat(outcome.failure()).contains("rank 1 of 2 was killed (signal 9)");
        assertThat(ranks.pids())
                .noneMatch(pid ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent());
        assertThat(TrainedModel.load(RunDirectory.open(run)).step()).isGreaterThanOrEqualTo(3);
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void run_withOneProcessStopped_endsAfterTheTimeout() throws Exception {
        Path run = folder.resolve("stopped");
        LocalLauncher ranks = start(2, run, "impatient");
        awaitCheckpoint(run, 1, first(ranks));
        new ProcessBuilder("kill", "-STOP", ranks.pids().get(1).toString())
                .start()
                .waitFor();
        assertThat(ranks.await(STOPPED).failure().orElseThrow())
                .contains("rank 0 of 2 stops: another process did not answer in time")
                .contains("rank 1 of 2 did not end by itself and was killed");
        assertThat(TrainedModel.load(RunDirectory.open(run)).step()).isPositive();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "other-recipe|recipe: clip: 2.0 on rank 1|recipe: clip: 1.0 on rank 0",
                "other-data|data: 41 pictures with fingerprint test-41 on rank 1|data: 40 pictures with fingerprint"
                        + " test-40 on rank 0"
            })
    void run_withARankThatDiffers_failsWithBothValues(String what, String one, String other) {
        LocalLauncher.Outcome outcome = start(2, folder.resolve("mixed"), what).await(STOPPED);
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.failure().orElseThrow()).contains(one).contains(other);
        assertThat(folder.resolve("mixed")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(classes = {MmcrException.class, MmcrLoss.class, DataSource.class})
    void run_withOtherCodeOnARank_failsWithBothValues(Class<?> changed) throws Exception {
        int port = LocalLauncher.freePort();
        List<String> classPaths = List.of(System.getProperty("java.class.path"), otherClasses(changed));
        List<RankProcess> ranks = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Rank rank = new Rank(i, 2, i, 2, "127.0.0.1", port);
            List<String> command = RankProcess.command(classPaths.get(i), folder.resolve("mixed"), "whole");
            ranks.add(RankProcess.start(rank, List.of(), command, folder.resolve("err" + i)));
        }
        for (RankProcess rank : ranks) {
            assertThat(rank.failure())
                    .containsPattern("found code: [0-9a-f]{8} on rank 1 and code: [0-9a-f]{8} on rank 0");
        }
    }

    /** This test's class path with another copy of the module of a class in it: one file, or one byte, more. */
    private String otherClasses(Class<?> one) throws Exception {
        Path module =
                Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path copy = folder.resolve("other-" + module.getFileName());
        try (Stream<Path> files = Files.walk(module)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(module.relativize(file).toString()));
            }
        }
        Path changed = Files.isDirectory(copy) ? copy.resolve("more") : copy;
        Files.write(changed, new byte[1], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return System.getProperty("java.class.path").replace(module.toString(), copy.toString());
    }

    private static ProcessHandle first(LocalLauncher ranks) {
        return ProcessHandle.of(ranks.pids().get(0)).orElseThrow();
    }

    static void awaitCheckpoint(Path run, long step, ProcessHandle first) throws InterruptedException {
        while (RunDirectory.ofAnother(run).latestCheckpoint().isEmpty()
                || !reached(RunDirectory.ofAnother(run).latestCheckpoint().get(), step)) {
            assertThat(first.isAlive()).isTrue();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static boolean reached(Path checkpoint, long step) {
        return Long.parseLong(checkpoint.getFileName().toString().substring("step-".length())) >= step;
    }
}
