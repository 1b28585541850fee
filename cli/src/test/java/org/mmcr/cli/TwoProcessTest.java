package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same command in two processes at once: one of them does the work, the other is refused in one line.
 *
 * <p>Other files that processes share have their tests beside their classes: labels in {@code LabelStoreTest}, the
 * lock itself in {@code ExclusiveLockTest}, the build in {@link LauncherTest}.
 */
@Tag("long")
class TwoProcessTest {
    @TempDir
    private Path temp;

    private Path pictures;

    @BeforeEach
    void draw() {
        pictures = CliPictures.write(temp.resolve("pictures"), 12, 1);
    }

    @Test
    void embed_twiceIntoOneFile_isDoneByOne() throws Exception {
        Path run = temp.resolve("run");
        mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 2);
        Path out = Files.createDirectories(temp.resolve("out"));
        assertOneIsDone(List.of("embed", run, "--data", pictures, "--out", out.resolve("x.npy")));
        mmcr("embed", run, "--data", pictures, "--out", temp.resolve("x.npy"));
        assertThat(out.resolve("x.npy")).hasSameBinaryContentAs(temp.resolve("x.npy"));
        assertThat(out.resolve("x.csv")).hasSameBinaryContentAs(temp.resolve("x.csv"));
        assertThat(names(out)).containsExactlyInAnyOrder("x.npy", "x.csv");
    }

    @Test
    void pretrain_twiceIntoOneFolder_isDoneByOne() throws Exception {
        Path run = temp.resolve("run");
        assertOneIsDone(
                List.of("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 4));
        assertThat(Files.readAllLines(run.resolve("metrics.jsonl"))).hasSize(4);
        assertThat(names(run)).noneMatch(name -> name.startsWith(".") || name.endsWith(".lock"));
    }

    @Test
    void trials_twiceInOneFolder_areDoneByOne() throws Exception {
        Path recipe = CliPictures.recipe(temp);
        Path run = temp.resolve("run");
        mmcr("pretrain", pictures, "--out", run, "--recipe", recipe, "--steps", 2);
        assertOneIsDone(ShortCommands.compare(pictures, recipe, 40, temp.resolve("comparison")));
        assertOneIsDone(ShortCommands.finetune(run, pictures, 2, 20, temp.resolve("finetuned")));
    }

    @Test
    void curate_twiceIntoOneFolder_isDoneByOne() throws Exception {
        Path run = temp.resolve("run");
        mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(temp), "--steps", 2);
        assertOneIsDone(List.of("curate", pictures, "--run", run, "--out", temp.resolve("curation")));
    }

    private void assertOneIsDone(List<Object> arguments) throws Exception {
        Object[] command = arguments.toArray();
        List<MmcrProcess> both = List.of(MmcrProcess.start(temp, command), MmcrProcess.start(temp, command));
        int done = 0;
        for (MmcrProcess process : both) {
            if (process.exitCode() == ExitCode.DONE) {
                done++;
            } else {
                assertThat(process.exitCode()).isIn(ExitCode.FAILED, ExitCode.WRONG_USAGE);
                assertThat(process.err().lines().filter(line -> line.startsWith("mmcr: ")))
                        .as(process.err())
                        .singleElement()
                        .asString()
                        .startsWith("mmcr: expected ");
            }
        }
        assertThat(done).as(both.get(0).err() + both.get(1).err()).isOne();
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }
}
