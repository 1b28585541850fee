package org.mmcr.train.run;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.mmcr.data.ColumnStatistics;
import org.mmcr.data.Modality;
import org.mmcr.data.views.VectorEvaluationView;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.encoder.TowersSpec;
import org.mmcr.train.evaluate.FeatureModel;
import org.mmcr.train.evaluate.ProjectedFeatures;

/**
 * The networks of a run on paired data, one for each modality, in evaluation mode.
 *
 * @param model networks of all modalities
 * @param config the resolved configuration of the run
 * @param step number of optimiser steps of the weights
 * @param checkpoint folder of the checkpoint
 */
@API(status = API.Status.STABLE)
public record PairedModel(EmbeddingModel model, PretrainConfig config, long step, Path checkpoint) {
    /** Returns whether a run is on paired data. */
    public static boolean isPaired(RunDirectory run) {
        return run.readConfig().model().encoder() instanceof TowersSpec;
    }

    /**
     * Checks that no run is on paired data, for work that needs one encoder.
     *
     * @throws MmcrException if one is
     */
    public static void refuse(List<RunDirectory> runs) {
        runs.stream().filter(PairedModel::isPaired).findFirst().ifPresent(run -> {
            throw refused(run.root());
        });
    }

    static MmcrException refused(Path place) {
        return new MmcrException("expected a run of one encoder, found one on paired data in " + place
                + "; use evaluate RUN, or embed or export with --modality, and go on with what they write");
    }

    /**
     * Reads the newest checkpoint of a run.
     *
     * @throws MmcrException if the run has none yet, or is not on paired data
     */
    public static PairedModel load(RunDirectory run) {
        if (!isPaired(run)) {
            throw new MmcrException("expected a run on paired data, found one of a single encoder in " + run
                    + "; leave --modality out");
        }
        return load(run, Function.identity());
    }

    /** Reads the newest checkpoint, and what {@code use} reads of it before a trainer deletes it. */
    public static <T> T load(RunDirectory run, Function<PairedModel, T> use) {
        return TrainedModel.load(run, run::latestCheckpoint, folder -> use.apply(ofCheckpoint(folder)));
    }

    private static PairedModel ofCheckpoint(Path folder) {
        TrainedModel.Loaded loaded = TrainedModel.Loaded.of(folder);
        return new PairedModel(loaded.model(), loaded.config(), loaded.step(), folder);
    }

    /** Returns the modalities in order. */
    public List<Modality> modalities() {
        return spec().modalities();
    }

    private TowersSpec spec() {
        return (TowersSpec) config.model().encoder();
    }

    /**
     * Returns the index of a modality.
     *
     * @param nameOrIndex its name, or its number from 0
     * @throws MmcrException if there is none
     */
    public int index(String nameOrIndex) {
        List<String> names = modalities().stream().map(Modality::name).toList();
        int byName = names.indexOf(nameOrIndex);
        return byName >= 0
                ? byName
                : IntStream.range(0, names.size())
                        .filter(m -> Integer.toString(m).equals(nameOrIndex))
                        .findFirst()
                        .orElseThrow(() -> new MmcrException("expected a modality out of " + String.join(", ", names)
                                + ", or its number from 0, found '" + nameOrIndex + "'; name one of them"));
    }

    /** Returns the network of a modality as the model of a table, a copy: encoder, projector and preparation. */
    public TrainedModel tower(int modality) {
        EmbeddingModel tower = model.tower(modality);
        tower.train(false);
        int columns = modalities().get(modality).columns();
        ColumnStatistics statistics = config.view().columns().range(spec().first(modality), columns);
        PretrainConfig single = config.withView(config.view().withColumns(statistics))
                .withModel(config.model().withEncoder(spec().tower(modality)));
        return new TrainedModel(tower, single, new VectorEvaluationView(statistics), step, checkpoint);
    }

    /** Returns the embeddings of a modality, in the space that all modalities share. */
    public FeatureModel embeddings(int modality) {
        TrainedModel tower = tower(modality);
        return new ProjectedFeatures(tower.model(), tower.view(), config.precision());
    }
}
