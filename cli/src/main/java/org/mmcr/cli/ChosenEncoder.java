package org.mmcr.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.mmcr.analysis.export.FileFingerprint;
import org.mmcr.analysis.onnx.OnnxEncoder;
import org.mmcr.data.DataOptions;
import org.mmcr.data.TableOptions;
import org.mmcr.train.encoder.ComputeDevice;
import org.mmcr.train.encoder.EncoderWeights;
import org.mmcr.train.evaluate.EncoderFeatures;
import org.mmcr.train.evaluate.FeatureModel;
import org.mmcr.train.run.PairedModel;
import org.mmcr.train.run.RunDirectory;
import org.mmcr.train.run.TrainedModel;

/**
 * The chosen encoder; closed after use.
 *
 * @param features of the encoder
 * @param run the encoder's run, when it was not read from a file
 * @param source where the weights were read
 * @param checkpoint fingerprint of the run's checkpoint, when it was not read from a file
 */
record ChosenEncoder(FeatureModel features, Optional<TrainedModel> run, String source, Optional<String> checkpoint)
        implements AutoCloseable {
    /** The encoder of a run. */
    static ChosenEncoder of(TrainedModel model) {
        return of(model, model.features());
    }

    private static ChosenEncoder of(TrainedModel model, FeatureModel features) {
        return new ChosenEncoder(
                features, Optional.of(model), model.checkpoint().toString(), Optional.of(FileFingerprint.of(model)));
    }

    /** The encoder in a file. */
    static ChosenEncoder ofFile(FeatureModel features, Path file) {
        return new ChosenEncoder(features, Optional.empty(), file.toString(), Optional.empty());
    }

    /** The encoder of the run in a folder, which becomes an input in the provenance of the documents. */
    static ChosenEncoder ofRun(Path folder, ComputeDevice where) {
        return TrainedModel.load(RunDirectory.open(folder), model -> of(model.on(where)))
                .readFrom(folder);
    }

    /** The same for the embeddings of one modality of a run on paired data; its name or its number from 0. */
    static ChosenEncoder ofModality(Path folder, String modality) {
        return PairedModel.load(RunDirectory.open(folder), pairs -> {
                    int index = pairs.index(modality);
                    return of(pairs.tower(index), pairs.embeddings(index));
                })
                .readFrom(folder);
    }

    private ChosenEncoder readFrom(Path folder) {
        Subcommand.opened(folder, weightsFingerprint());
        return this;
    }

    /** Returns the options for tables: those given, else those of the training. */
    DataOptions dataOptions(TableChoice table) {
        TableOptions trained = run.map(model -> model.config().data().table()).orElseGet(TableOptions::defaults);
        return DataOptions.defaults().withTable(table.over(trained));
    }

    /** Returns the features of a network whose layers are known; empty for an ONNX graph. */
    Optional<EncoderFeatures> network() {
        return features instanceof EncoderFeatures network ? Optional.of(network) : Optional.empty();
    }

    /** Returns the precision of the arithmetic, or what is computed of an ONNX graph. */
    String arithmetic() {
        return features instanceof OnnxEncoder graph
                ? graph.description()
                : features.precision().toString();
    }

    /** Returns a short text that other weights, another preparation or another kind of device do not have. */
    String fingerprint() {
        ComputeDevice device = features.device();
        return device.isCpu() ? weightsFingerprint() : weightsFingerprint() + "-" + device.kind();
    }

    /** Returns a short text that other weights or another preparation do not have; the same on every device. */
    String weightsFingerprint() {
        if (checkpoint.isPresent()) {
            return checkpoint.get();
        }
        return features instanceof OnnxEncoder graph
                ? graph.fingerprint()
                : FileFingerprint.of(
                        EncoderWeights.files(Path.of(source)),
                        List.of(
                                arithmetic(),
                                features.view().toString(),
                                network()
                                        .map(it -> it.encoder().spec().toString())
                                        .orElse("")));
    }

    @Override
    public void close() {
        if (features instanceof OnnxEncoder graph) {
            graph.close();
        }
    }
}
