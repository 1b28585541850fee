package org.mmcr.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** The commands that write, for {@link KillSweepTest}. */
final class KilledCommands {
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

    private final Path made;
    private final Path pictures;
    private final Path run;
    private final List<Command> all = new ArrayList<>();

    private KilledCommands(Path made) {
        this.made = made;
        pictures = made.resolve("pictures");
        run = made.resolve("run");
    }

    /**
     * Returns all commands.
     *
     * @param made folder with the folder {@code pictures}, the arrays {@code z.npy} (120, 5), {@code points.npy}
     *     (6, 20, 5) and {@code times.npy} (2, 3, 20, 5), the recipe {@code tiny.yaml}, and the runs {@code run} of the
     *     pictures and {@code paired} of pairs
     */
    static List<Command> all(Path made) {
        KilledCommands commands = new KilledCommands(made);
        commands.addExports();
        commands.addTrainings();
        commands.addMeasures();
        commands.addCapacities();
        commands.addSimulations();
        commands.addCommandsOnRuns();
        return commands.all;
    }

    /** Returns the location of pairs. */
    static String pairs(Path made) {
        return made.resolve("z.npy") + "," + made.resolve("z.npy");
    }

    private void add(String name, Function<Path, List<Object>> arguments, String... same) {
        all.add(new Command(name, false, arguments, List.of(same)));
    }

    private void addCheap(String name, Function<Path, List<Object>> arguments, String... same) {
        all.add(new Command(name, true, arguments, List.of(same)));
    }

    private void addExports() {
        addCheap("embed x.npy", out -> embed(out, "x.npy"), "x.npy");
        add("embed x.parquet", out -> embed(out, "x.parquet"), "x.parquet");
        add("embed x.csv", out -> embed(out, "x.csv"), "x.csv");
        for (String format : List.of("safetensors", "onnx", "torchscript")) {
            add(
                    "export " + format,
                    out -> List.of(
                            "export", run, "--format", format, "--out", out.resolve("e." + format), "--overwrite"));
        }
        add(
                "export --whiten",
                out -> List.of(
                        "export", run, "--format", "onnx", "--whiten", "--out", out.resolve("w.onnx"), "--overwrite"));
    }

    private List<Object> embed(Path out, String file) {
        return List.of("embed", run, "--data", pictures, "--out", out.resolve(file), "--overwrite");
    }

    private void addMeasures() {
        Path z = made.resolve("z.npy");
        addCheap(
                "loss --gradient",
                out -> List.of("loss", z, "--views", 2, "--gradient", out.resolve("g.npy"), "--overwrite"),
                "g.npy");
        addCheap("inspect", out -> List.of("inspect", pictures, "--out", out, "--views", 2), "contact-sheet.png");
        add("analyze", out -> List.of("analyze", z, "--views", 2, "--out", out));
        add("quality", out -> List.of("quality", z, "--views", 2, "--out", out));
        add("curate", out -> List.of("curate", pictures, "--run", run, "--out", out), "curation.csv");
        add(
                "transfer",
                out -> List.of("transfer", run, "--data", "a=" + pictures + "," + pictures, "--out", out),
                "transfer.csv");
        add("report", out -> List.of("report", run, "--out", out));
    }

    private void addCapacities() {
        Path points = made.resolve("points.npy");
        Path times = made.resolve("times.npy");
        add("capacity --method glue", out -> List.of("capacity", points, "--method", "glue", "--out", out));
        add("capacity", out -> List.of("capacity", points, "--out", out));
        add("capacity over times", out -> List.of("capacity", times, "--directions", 20, "--out", out));
        add("capacity RUN", out -> List.of("capacity", run, "--data", pictures, "--directions", 20, "--out", out));
        add(
                "capacity --every-checkpoint",
                out -> List.of(
                        "capacity", run, "--data", pictures, "--every-checkpoint", "--directions", 20, "--out", out));
    }

    private void addSimulations() {
        add("simulate figure1", KilledCommands::figure1, "figure1.csv");
        add(
                "simulate sphere",
                out -> List.of("simulate", "sphere", "--out", out, "--points", 8, "--steps", 3),
                "sphere.csv");
        add(
                "simulate information",
                out -> List.of("simulate", "information", "--out", out, "--points", 60, "--dimension", 4),
                "information.csv");
    }

    /** Returns the command that begins a figure, or continues it where an earlier one has begun. */
    private static List<Object> figure1(Path folder) {
        if (Files.exists(folder.resolve("figure1.json"))) {
            return List.of("simulate", "figure1", "--resume", folder);
        }
        return List.of("simulate", "figure1", "--out", folder, "--grid", "10,20x10,40", "--repeats", 2);
    }

    /** Commands that train; all but {@code plan} resume where they were killed. */
    private void addTrainings() {
        Path recipe = made.resolve("tiny.yaml");
        add("compare", out -> ShortCommands.compare(pictures, recipe, 2, out));
        add("study threshold", out -> ShortCommands.threshold(pictures, recipe, out), "threshold.csv");
        add("finetune", out -> ShortCommands.finetune(run, pictures, 1, 2, out));
        add("plan", out -> {
            List<Object> plan = new ArrayList<>(ShortCommands.plan(pictures, recipe, out.resolve("plan.yaml")));
            plan.add("--overwrite");
            return plan;
        });
        add(
                "pretrain",
                out -> startOrResume(
                        out.resolve("run"), "pretrain", pictures, "--recipe", recipe, "--set", "checkpoint.steps=1"),
                "run/config.yaml");
        List<Object> paired = List.of("pretrain", "--pairs", pairs(made), "--steps", 6, "--batch", 20, "--threads", 1);
        add("pretrain --pairs", out -> startOrResume(out.resolve("run"), paired.toArray()), "run/config.yaml");
    }

    /** Returns the command that trains a run, or continues it where an earlier one has begun. */
    private static List<Object> startOrResume(Path folder, Object... training) {
        if (Files.exists(folder.resolve("config.yaml"))) {
            return List.of("pretrain", "--resume", folder);
        }
        List<Object> all = new ArrayList<>(List.of(training));
        all.addAll(List.of("--out", folder));
        return all;
    }

    /** Commands that write into the folder of a run, here a copy, or that only read it. */
    private void addCommandsOnRuns() {
        String[] kept = {"run/config.yaml", "run/metrics.jsonl"};
        add(
                "evaluate",
                out -> List.of("evaluate", copy(run, out), "--train", pictures, "--test", pictures, "--no-baselines"),
                kept);
        Path paired = made.resolve("paired");
        add("evaluate of pairs", out -> List.of("evaluate", copy(paired, out), "--test", pairs(made)), kept);
        add("choose", out -> List.of("choose", copy(run, out), "--data", pictures, "--views", 2), kept);
    }

    /** Copies a run into a folder, unless it is there. */
    private static Path copy(Path from, Path folder) {
        Path to = folder.resolve("run");
        if (!Files.exists(to)) {
            try (Stream<Path> files = Files.walk(from)) {
                for (Path file : files.toList()) {
                    Files.copy(file, to.resolve(from.relativize(file).toString()));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return to;
    }
}
