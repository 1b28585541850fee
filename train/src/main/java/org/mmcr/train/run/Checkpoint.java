package org.mmcr.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.encoder.ModelState;
import org.mmcr.train.optim.Optimizer;

/**
 * A folder that holds a whole state of training: {@code state.json}, {@code config.yaml}, {@code model.safetensors},
 * {@code optimizer.safetensors} and, if there is an average, {@code average.safetensors}. It is filled beside its place,
 * forced to disk and renamed, so a folder with its final name is complete, whenever the process was killed.
 */
final class Checkpoint {
    private static final String STATE = "state.json";
    private static final String CONFIG = "config.yaml";
    private static final String MODEL = "model.safetensors";
    private static final String OPTIMIZER = "optimizer.safetensors";
    private static final String AVERAGE = "average.safetensors";

    private Checkpoint() {}

    static void save(
            Path folder,
            CheckpointState state,
            PretrainConfig config,
            EmbeddingModel model,
            Optimizer optimizer,
            Optional<EmbeddingModel> average) {
        Map<String, String> origin = Map.of("mmcr", state.mmcr(), "step", Long.toString(state.step()));
        try {
            AtomicFiles.writeFolder(folder, beside -> {
                ModelState.write(beside.resolve(MODEL), model.state(), origin);
                ModelState.write(beside.resolve(OPTIMIZER), optimizer.state(), origin);
                if (average.isPresent()) {
                    ModelState.write(beside.resolve(AVERAGE), average.get().state(), origin);
                }
                Files.writeString(beside.resolve(CONFIG), config.toYaml());
                Files.writeString(
                        beside.resolve(STATE),
                        RunJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(state) + "\n");
            });
        } catch (IOException e) {
            throw RunDirectory.unusable(folder, e);
        }
    }

    /**
     * Where the run stood.
     *
     * @throws MmcrException if a newer mmcr wrote the checkpoint
     */
    static CheckpointState readState(Path folder) {
        Path file = folder.resolve(STATE);
        try {
            JsonNode tree = RunJson.MAPPER.readTree(Files.readString(file));
            int format = tree.path("format").asInt();
            if (format < 1 || format > CheckpointState.FORMAT) {
                throw new MmcrException("expected a checkpoint of format " + CheckpointState.FORMAT + " or older in "
                        + folder + ", found format " + format + " written by mmcr "
                        + tree.path("mmcr").asText("unknown")
                        + "; use that version");
            }
            return RunJson.MAPPER.treeToValue(tree, CheckpointState.class);
        } catch (IOException e) {
            throw RunDirectory.unusable(file, e);
        }
    }

    static PretrainConfig readConfig(Path folder) {
        return PretrainConfig.read(folder.resolve(CONFIG));
    }

    /** Fills a state of training of the same configuration. */
    static void load(Path folder, EmbeddingModel model, Optimizer optimizer, Optional<EmbeddingModel> average) {
        loadModel(folder, model, false);
        average.ifPresent(twin -> loadModel(folder, twin, true));
        Path file = folder.resolve(OPTIMIZER);
        try (PointerScope scope = new PointerScope();
                ModelState saved = ModelState.open(file)) {
            Map<String, Tensor> tensors = saved.readAll();
            optimizer.loadState(tensors);
        } catch (IOException e) {
            throw RunDirectory.unusable(file, e);
        }
    }

    /** Fills a model with the trained weights or with their average. */
    static void loadModel(Path folder, EmbeddingModel model, boolean average) {
        Path file = folder.resolve(average ? AVERAGE : MODEL);
        try (ModelState saved = ModelState.open(file)) {
            saved.copyInto(model.state(), "model");
        } catch (IOException e) {
            throw RunDirectory.unusable(file, e);
        }
    }
}
