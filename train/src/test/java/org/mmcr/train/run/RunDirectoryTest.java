package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.ExclusiveLock;

class RunDirectoryTest {
    @TempDir
    Path folder;

    @Test
    void load_checkpointWhosePositionIsIncomplete_saysSo() throws IOException {
        TinyRuns.train(TinyRuns.config().withBudget(Budget.ofSteps(1)), folder.resolve("incomplete"));
        RunDirectory run = RunDirectory.open(folder.resolve("incomplete"));
        Path state = run.latestCheckpoint().orElseThrow().resolve("state.json");
        Files.writeString(state, "{\"format\":1}");
        assertThatThrownBy(() -> TrainedModel.load(run))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining(state.toString());
    }

    @Test
    void acquireLock_belowAFile_namesTheCauseWithoutClasses() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertThatThrownBy(() -> RunDirectory.create(file.resolve("run")).acquireLock())
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected to read and write " + file.resolve("run") + ", found ")
                .hasMessageContaining("; check the path")
                .hasMessageNotContaining("java.nio");
    }

    @Test
    void create_inAFolderWithAForeignFile_fails() throws IOException {
        Files.writeString(folder.resolve("holiday.txt"), "x");
        assertThatThrownBy(() -> RunDirectory.create(folder))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("holiday.txt")
                .hasMessageContaining("choose another folder");
    }

    @Test
    void create_whereARunIs_namesResume() throws IOException {
        Files.writeString(RunDirectory.create(folder).config(), "seed: 1");
        assertThatThrownBy(() -> RunDirectory.create(folder)).hasMessageContaining("--resume " + folder);
    }

    @Test
    void open_whereNoRunIs_reportsWhatIsMissing() {
        assertThatThrownBy(() -> RunDirectory.open(folder.resolve("none"))).hasMessageContaining("config.yaml");
    }

    @Test
    void prune_keepsTheNewestAndClearsWhatWasLeftUnfinished() throws IOException {
        RunDirectory run = RunDirectory.create(folder);
        for (long step : new long[] {5, 40, 300, 12}) {
            Files.createDirectories(run.checkpoint(step));
            Files.writeString(run.checkpoint(step).resolve("weights"), "w");
        }
        Files.createDirectories(run.checkpoints().resolve(".step-0000000400.part"));
        assertThat(run.latestCheckpoint()).contains(run.checkpoint(300));
        Checkpointer.prune(run, 2);
        assertThat(AtomicFiles.list(run.checkpoints())).containsExactly(run.checkpoint(40), run.checkpoint(300));
    }

    @Test
    void prune_aCheckpointThatIsALink_deletesTheLinkOnly() throws IOException {
        RunDirectory run = RunDirectory.create(folder.resolve("run"));
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("thesis.txt"), "years of work");
        Files.createDirectories(run.checkpoint(7));
        Files.createSymbolicLink(run.checkpoint(3), elsewhere);
        Files.createSymbolicLink(run.checkpoints().resolve(".step-0000000001.part"), elsewhere);
        Checkpointer.prune(run, 1);
        assertThat(AtomicFiles.list(run.checkpoints())).containsExactly(run.checkpoint(7));
        assertThat(elsewhere.resolve("thesis.txt")).hasContent("years of work");
    }

    @Test
    void allCheckpoints_besideAFolderOfASimilarName_holdsCheckpointsOnly() throws IOException {
        RunDirectory run = RunDirectory.create(folder);
        for (String name : new String[] {"step-best", "step-0000000003", "step-12", "step-0000000003-copy"}) {
            Files.createDirectories(run.checkpoints().resolve(name));
        }
        assertThat(run.allCheckpoints()).containsExactly(run.checkpoint(3));
    }

    @Test
    void readConfig_emptyOrCut_isAnErrorAndNotTheDefaults() throws IOException {
        Path file = folder.resolve("config.yaml");
        String whole = TinyRuns.config().toYaml();
        RunDirectory run = RunDirectory.create(folder);
        for (int kept : new int[] {0, 1, whole.length() / 2, whole.indexOf("seed:")}) {
            Files.writeString(file, whole.substring(0, kept));
            assertThatThrownBy(run::readConfig)
                    .isInstanceOf(MmcrException.class)
                    .message()
                    .hasLineCount(1)
                    .contains("config.yaml");
        }
        Files.writeString(file, whole);
        assertThat(run.readConfig()).isEqualTo(TinyRuns.config());
    }

    @Test
    void open_stateWithoutItsValues_namesFileAndKey() throws IOException {
        Path file = folder.resolve("state.json");
        for (String[] damaged : new String[][] {
            {"{\"format\":1}", "no value of 'seed'"},
            {"{}", "no value of 'format'"},
            {"", "found nothing"},
            {"[]", "found array"},
            {"{\"format\":", "end-of-input"},
            {"{\"format\":\"one\"}", "another kind of value of 'format'"},
            {
                "{\"format\":1,\"mmcr\":\"1\",\"seed\":1,\"fingerprint\":\"f\",\"data_location\":\"d\",\"totals\":{}}",
                "no value of 'totals"
            },
            {
                "{\"format\":1,\"mmcr\":\"1\",\"seed\":1,\"fingerprint\":\"f\",\"data_location\":\"d\",\"totals\":"
                        + "{\"finished\":true,\"steps\":-3,\"epochs\":1,\"views_seen\":1,\"seconds\":1,"
                        + "\"step_seconds\":1,\"wait_seconds\":1,\"loss\":1,\"figures\":{}}}",
                "number of steps from 0 in " + file + ", found -3"
            },
            {"{\"format\":9,\"mmcr\":\"9.1\"}", "format 9 written by mmcr 9.1"},
        }) {
            Files.writeString(file, damaged[0]);
            assertThatThrownBy(() -> Checkpoint.open(folder))
                    .as(damaged[0])
                    .isInstanceOf(MmcrException.class)
                    .message()
                    .hasLineCount(1)
                    .contains(folder.toString(), damaged[1]);
        }
    }

    @Test
    void read_reportWithoutItsValues_namesFileAndKey() throws IOException {
        Files.writeString(folder.resolve("run.json"), "{}");
        assertThatThrownBy(() -> RunReport.read(RunDirectory.ofAnother(folder)))
                .isInstanceOf(MmcrException.class)
                .message()
                .hasLineCount(1)
                .contains("run.json", "no value of 'pictures'");
    }

    @Test
    void create_whereAKilledProcessLeftAnUnfinishedFile_isAllowed() throws IOException {
        Files.writeString(folder.resolve(".config.yaml.part"), "seed:");
        assertThat(RunDirectory.create(folder).root()).isEqualTo(folder);
    }

    @Test
    void lock_heldByAnotherTrainer_failsAndIsFreedByClosing() {
        RunDirectory run = RunDirectory.create(folder);
        try (ExclusiveLock held = run.acquireLock()) {
            assertThat(held).isNotNull();
            assertThatThrownBy(run::acquireLock)
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("found one that is running");
        }
        run.acquireLock().close();
    }

    @Test
    void write_failingHalfWay_leavesTheOldFile() throws IOException {
        Path file = folder.resolve("evaluation.json");
        AtomicFiles.writeText(file, "old");
        assertThatThrownBy(() -> AtomicFiles.write(file, beside -> {
                    Files.writeString(beside, "half");
                    throw new IOException("disk full");
                }))
                .hasMessage("disk full");
        assertThat(file).hasContent("old");
        assertThat(AtomicFiles.list(folder)).containsExactly(file);
    }

    @Test
    void writeFolder_failingHalfWay_leavesNothing() throws IOException {
        Path target = folder.resolve("step-1");
        assertThatThrownBy(() -> AtomicFiles.writeFolder(target, beside -> {
                    Files.writeString(beside.resolve("a"), "half");
                    throw new IOException("disk full");
                }))
                .hasMessage("disk full");
        assertThat(AtomicFiles.list(folder)).isEmpty();
    }

    @Test
    void metrics_reopenedAtAnEarlierStep_dropsLaterAndTornLines() throws IOException {
        RunDirectory run = RunDirectory.create(folder);
        try (JsonLinesLog log = JsonLinesLog.open(run.metrics(), 0)) {
            for (long step = 1; step <= 5; step++) {
                log.add(metrics(step, -3));
            }
        }
        Files.writeString(run.metrics(), Files.readString(run.metrics()) + "{\"step\": 6, \"lo");
        try (JsonLinesLog log = JsonLinesLog.open(run.metrics(), 3)) {
            log.add(metrics(4, -4));
        }
        Files.writeString(run.config(), "");
        assertThat(TinyRuns.metrics(folder, "step")).containsExactly(1.0, 2.0, 3.0, 4.0);
        assertThat(TinyRuns.metrics(folder, "loss")).containsExactly(-3.0, -3.0, -3.0, -4.0);
        assertThat(TinyRuns.metrics(folder, "percent_error")).containsExactly(0.2, 0.2, 0.2, 0.2);
    }

    private static StepMetrics metrics(long step, double loss) {
        return new StepMetrics(step, 0, 0.1, loss, Map.of("percent_error", 0.2), 0.05, 100, 0.01, 0.1);
    }
}
