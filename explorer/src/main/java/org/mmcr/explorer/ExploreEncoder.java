package org.mmcr.explorer;

import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.analysis.export.ExportSource;
import org.mmcr.analysis.export.FileFingerprint;
import org.mmcr.analysis.export.OnnxExport;
import org.mmcr.analysis.onnx.OnnxClassifier;
import org.mmcr.analysis.onnx.OnnxEncoder;
import org.mmcr.data.PictureSource;
import org.mmcr.train.evaluate.EncoderFeatures;
import org.mmcr.train.evaluate.FeatureModel;
import org.mmcr.train.evaluate.LinearHead;
import org.mmcr.train.run.TrainedModel;
import org.mmcr.train.run.ViewEmbeddings;
import org.mmcr.train.run.ViewNetwork;
import org.mmcr.train.run.ViewOptions;

/**
 * The encoder of an explorer: that of a run, or one of a file.
 *
 * @param features computes the features of pictures
 * @param key identifies its weights, in the names of files
 * @param fingerprint identifies its features in the cache
 * @param run the run, whose views and projector the sphere shows; without one it shows features of usual views
 * @param texts its search by text
 */
public record ExploreEncoder(
        FeatureModel features, String key, String fingerprint, Optional<TrainedModel> run, TextSupport texts) {
    /** Returns the encoder of a run. */
    static ExploreEncoder of(TrainedModel run) {
        return new ExploreEncoder(
                run.features(), "step-" + run.step(), FileFingerprint.of(run), Optional.of(run), TextSupport.NONE);
    }

    /** Returns an encoder that was read from a file. */
    public static ExploreEncoder of(FeatureModel features, String fingerprint) {
        return new ExploreEncoder(features, fingerprint, fingerprint, Optional.empty(), TextSupport.NONE);
    }

    /** Returns a copy whose pictures can be found by text. */
    public ExploreEncoder withTexts(TextSupport other) {
        return new ExploreEncoder(features, key, fingerprint, run, other);
    }

    /** Returns embeddings of views of some pictures, float32 (N*K, D); the caller closes them. */
    Tensor views(PictureSource data, int[] pictures, int views, long seed, int threads) {
        return run.map(model -> new ViewEmbeddings(model, views, seed, threads))
                .orElseGet(() -> new ViewEmbeddings(
                        ViewNetwork.features(features, ViewOptions.recipesFor(features.view(), Optional.empty())),
                        views,
                        seed,
                        threads))
                .collect(data, pictures);
    }

    /** Writes the encoder with a classifier as an ONNX file that was compared with what is shown. */
    void writeClassifier(Path file, LinearHead head, PictureSource data) {
        if (features instanceof OnnxEncoder graph) {
            OnnxClassifier.write(file, graph, head);
        } else if (features instanceof EncoderFeatures network) {
            ExportSource source = ExportSource.of(network.encoder(), network.view());
            OnnxExport.write(file, source.withHead(head), Optional.of(data));
        } else {
            throw new IllegalStateException("an encoder of an unknown kind: " + features.getClass());
        }
    }
}
