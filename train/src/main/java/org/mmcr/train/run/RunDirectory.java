package org.mmcr.train.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Json;

/**
 * The folder of one run, and the only place that names what is in it:
 *
 * <pre>
 * config.yaml       the resolved configuration
 * run.json          machine, versions, data, start, end, totals
 * metrics.jsonl     one line per step
 * epochs.jsonl      one line per epoch: alignment, uniformity
 * monitor.jsonl     one line per nearest-neighbour measurement
 * broken.csv        pictures that could not be read
 * checkpoints/step-0000001234/   the newest few, the last one being the result
 * evaluation.json   what {@code mmcr evaluate} found
 * probe.safetensors the linear probe that {@code mmcr evaluate} fitted, for {@code mmcr export --with-probe}
 * analysis.json     the theory's figures for this run's embeddings, by {@code mmcr evaluate}
 * capacity.json     the capacity of the test pictures' classes, by {@code mmcr evaluate}
 * picture-sample.json  small pictures for the page, by {@code mmcr evaluate}
 * report.html       the page that shows all of it
 * tensorboard/      the same for TensorBoard
 * layers.json, .png, .svg   the capacity of the classes at every layer, by {@code mmcr capacity}
 * run.lock          held while a trainer is at work
 * </pre>
 *
 * Every file but the three growing ones is written beside its place and moved into it.
 */
@API(status = API.Status.STABLE)
public final class RunDirectory {
    private static final String CHECKPOINT_PREFIX = "step-";

    private final Path root;

    private RunDirectory(Path root) {
        this.root = root;
    }

    /**
     * A folder for a new run; it may exist if it is empty. It is made when there is something to write in it.
     *
     * @throws MmcrException if it holds something already
     */
    public static RunDirectory create(Path root) {
        RunDirectory run = new RunDirectory(root);
        try {
            for (Path found : Files.exists(root) ? AtomicFiles.list(root) : List.<Path>of()) {
                if (!found.equals(run.checkpoints()) && !found.equals(run.lock())) {
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

    /** The folder of a run that another process writes; nothing is made or looked at. */
    public static RunDirectory ofAnother(Path root) {
        return new RunDirectory(root);
    }

    /**
     * The folder of a run that was started before.
     *
     * @throws MmcrException if there is no run in it
     */
    public static RunDirectory open(Path root) {
        RunDirectory run = new RunDirectory(root);
        if (!Files.isRegularFile(run.config())) {
            throw new MmcrException("expected a run's folder with config.yaml, found "
                    + (Files.exists(root) ? "none in " + root : "no folder " + root)
                    + "; give the folder that 'mmcr pretrain' wrote");
        }
        return run;
    }

    MmcrException occupied(Path found) {
        boolean isRun = Files.isRegularFile(config());
        return new MmcrException("expected an empty or new folder for the run, found "
                + (isRun ? "another run" : found.getFileName()) + " in " + root + "; "
                + (isRun ? "continue it with --resume " + root + ", or " : "") + "choose another folder");
    }

    static MmcrException unusable(Path path, IOException e) {
        return new MmcrException(
                "expected to read and write " + path + ", found " + e
                        + "; check the path, its permissions and the space" + " left",
                e);
    }

    /** The folder. */
    public Path root() {
        return root;
    }

    /** {@code config.yaml}: everything that was configured. */
    public Path config() {
        return root.resolve("config.yaml");
    }

    /** {@code run.json}: program, data, machine and outcome. */
    public Path provenance() {
        return root.resolve("run.json");
    }

    /** {@code metrics.jsonl}: one line a step. */
    public Path metrics() {
        return root.resolve("metrics.jsonl");
    }

    /** {@code epochs.jsonl}: one line a pass over the data. */
    public Path epochs() {
        return root.resolve("epochs.jsonl");
    }

    /** {@code monitor.jsonl}: one line a nearest-neighbour measurement. */
    public Path monitor() {
        return root.resolve("monitor.jsonl");
    }

    /** {@code broken.csv}: pictures that could not be read. */
    public Path broken() {
        return root.resolve("broken.csv");
    }

    /** {@code evaluation.json}: what {@code mmcr evaluate} found. */
    public Path evaluation() {
        return root.resolve("evaluation.json");
    }

    /** {@code analysis.json}: the theory's figures for the embeddings. */
    public Path analysis() {
        return root.resolve("analysis.json");
    }

    /** {@code probe.safetensors}: the linear probe that was fitted last. */
    public Path probe() {
        return root.resolve("probe.safetensors");
    }

    /** {@code capacity.json}: the capacity of the test pictures' classes. */
    public Path capacity() {
        return root.resolve("capacity.json");
    }

    /** {@code layers.json}: the capacity of the classes at every layer. */
    public Path layers() {
        return root.resolve("layers.json");
    }

    /** {@code picture-sample.json}: small pictures for the page. */
    public Path pictureSample() {
        return root.resolve("picture-sample.json");
    }

    /** {@code report.html}: the page. */
    public Path report() {
        return root.resolve("report.html");
    }

    /** A folder; TensorBoard finds it below the run's. */
    public Path tensorBoard() {
        return root.resolve("tensorboard");
    }

    /** {@code checkpoints/}: a folder each. */
    public Path checkpoints() {
        return root.resolve("checkpoints");
    }

    Path lock() {
        return root.resolve("run.lock");
    }

    /** Where the checkpoint after {@code step} finished steps is or will be. */
    public Path checkpoint(long step) {
        return checkpoints().resolve(String.format("%s%010d", CHECKPOINT_PREFIX, step));
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
                    if (String.valueOf(path.getFileName()).startsWith(CHECKPOINT_PREFIX)) {
                        found.add(path);
                    }
                }
            }
            return found;
        } catch (IOException e) {
            throw unusable(checkpoints(), e);
        }
    }

    /** Reads a JSON document of this run. */
    <T> T readJson(Path file, Class<T> type) {
        try {
            return Json.parse(Files.readString(file), type);
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    /** Writes a JSON document of this run atomically. */
    void writeJson(Path file, Object document) {
        write(file, Json.text(document) + "\n");
    }

    /**
     * Writes a text file of this run atomically, for example {@link #evaluation()}.
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
     * Removes a file or folder of this run that says what is no longer so.
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

    /** The configuration the run was started with. */
    public PretrainConfig readConfig() {
        return PretrainConfig.read(config());
    }

    @Override
    public String toString() {
        return root.toString();
    }
}
