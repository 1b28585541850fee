package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mmcr.cli.CliRun.mmcr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mmcr.data.io.NpyFiles;

/**
 * Commands that are killed at moments spread over their run. No file with its final name is half-written, and the same
 * command given again ends well, writes what an undisturbed one writes and leaves nothing unfinished.
 *
 * <p>{@code -Dmmcr.kills=N} kills every command N times; without it, a few commands are killed twice. Killed trainers
 * and labellers have tests of their own beside their classes; {@code simulate figure1} goes on with {@code --resume}.
 */
@Tag("long")
class KillSweepTest {
    private static final int KILLS = Integer.getInteger("mmcr.kills", 2);
    private static final boolean EVERY_COMMAND = System.getProperty("mmcr.kills") != null;
    private static final long SEED = Long.getLong("mmcr.fuzz.seed", 1);

    @TempDir
    static Path made;

    private static Path pictures;
    private static Path run;

    @TempDir
    Path temp;

    /**
     * A command that writes.
     *
     * @param cheap whether it is killed in every build
     * @param arguments by the folder that it writes into
     * @param same files that are the same bytes each time
     */
    record Command(String name, boolean cheap, Function<Path, List<Object>> arguments, List<String> same) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void make() {
        pictures = CliPictures.write(made.resolve("pictures"), 24, 1);
        run = made.resolve("run");
        CliRun trained = mmcr("pretrain", pictures, "--out", run, "--recipe", CliPictures.recipe(made), "--steps", 2);
        assertThat(trained.code()).as(trained.err()).isZero();
    }

    static List<Command> command_killed_leavesWholeFilesAndIsRepeatable() {
        List<Command> all = new ArrayList<>();
        for (String file : List.of("x.npy", "x.parquet", "x.csv")) {
            all.add(new Command(
                    "embed " + file,
                    file.equals("x.npy"),
                    out -> List.of("embed", run, "--data", pictures, "--out", out.resolve(file), "--overwrite"),
                    List.of(file)));
        }
        for (String format : List.of("safetensors", "onnx", "torchscript")) {
            all.add(new Command(
                    "export " + format,
                    false,
                    out -> List.of(
                            "export", run, "--format", format, "--out", out.resolve("e." + format), "--overwrite"),
                    List.of()));
        }
        all.add(new Command(
                "export --whiten",
                false,
                out -> List.of(
                        "export", run, "--format", "onnx", "--whiten", "--out", out.resolve("w.onnx"), "--overwrite"),
                List.of()));
        addTrainings(all);
        Path z = made.resolve("z.npy");
        float[] values = new float[120 * 5];
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        NpyFile.write(z, values, new int[] {120, 5});
        NpyFile.write(made.resolve("points.npy"), values, new int[] {6, 20, 5});
        all.add(new Command(
                "loss --gradient",
                true,
                out -> List.of("loss", z, "--views", 2, "--gradient", out.resolve("g.npy"), "--overwrite"),
                List.of("g.npy")));
        all.add(new Command(
                "inspect",
                true,
                out -> List.of("inspect", pictures, "--out", out, "--views", 2),
                List.of("contact-sheet.png")));
        all.add(new Command("analyze", false, out -> List.of("analyze", z, "--views", 2, "--out", out), List.of()));
        all.add(new Command("quality", false, out -> List.of("quality", z, "--views", 2, "--out", out), List.of()));
        all.add(new Command(
                "curate",
                false,
                out -> List.of("curate", pictures, "--run", run, "--out", out),
                List.of("curation.csv")));
        all.add(new Command(
                "capacity --method glue",
                false,
                out -> List.of("capacity", made.resolve("points.npy"), "--method", "glue", "--out", out),
                List.of()));
        all.add(new Command(
                "capacity", false, out -> List.of("capacity", made.resolve("points.npy"), "--out", out), List.of()));
        all.add(new Command(
                "simulate information",
                false,
                out -> List.of("simulate", "information", "--out", out, "--points", 60, "--dimension", 4),
                List.of("information.csv")));
        all.add(new Command(
                "transfer",
                false,
                out -> List.of("transfer", run, "--data", "a=" + pictures + "," + pictures, "--out", out),
                List.of("transfer.csv")));
        all.add(new Command("report", false, out -> List.of("report", run, "--out", out), List.of()));
        all.removeIf(command -> !EVERY_COMMAND && !command.cheap());
        return all;
    }

    /** Commands that train, and resume where they were killed. */
    private static void addTrainings(List<Command> all) {
        Path recipe = made.resolve("tiny.yaml");
        all.add(new Command("compare", false, out -> ShortCommands.compare(pictures, recipe, 2, out), List.of()));
        all.add(new Command(
                "study threshold",
                false,
                out -> ShortCommands.threshold(pictures, recipe, out),
                List.of("threshold.csv")));
        all.add(new Command("finetune", false, out -> ShortCommands.finetune(run, pictures, 1, 2, out), List.of()));
    }

    @ParameterizedTest
    @MethodSource
    void command_killed_leavesWholeFilesAndIsRepeatable(Command command) throws Exception {
        Path whole = Files.createDirectories(temp.resolve("whole"));
        long start = System.nanoTime();
        MmcrProcess undisturbed = start(command, whole);
        assertThat(undisturbed.exitCode()).as(undisturbed.err()).isZero();
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        SplittableRandom random = new SplittableRandom(SEED + command.name().hashCode());
        for (int kill = 0; kill < KILLS; kill++) {
            Path out = Files.createDirectories(temp.resolve("killed-" + kill));
            MmcrProcess killed = start(command, out);
            if (kill % 2 == 0) {
                awaitFirstFile(killed, out);
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

    private MmcrProcess start(Command command, Path out) throws IOException {
        return MmcrProcess.start(temp, command.arguments().apply(out).toArray());
    }

    private static void awaitFirstFile(MmcrProcess process, Path out) throws Exception {
        while (process.process().isAlive() && names(out).isEmpty()) {
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
        if (name.endsWith(".jsonl")) {
            return true; // it grows, and a resumed run first cuts it back
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (name.endsWith(".html") || name.endsWith(".svg")) {
            return text.stripTrailing().endsWith(name.endsWith(".svg") ? "</svg>" : "</html>");
        }
        if (name.endsWith(".parquet")) {
            return text.endsWith("PAR1");
        }
        return name.endsWith(".csv") ? text.endsWith("\n") : !text.isEmpty();
    }
}
