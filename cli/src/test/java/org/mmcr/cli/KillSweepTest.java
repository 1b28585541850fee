package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.data.io.NpyFiles;

/**
 * Commands that are killed at moments spread over their run. No file with its final name is half-written, and the same
 * command given again ends well, writes what an undisturbed one writes and leaves nothing unfinished.
 *
 * <p>{@code -Dmmcr.kills=N} kills every command N times; without it, a few commands are killed twice.
 * {@code -Dmmcr.killed=TEXT} leaves out commands without this text in their name. Killed trainers, labellers and
 * downloads have tests of their own beside their classes.
 */
@Tag("long")
class KillSweepTest {
    private static final int KILLS = Integer.getInteger("mmcr.kills", 2);
    private static final boolean EVERY_COMMAND = System.getProperty("mmcr.kills") != null;
    private static final String KILLED = System.getProperty("mmcr.killed", "");
    private static final long SEED = Long.getLong("mmcr.fuzz.seed", 1);

    @TempDir
    static Path made;

    @TempDir
    Path temp;

    @BeforeAll
    static void make() {
        Path pictures = CliPictures.write(made.resolve("pictures"), 24, 1);
        Path run = made.resolve("run");
        CliRun trained = mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(made), "--steps", 2);
        assertThat(trained.code()).as(trained.err()).isZero();
        writeArrays();
        Path paired = made.resolve("paired");
        CliRun pairs =
                mmcr("pretrain", "--pairs", KilledCommands.pairs(made), "--out", paired, "--steps", 2, "--batch", 20);
        assertThat(pairs.code()).as(pairs.err()).isZero();
    }

    private static void writeArrays() {
        float[] values = new float[120 * 5];
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        NpyFile.write(made.resolve("z.npy"), values, new int[] {120, 5});
        NpyFile.write(made.resolve("points.npy"), values, new int[] {6, 20, 5});
        NpyFile.write(made.resolve("times.npy"), values, new int[] {2, 3, 20, 5});
    }

    static List<KilledCommands.Command> command_killed_leavesWholeFilesAndIsRepeatable() {
        List<KilledCommands.Command> all = KilledCommands.all(made);
        all.removeIf(command -> !EVERY_COMMAND && !command.cheap());
        all.removeIf(command -> !command.name().contains(KILLED));
        return all;
    }

    @ParameterizedTest
    @MethodSource
    void command_killed_leavesWholeFilesAndIsRepeatable(KilledCommands.Command command) throws Exception {
        Path whole = Files.createDirectories(temp.resolve("whole"));
        long start = System.nanoTime();
        MmcrProcess undisturbed = start(command, whole);
        assertThat(undisturbed.exitCode()).as(undisturbed.err()).isZero();
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        SplittableRandom random = new SplittableRandom(SEED + command.name().hashCode());
        for (int kill = 0; kill < KILLS; kill++) {
            Path out = Files.createDirectories(temp.resolve("killed-" + kill));
            Object[] arguments = command.arguments().apply(out).toArray();
            Set<String> before = names(out);
            MmcrProcess killed = MmcrProcess.start(temp, arguments);
            if (kill % 2 == 0) {
                awaitOtherFiles(killed, out, before);
                Thread.sleep(random.nextInt(30));
            } else {
                killed.process().waitFor((long) (took * random.nextDouble(0.4, 1)), TimeUnit.MILLISECONDS);
            }
            killed.process().destroyForcibly().waitFor();
            assertWhole(out);
            CliRun again = mmcr(command.arguments().apply(out).toArray());
            assertThat(again.code()).as("kill %d: %s", kill, again.err()).isZero();
            assertWhole(out);
            assertThat(names(out)).as("kill %d", kill).isEqualTo(names(whole));
            for (String same : command.same()) {
                assertThat(out.resolve(same)).hasSameBinaryContentAs(whole.resolve(same));
            }
        }
    }

    /** A demo needs a new folder: the same command is refused, and the run of the killed one continues by itself. */
    @Test
    @EnabledIfSystemProperty(named = "mmcr.kills", matches = "\\d+")
    void demo_killed_leavesWholeFilesAndARunThatContinues() throws Exception {
        assumeTrue("demo".contains(KILLED), "left out by -Dmmcr.killed=" + KILLED);
        Path out = temp.resolve("demo");
        Path run = out.resolve("run");
        Object[] demo = {"demo", "--signals", "--steps", 100, "--out", out};
        MmcrProcess killed = MmcrProcess.start(temp, demo);
        killed.awaitSteps(run.resolve("metrics.jsonl"), 1);
        killed.process().destroyForcibly().waitFor();
        assertWhole(out);
        mmcr(demo).assertIsWrongUsage("a new or empty folder for --out", "give another");
        CliRun resumed = mmcr("pretrain", "--resume", run);
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(Files.readAllLines(run.resolve("metrics.jsonl"))).hasSize(100);
        assertWhole(out);
        assertThat(names(out)).noneMatch(name -> name.endsWith(".part") || name.endsWith(".lock"));
    }

    private MmcrProcess start(KilledCommands.Command command, Path out) throws IOException {
        return MmcrProcess.start(temp, command.arguments().apply(out).toArray());
    }

    private static void awaitOtherFiles(MmcrProcess process, Path out, Set<String> before) throws Exception {
        while (process.process().isAlive() && names(out).equals(before)) {
            Thread.sleep(2);
        }
    }

    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            Set<String> names = new TreeSet<>();
            files.filter(file -> !file.equals(folder))
                    .forEach(file -> names.add(folder.relativize(file).toString()));
            return names;
        }
    }

    /** Checks every file that does not carry the name of an unfinished one. */
    private static void assertWhole(Path folder) throws IOException {
        for (String name : names(folder)) {
            Path file = folder.resolve(name);
            if (!name.startsWith(".") && !name.contains("/.") && Files.isRegularFile(file)) {
                assertThat(isWhole(file)).as("%s is whole", file).isTrue();
            }
        }
    }

    private static boolean isWhole(Path file) throws IOException {
        String name = file.toString();
        if (name.endsWith(".npy")) {
            return NpyFiles.readFloats(file).values().length > 0;
        }
        if (name.endsWith(".json")) {
            JsonNode document = new ObjectMapper().readTree(file.toFile());
            return document.isObject();
        }
        if (name.endsWith(".png")) {
            return ImageIO.read(file.toFile()) != null;
        }
        if (name.endsWith(".jsonl") || name.endsWith(".lock")) {
            return true; // the first grows, and a resumed run first cuts it back; the second is empty
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (name.endsWith(".html") || name.endsWith(".svg")) {
            return text.stripTrailing().endsWith(name.endsWith(".svg") ? "</svg>" : "</html>");
        }
        if (name.endsWith(".parquet")) {
            return text.endsWith("PAR1");
        }
        if (name.endsWith(".yaml")) {
            return new YAMLMapper().readTree(text).isObject() && text.endsWith("\n");
        }
        return name.endsWith(".csv") ? text.endsWith("\n") : !text.isEmpty();
    }
}
