package org.mmcr.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.ExclusiveLock;
import org.mmcr.data.io.FileFailure;
import org.mmcr.data.io.Json;

/**
 * The folder of a run. Only this class names its files; {@code docs/commands.md} lists them with their contents.
 *
 * <p>The JSON-lines files grow. Every other file is written atomically.
 */
@API(status = API.Status.STABLE)
public final class RunDirectory {
    private static final Pattern CHECKPOINT = Pattern.compile("step-\\d{10,}");

    private final Path root;

    private RunDirectory(Path root) {
        this.root = root;
    }

    /**
     * The folder of a new run. It may exist if it is empty or holds only unfinished files of a killed process; it is
     * created with its first file. A run that was killed before its first checkpoint has files already;
     * {@link Trainer#resume} starts it again.
     *
     * @throws MmcrException if it holds anything else
     */
    public static RunDirectory create(Path root) {
        RunDirectory run = new RunDirectory(root);
        try {
            for (Path found : Files.exists(root) ? AtomicFiles.list(root) : List.<Path>of()) {
                boolean ours = found.equals(run.checkpoints()) || found.equals(run.lock());
                if (!ours && !AtomicFiles.isUnfinished(found)) {
                    throw run.occupied(found);
                }
            }
            if (run.latestCheckpoint().isPresent()) {
                throw run.occupied(run.checkpoints());
            }
            return run;
        } catch (IOException e) {
            throw unusable(root, e);
        }
    }

    /** A folder that another process or another command writes; nothing is created or checked. */
    public static RunDirectory ofAnother(Path root) {
        return new RunDirectory(root);
    }

    /** The folder of the run that a checkpoint belongs to; nothing is checked. */
    public static RunDirectory ofCheckpoint(Path checkpoint) {
        return new RunDirectory(checkpoint.resolve("../..").normalize());
    }

    /** Whether a folder is that of a run. */
    public static boolean isRun(Path root) {
        return Files.isRegularFile(new RunDirectory(root).config());
    }

    /**
     * The folder of a run that was started before.
     *
     * @throws MmcrException if there is no run in it
     */
    public static RunDirectory open(Path root) {
        RunDirectory run = new RunDirectory(root);
        if (!isRun(root)) {
            throw new MmcrException("expected a run's folder with config.yaml, found "
                    + (Files.exists(root) ? "none in " + root : "no folder " + root)
                    + "; give the folder that 'mmcr pretrain' wrote");
        }
        return run;
    }

    /** Returns whether a folder has what a training writes; a {@code config.yaml} alone may be the user's. */
    public static boolean hasBegun(Path root) {
        RunDirectory run = new RunDirectory(root);
        return isRun(root)
                && (Files.isRegularFile(run.provenance())
                        || run.latestCheckpoint().isPresent());
    }

    MmcrException occupied(Path found) {
        boolean isRun = Files.isRegularFile(config());
        return new MmcrException("expected an empty or new folder for the run, found "
                + (isRun ? "another run" : found.getFileName()) + " in " + root + "; "
                + (isRun ? "continue it with --resume " + root + ", or " : "") + "choose another folder");
    }

    static MmcrException unusable(Path path, IOException e) {
        return FileFailure.exception(
                "to read and write " + path, e, "check the path, its permissions and the space left");
    }

    /** The folder. */
    public Path root() {
        return root;
    }

    /** {@code config.yaml}: the resolved configuration. */
    public Path config() {
        return root.resolve("config.yaml");
    }

    /** {@code run.json}: program, data, machine, objective and totals. */
    public Path provenance() {
        return root.resolve("run.json");
    }

    /** {@code metrics.jsonl}: one line for each step. */
    public Path metrics() {
        return root.resolve("metrics.jsonl");
    }

    /** {@code epochs.jsonl}: one line for each pass over the data. */
    public Path epochs() {
        return root.resolve("epochs.jsonl");
    }

    /** {@code monitor.jsonl}: one line for each kNN measurement. */
    public Path monitor() {
        return root.resolve("monitor.jsonl");
    }

    /** {@code quality.jsonl}: one line for each measurement of quality while training. */
    public Path qualityPoints() {
        return root.resolve("quality.jsonl");
    }

    /** {@code broken.csv}: pictures that could not be read. */
    public Path broken() {
        return root.resolve("broken.csv");
    }

    /** {@code evaluation.json}: accuracies. */
    public Path evaluation() {
        return root.resolve("evaluation.json");
    }

    /** {@code analysis.json}: geometry and information of the embeddings. */
    public Path analysis() {
        return root.resolve("analysis.json");
    }

    /** {@code probe.safetensors}: the linear probe that was fitted last. */
    public Path probe() {
        return root.resolve("probe.safetensors");
    }

    /** {@code whitening.safetensors}: statistics of the features of training samples. */
    public Path whitening() {
        return root.resolve("whitening.safetensors");
    }

    /** {@code capacity.json}: the capacity of the test pictures' classes. */
    public Path capacity() {
        return root.resolve("capacity.json");
    }

    /** {@code glue.json}: the capacity of classes as they lie, correlations included. */
    public Path correlatedCapacity() {
        return root.resolve("glue.json");
    }

    /** {@code series.json}: the correlated capacity of several conditions or times. */
    public Path series() {
        return root.resolve("series.json");
    }

    /** {@code layers.json}: the capacity of the classes at every layer. */
    public Path layers() {
        return root.resolve("layers.json");
    }

    /** {@code quality.json}: quality of the representation without labels. */
    public Path quality() {
        return root.resolve("quality.json");
    }

    /** {@code pairs.json}: evaluation of the encoders of paired data. */
    public Path pairs() {
        return root.resolve("pairs.json");
    }

    /** {@code picture-sample.json}: small pictures, neighbours and a map for the page. */
    public Path pictureSample() {
        return root.resolve("picture-sample.json");
    }

    /** {@code profile.json}: where the time of the steps went. */
    public Path profile() {
        return root.resolve("profile.json");
    }

    /** {@code report.html}: the page. */
    public Path report() {
        return root.resolve("report.html");
    }

    /** {@code tensorboard/training/}: TensorBoard's events of the steps. */
    public Path trainingEvents() {
        return root.resolve("tensorboard/training");
    }

    /** {@code tensorboard/evaluation/}: TensorBoard's events and projector files of the evaluation. */
    public Path evaluationEvents() {
        return root.resolve("tensorboard/evaluation");
    }

    /** {@code explore/}: features, maps and labels of the explorer. */
    public Path explore() {
        return root.resolve("explore");
    }

    /** {@code checkpoints/}: a folder for each checkpoint. */
    public Path checkpoints() {
        return root.resolve("checkpoints");
    }

    private Path lock() {
        return root.resolve("run.lock");
    }

    /**
     * Locks the run against a second trainer; creates its folder if it does not exist.
     *
     * @throws MmcrException if another trainer holds the lock
     */
    ExclusiveLock acquireLock() {
        try {
            Files.createDirectories(root);
            return ExclusiveLock.tryAcquire(lock())
                    .orElseThrow(() -> new MmcrException("expected no other trainer in " + root
                            + ", found one that is running; wait for it, stop it, or choose another folder"));
        } catch (IOException e) {
            throw unusable(root, e);
        }
    }

    /** The folder of the checkpoint after {@code step} steps. */
    public Path checkpoint(long step) {
        return checkpoints().resolve(String.format(Locale.ROOT, "step-%010d", step));
    }

    /** The complete checkpoint with the most steps. */
    public Optional<Path> latestCheckpoint() {
        List<Path> all = allCheckpoints();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    /**
     * Complete checkpoints, oldest first.
     *
     * @throws MmcrException when the folder cannot be read
     */
    public List<Path> allCheckpoints() {
        List<Path> found = new ArrayList<>();
        try {
            if (Files.isDirectory(checkpoints())) {
                for (Path path : AtomicFiles.list(checkpoints())) {
                    if (CHECKPOINT.matcher(String.valueOf(path.getFileName())).matches()) {
                        found.add(path);
                    }
                }
            }
            return found;
        } catch (IOException e) {
            throw unusable(checkpoints(), e);
        }
    }

    /**
     * Returns the totals of the run up to one of its checkpoints.
     *
     * @throws MmcrException when it cannot be read
     */
    public TrainingTotals totals(Path checkpoint) {
        return Checkpoint.open(checkpoint).position().totals();
    }

    /** Reads a JSON document of this run. */
    <T> T readJson(Path file, Class<T> type) {
        try {
            return Json.read(file, type);
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    /**
     * Writes a JSON document of this run atomically, for example {@link #evaluation()}.
     *
     * @throws MmcrException when it cannot be written
     */
    public void writeJson(Path file, Object document) {
        write(file, Json.document(document) + "\n");
    }

    /**
     * Writes a text file of this run atomically, for example {@link #config()}.
     *
     * @throws MmcrException when it cannot be written
     */
    public void write(Path file, String text) {
        try {
            AtomicFiles.writeText(file, text);
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    /**
     * Removes an outdated file or folder of this run.
     *
     * @throws MmcrException when it cannot be removed
     */
    public void delete(Path file) {
        try {
            AtomicFiles.deleteTree(file);
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    /** The last profile of a run with {@link Trainer#profiled}. */
    public StepProfile readProfile() {
        return readJson(profile(), StepProfile.class);
    }

    /** The configuration the run was started with. */
    public PretrainConfig readConfig() {
        return PretrainConfig.readWhole(config());
    }

    @Override
    public String toString() {
        return root.toString();
    }
}
