package org.mmcr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.analysis.export.ExportSource;
import org.mmcr.analysis.export.OnnxExport;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.SyntheticPictures;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.data.views.PictureViewRecipe;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.encoder.SmallConvNetSpec;
import org.mmcr.train.evaluate.EncoderFeatures;
import org.mmcr.train.evaluate.FeatureExtractor;
import org.mmcr.train.evaluate.FeatureSet;
import org.mmcr.train.evaluate.ProgressListener;

class SimilarPicturesTest {
    private static final int ASKED = 7;

    @TempDir
    private Path folder;

    @Test
    void nearest_aPictureOfTheFolder_isItselfThenTheNearestByOurOwnFeatures() throws Exception {
        Path pictures = folder.resolve("pictures");
        SyntheticPictures.write(pictures, 3, 1);
        Files.writeString(pictures.resolve("notes.txt"), "not a picture");
        Encoder encoder = SmallConvNetSpec.standard().build(1); // random weights distinguish pictures too
        encoder.eval();
        EvaluationView view = PictureEvaluationView.of(PictureViewRecipe.cifar());
        Path model = folder.resolve("encoder.onnx");

        try (DataSource source = DataSources.open(pictures.toString(), DataOptions.defaults())) {
            OnnxExport.write(model, ExportSource.of(encoder, view), Optional.of(source));
            try (OnnxEncoder exported = new OnnxEncoder(model)) {
                List<SimilarPictures.Match> matches =
                        SimilarPictures.nearest(exported, pictures, pictures.resolve(source.name(ASKED)), 4);
                assertThat(matches).hasSize(4);
                assertNearest(matches, source, new EncoderFeatures(encoder, view, Precision.FP32));
            }
        }
    }

    private static void assertNearest(List<SimilarPictures.Match> matches, DataSource source, EncoderFeatures model) {
        try (FeatureSet features = new FeatureExtractor(model, 16, 2).extract(source, ProgressListener.NONE)) {
            double[] cosines = cosines(features.features());
            int[] expected = IntStream.range(0, cosines.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> -cosines[i]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            assertThat(matches.get(0).path()).isEqualTo(source.name(ASKED));
            for (int i = 0; i < matches.size(); i++) {
                assertThat(matches.get(i).path()).isEqualTo(source.name(expected[i]));
                assertThat(matches.get(i).similarity()).isCloseTo(cosines[expected[i]], within(1e-4));
            }
        }
    }

    private static double[] cosines(Tensor features) {
        Tensor products = torch.cosine_similarity(features, features.narrow(0, ASKED, 1));
        float[] values = new float[Math.toIntExact(products.numel())];
        new FloatPointer(products.data_ptr()).get(values);
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }
}
