package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jetbrains.bio.npy.NpyFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Commands with a temporary folder of their own, which is empty when they have ended; what a killed one leaves, the
 * next one deletes. Short commands run one after the other in a process of {@link #main}.
 */
@Tag("long")
@EnabledOnOs(OS.LINUX)
class TemporaryFilesTest {
    /** Commands that have a test of their own here, and two that need a network or another module. */
    private static final Set<String> LEFT_OUT =
            Set.of("launch", "demo", "explore", "serve", "shell", "download", "bench");

    @TempDir
    static Path temp;

    private static Path pictures;
    private static Path run;
    private static Path recipe;

    @BeforeAll
    static void make() {
        pictures = CliPictures.write(temp.resolve("pictures"), 12, 1);
        recipe = CliPictures.recipe(temp);
        run = temp.resolve("run");
    }

    private static List<List<Object>> commands() {
        Path z = temp.resolve("z.npy");
        float[] values = new float[120 * 5];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i * i);
        }
        NpyFile.write(z, values, new int[] {120, 5});
        NpyFile.write(temp.resolve("points.npy"), values, new int[] {6, 20, 5});
        Path graph = temp.resolve("x.onnx");
        List<List<Object>> all = new ArrayList<>();
        all.add(List.of("pretrain", pictures, "--out", run, "--recipe", recipe, "--steps", 2));
        all.add(List.of("pretrain", "--pairs", z + "," + z, "--out", temp.resolve("pairs"), "--steps", 1));
        all.add(List.of("evaluate", run, "--train", pictures, "--test", pictures, "--no-baselines"));
        all.add(List.of("transfer", run, "--data", "one=" + pictures + "," + pictures, "--out", temp.resolve("t")));
        for (String file : List.of("a.npy", "b.parquet", "c.csv")) {
            all.add(List.of("embed", run, "--data", pictures, "--out", temp.resolve(file)));
        }
        for (String format : List.of("safetensors", "onnx", "torchscript")) {
            all.add(List.of("export", run, "--format", format, "--out", temp.resolve("x." + format)));
        }
        all.add(List.of("export", run, "--format", "onnx", "--with-probe", "--out", temp.resolve("p.onnx")));
        all.add(List.of("embed", "--encoder", graph, "--data", pictures, "--out", temp.resolve("y.npy")));
        all.add(List.of("inspect", pictures, "--out", temp.resolve("inspection")));
        all.add(List.of("curate", pictures, "--run", run, "--out", temp.resolve("curation")));
        all.add(List.of("loss", z, "--views", 2, "--gradient", temp.resolve("g.npy")));
        all.add(List.of("analyze", z, "--views", 2, "--out", temp.resolve("analysis")));
        all.add(List.of("quality", z, "--views", 2, "--out", temp.resolve("quality")));
        all.add(List.of("capacity", temp.resolve("points.npy"), "--out", temp.resolve("capacity")));
        all.add(List.of("choose", run, "--data", pictures));
        all.add(List.of("simulate", "information", "--out", temp.resolve("i"), "--points", 60, "--dimension", 4));
        all.add(ShortCommands.compare(pictures, recipe, 2, temp.resolve("c")));
        all.add(ShortCommands.threshold(pictures, recipe, temp.resolve("study")));
        all.add(List.of("plan", pictures, "--minutes", 0.2, "--recipe", recipe, "--candidates", 4));
        all.add(ShortCommands.finetune(run, pictures, 1, 1, temp.resolve("f")));
        all.add(List.of("report", run));
        return all;
    }

    /** Runs the commands in this process, and prints the names of those that fail or leave something. */
    public static void main(String[] arguments) throws IOException {
        temp = Path.of(arguments[0]);
        make();
        Set<String> names = new HashSet<>();
        for (List<Object> command : commands()) {
            CliRun done = CliRun.mmcr(command.toArray());
            if (done.code() != 0) {
                System.out.println(command + ": " + done.err());
            }
            for (Path left : left(Path.of(System.getProperty("java.io.tmpdir")))) {
                if (!left.toString().contains("onnxruntime-java")) { // deleted at the end of the process
                    System.out.println(command + " left " + left);
                }
            }
            names.add(String.valueOf(command.get(0)));
        }
        Subcommand.all(new CommandContext(Terminal.ofProcess(), new Interrupts())).stream()
                .map(Subcommand::name)
                .filter(name -> !names.contains(name) && !LEFT_OUT.contains(name))
                .forEach(name -> System.out.println("no command here runs " + name));
    }

    @Test
    void everyCommand_ended_leavesNoTemporaryFile() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("tmp"));
        List<String> command = in(folder, MmcrProcess.command());
        command.set(command.size() - 1, TemporaryFilesTest.class.getName());
        command.add(Files.createDirectory(temp.resolve("work")).toString());
        Path out = temp.resolve("sweep.txt");
        Process sweep = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(sweep.waitFor()).isZero();
        assertThat(Files.readString(out)).isEmpty();
        assertThat(left(folder)).isEmpty();
    }

    @Test
    void shell_ended_leavesNoTemporaryFile() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("tmp-shell"));
        Path script = Files.writeString(temp.resolve("exit.jsh"), "/exit\n");
        Process shell = new ProcessBuilder(in(folder, MmcrProcess.command("shell", script))).start();
        assertThat(shell.waitFor()).isZero();
        assertThat(left(folder)).isEmpty();
    }

    @Test
    void launch_ended_leavesNoTemporaryFile() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("tmp-launch"));
        Path launched = temp.resolve("launched");
        MmcrProcess launch = start(
                folder,
                List.of(
                        "launch",
                        "--nproc",
                        2,
                        "--",
                        "pretrain",
                        pictures,
                        "--out",
                        launched,
                        "--recipe",
                        recipe,
                        "--steps",
                        1));
        assertThat(launch.exitCode()).as(launch.err()).isZero();
        assertThat(left(folder)).isEmpty();
    }

    /** Ctrl-C is the usual end of two of them. */
    @ParameterizedTest
    @ValueSource(strings = {"demo", "explore", "serve"})
    void longCommand_toldToEnd_leavesNoTemporaryFile(String name) throws Exception {
        Path folder = Files.createDirectory(temp.resolve("tmp-" + name));
        MmcrProcess process = start(folder, longCommand(name));
        process.await(() -> isUnderWay(name, process));
        process.signal("INT");
        assertThat(process.exitCode()).as(process.err()).isIn(ExitCode.DONE, ExitCode.INTERRUPTED);
        assertThat(left(folder)).isEmpty();
    }

    private static List<Object> longCommand(String name) {
        if (name.equals("demo")) {
            return List.of("demo", "--signals", "--steps", 1_000_000, "--out", temp.resolve("demo"));
        }
        Path served = temp.resolve("served");
        if (!Files.exists(served)) {
            CliRun trained = CliRun.mmcr("pretrain", pictures, "--out", served, "--recipe", recipe, "--steps", 1);
            assertThat(trained.code()).as(trained.err()).isZero();
        }
        return List.of(name, served, "--port", 0);
    }

    /** Returns whether the demo trains, the explorer has its features, or the server answers. */
    private static boolean isUnderWay(String name, MmcrProcess process) throws IOException {
        return switch (name) {
            case "demo" -> temp.resolve("demo/run/metrics.jsonl").toFile().length() > 0;
            case "explore" -> hasFeatures(temp.resolve("cache"));
            default -> process.out().startsWith("open ");
        };
    }

    private static boolean hasFeatures(Path cache) throws IOException {
        if (!Files.isDirectory(cache)) {
            return false;
        }
        try (Stream<Path> files = Files.list(cache)) {
            return files.anyMatch(file -> String.valueOf(file.getFileName()).startsWith("features-"));
        }
    }

    /** Starts a command with a temporary folder of its own, and of those that it starts. */
    private static MmcrProcess start(Path folder, List<Object> command) throws IOException {
        Map<String, String> environment = Map.of(
                "TMPDIR",
                folder.toString(),
                "JAVA_TOOL_OPTIONS",
                "-Djava.io.tmpdir=" + folder,
                "MMCR_CACHE",
                temp.resolve("cache").toString(),
                "ORT_DISABLE_TELEMETRY",
                "1");
        return MmcrProcess.start(temp, environment, command.toArray());
    }

    @Test
    void command_killed_leavesWhatTheNextDeletes() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("tmp-killed"));
        Process killed = new ProcessBuilder(in(
                        folder,
                        MmcrProcess.command("plan", pictures, "--minutes", 5, "--recipe", recipe, "--candidates", 4)))
                .redirectErrorStream(true)
                .redirectOutput(new File("/dev/null"))
                .start();
        while (left(folder).isEmpty() && killed.isAlive()) {
            Thread.sleep(5);
        }
        killed.destroyForcibly().waitFor();
        assertThat(left(folder)).isNotEmpty();
        Process next = new ProcessBuilder(in(folder, MmcrProcess.command("--version"))).start();
        assertThat(next.waitFor()).isZero();
        assertThat(left(folder)).isEmpty();
    }

    private static List<String> in(Path folder, List<String> command) {
        List<String> all = new ArrayList<>(command);
        all.add(1, "-Djava.io.tmpdir=" + folder);
        all.addAll(0, List.of("env", "TMPDIR=" + folder, "ORT_DISABLE_TELEMETRY=1"));
        return all;
    }

    /** Everything in the folder but the feature cache of {@link CliRun}. */
    private static List<Path> left(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !file.equals(folder) && !file.toString().contains("/mmcr-test-"))
                    .toList();
        }
    }
}
