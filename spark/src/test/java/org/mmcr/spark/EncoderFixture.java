package org.mmcr.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.mmcr.analysis.export.ExportSource;
import org.mmcr.analysis.export.SafetensorsExport;
import org.mmcr.data.DataOptions;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.views.Interpolation;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.train.encoder.Encoder;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.encoder.ResNetSpec;
import org.mmcr.train.evaluate.EncoderFeatures;
import org.mmcr.train.evaluate.FeatureExtractor;

/**
 * A folder of noise pictures in two classes, a weights file, and the features that {@code mmcr embed} computes.
 *
 * @param expected features by name
 */
record EncoderFixture(Path pictures, Path encoder, Map<String, float[]> expected) {
    static final int COUNT = 24;

    static EncoderFixture in(Path folder) throws IOException {
        Path pictures = folder.resolve("pictures");
        Random random = new Random(2);
        for (int i = 0; i < COUNT; i++) {
            Path file = pictures.resolve((i % 2 == 0 ? "cat" : "dog") + "/" + i + ".png");
            Files.createDirectories(file.getParent());
            BufferedImage image = new BufferedImage(20 + i % 5, 24, BufferedImage.TYPE_INT_RGB);
            for (int p = 0; p < image.getWidth() * image.getHeight(); p++) {
                image.setRGB(p % image.getWidth(), p / image.getWidth(), random.nextInt(1 << 24));
            }
            ImageIO.write(image, "png", file.toFile());
        }
        Encoder encoder = ResNetSpec.cifar(ResNetSpec.Depth.RESNET18).build(1);
        PictureEvaluationView view = new PictureEvaluationView(
                16, 16, Interpolation.BILINEAR, List.of(0.5, 0.4, 0.5), List.of(0.2, 0.3, 0.2));
        Path file = folder.resolve("encoder.safetensors");
        SafetensorsExport.write(file, ExportSource.of(encoder, view));
        Map<String, float[]> expected = new HashMap<>();
        try (DataSource source = DataSources.open(pictures.toString(), DataOptions.defaults())) {
            encoder.eval();
            new FeatureExtractor(new EncoderFeatures(encoder, view, Precision.FP32), 10, 1)
                    .stream(
                            source,
                            (first, block) -> {
                                int width = Math.toIntExact(block.size(1));
                                float[] values = new float[Math.toIntExact(block.numel())];
                                block.data_ptr_float().get(values);
                                for (int i = 0; i < block.size(0); i++) {
                                    expected.put(
                                            source.name(first + i),
                                            java.util.Arrays.copyOfRange(values, i * width, (i + 1) * width));
                                }
                            },
                            done -> {});
        }
        return new EncoderFixture(pictures, file, expected);
    }

    List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(pictures)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    String name(Path file) {
        return pictures.relativize(file).toString().replace('\\', '/');
    }

    /** Asserts that each picture has one row with its features to 1e-5. */
    void assertEqual(List<Row> rows, UnaryOperator<String> name) {
        Map<String, float[]> found = new HashMap<>();
        for (Row row : rows) {
            List<Float> values = row.getList(2);
            float[] features = new float[values.size()];
            for (int i = 0; i < features.length; i++) {
                features[i] = values.get(i);
            }
            assertThat(found.put(name.apply(row.getString(0)), features))
                    .as("a second row")
                    .isNull();
        }
        assertThat(found).containsOnlyKeys(expected.keySet());
        found.forEach((picture, features) ->
                assertThat(features).usingComparatorWithPrecision(1e-5f).containsExactly(expected.get(picture)));
    }
}
