package org.mmcr.analysis.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.mmcr.core.JitteredSample;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.io.FileFailure;
import org.mmcr.train.evaluate.EvaluationOptions;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureModel;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.ProgressListener;
import org.mmcr.train.evaluate.Whitening;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;

/** The whitening statistics in a run's folder, with the fingerprint of the checkpoint that they belong to. */
public final class SavedWhitening {
    /** Samples of the statistics, spread over the data, at most. */
    public static final int SAMPLES = 4096;

    private static final String ENCODER = "encoder";
    private static final String DATA = "data_fingerprint";

    private SavedWhitening() {}

    /**
     * Takes statistics of a model's features of at most {@value #SAMPLES} samples, without labels; the caller closes
     * them.
     *
     * @throws MmcrException if the data is empty or a feature is not finite
     */
    public static Whitening take(FeatureModel model, DataSource data, int threads, ProgressListener progress) {
        int[] samples = JitteredSample.of(data.size(), SAMPLES);
        FeatureExtractor extractor =
                new FeatureExtractor(model, EvaluationOptions.defaults().batch(), threads);
        try (FeatureSet features = extractor.extract(DataSources.subset(data, samples), progress)) {
            return Whitening.of(features.features());
        }
    }

    /**
     * Takes the statistics of a run's newest checkpoint and writes them into its folder, unless they are there.
     *
     * @param data the training data
     */
    public static void keep(RunDirectory run, DataSource data, int threads, ProgressListener progress) {
        TrainedModel model = TrainedModel.load(run);
        String encoder = FileFingerprint.of(model);
        if (isOf(run.whitening(), encoder)) {
            return;
        }
        try (Whitening whitening = take(model.features(), data, threads, progress)) {
            whitening.write(run.whitening(), Map.of(ENCODER, encoder, DATA, data.fingerprint()));
        } catch (IOException e) {
            throw FileFailure.exception("to write " + run.whitening(), e, "check the folder and the space left");
        }
    }

    /** Returns whether a sound file belongs to an encoder. */
    private static boolean isOf(Path file, String encoder) {
        try (Whitening known = Whitening.read(file)) {
            return encoder.equals(Whitening.facts(file).get(ENCODER));
        } catch (IOException | MmcrException e) {
            return false; // missing or damaged: taken anew
        }
    }

    /**
     * Returns the statistics in the run's folder if they belong to this checkpoint; the caller closes them.
     *
     * @throws MmcrException if the file is damaged
     */
    public static Optional<Whitening> of(TrainedModel model) {
        Path file = RunDirectory.ofCheckpoint(model.checkpoint()).whitening();
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            boolean ours =
                    FileFingerprint.of(model).equals(Whitening.facts(file).get(ENCODER));
            return ours ? Optional.of(Whitening.read(file)) : Optional.empty();
        } catch (IOException e) {
            throw FileFailure.exception("to read " + file, e, "check its permissions");
        }
    }
}
