package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.Json;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.encoder.ModelState;

/**
 * A folder with a whole state of training: {@code state.json}, {@code config.yaml}, {@code model.safetensors},
 * {@code optimizer.safetensors}, {@code average.safetensors} if there is an average, and {@code objective.safetensors}
 * if the objective has a network of its own. It is written beside its
 * place, forced to disk and renamed, so a folder with its final name is complete, whenever the process was killed.
 *
 * @param position the contents of {@code state.json}
 */
record Checkpoint(Path folder, Position position) {
    private static final int FORMAT = 1;

    private static final String STATE = "state.json";
    private static final String CONFIG = "config.yaml";
    private static final String MODEL = "model.safetensors";
    private static final String OPTIMIZER = "optimizer.safetensors";
    private static final String AVERAGE = "average.safetensors";
    private static final String NETWORK = "objective.safetensors";

    /**
     * The position of a run in its budget and data. The order of the data and the views follow from seed and step,
     * because each draw is a function of (seed, epoch, sample, view).
     *
     * @param format version of the checkpoint's layout
     * @param mmcr version that wrote it
     * @param seed of the run
     * @param fingerprint of the data
     * @param dataLocation of the data, for messages
     * @param totals of the run so far
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Position(
            int format, String mmcr, long seed, String fingerprint, String dataLocation, TrainingTotals totals) {}

    /** Writes a checkpoint. */
    static void save(Path folder, TrainingState state, TrainingTotals totals) {
        Position position = new Position(
                FORMAT,
                Machine.mmcrVersion(),
                state.config().seed(),
                state.data().fingerprint(),
                state.data().location(),
                totals);
        Map<String, String> origin = Map.of("mmcr", position.mmcr(), "step", Long.toString(totals.steps()));
        try {
            AtomicFiles.writeFolder(folder, target -> {
                ModelState.write(target.resolve(MODEL), state.model().state(), origin);
                ModelState.write(target.resolve(OPTIMIZER), state.optimizer().state(), origin);
                if (state.average().isPresent()) {
                    EmbeddingModel average = state.average().get().model();
                    ModelState.write(target.resolve(AVERAGE), average.state(), origin);
                }
                if (state.network().isPresent()) {
                    ModelState.write(
                            target.resolve(NETWORK), state.network().get().state(), origin);
                }
                Files.writeString(target.resolve(CONFIG), state.config().toYaml());
                Files.writeString(target.resolve(STATE), Json.text(position) + "\n");
            });
        } catch (IOException e) {
            throw RunDirectory.unusable(folder, e);
        }
    }

    /**
     * Opens a checkpoint and reads its position.
     *
     * @throws MmcrException if a newer mmcr wrote the checkpoint, or its document is damaged
     */
    static Checkpoint open(Path folder) {
        Path file = folder.resolve(STATE);
        try {
            int format = Json.read(file, "format", Integer.class);
            if (format < 1 || format > FORMAT) {
                throw new MmcrException("expected a checkpoint of format " + FORMAT + " or older in " + folder
                        + ", found format " + format + " written by mmcr "
                        + Json.tree(file).path("mmcr").asText("of an unknown version") + "; use that version");
            }
            Position position = Json.read(file, Position.class);
            if (position.totals().steps() < 0) {
                throw new MmcrException("expected a number of steps from 0 in " + file + ", found "
                        + position.totals().steps()
                        + "; restore the file, or remove its folder to use the checkpoint before it");
            }
            return new Checkpoint(folder, position);
        } catch (IOException e) {
            throw RunDirectory.unusable(file, e);
        }
    }

    PretrainConfig config() {
        return PretrainConfig.readWhole(folder.resolve(CONFIG));
    }

    /**
     * Checks that the data are those of the run.
     *
     * @throws MmcrException if their fingerprint differs
     */
    void requireData(DataSource data) {
        if (!position.fingerprint().equals(data.fingerprint())) {
            throw new MmcrException("expected the data that the run was started with (" + position.dataLocation()
                    + ", fingerprint " + position.fingerprint() + "), found " + data.location() + " with fingerprint "
                    + data.fingerprint() + "; give the same data, or start a new run");
        }
    }

    /** Loads the tensors into a state of the same configuration. */
    void loadInto(TrainingState state) {
        loadModel(state.model(), false);
        state.average().ifPresent(average -> loadModel(average.model(), true));
        state.network().ifPresent(network -> load(NETWORK, network.state(), "objective"));
        Path file = folder.resolve(OPTIMIZER);
        try (PointerScope scope = new PointerScope();
                ModelState saved = ModelState.open(file)) {
            state.optimizer().loadState(saved.readAll());
        } catch (IOException e) {
            throw RunDirectory.unusable(file, e);
        }
    }

    /** Loads the trained weights, or their average, into a model. */
    void loadModel(EmbeddingModel model, boolean average) {
        load(average ? AVERAGE : MODEL, model.state(), "model");
    }

    private void load(String name, Map<String, Tensor> into, String what) {
        Path file = folder.resolve(name);
        try (ModelState saved = ModelState.open(file)) {
            saved.copyInto(into, what);
        } catch (IOException e) {
            throw RunDirectory.unusable(file, e);
        }
    }
}
