package org.mmcr.report.tensorboard;

import com.google.protobuf.ByteString;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.AtomicFiles;
import org.mmcr.data.io.FileFailure;
import org.mmcr.report.page.PictureSample;
import org.mmcr.report.page.SpriteSheet;
import org.mmcr.train.evaluate.Evaluation;
import org.mmcr.train.evaluate.ProtocolResult;
import org.mmcr.train.run.RunDirectory;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

/** Writes an evaluation for TensorBoard: accuracies, pictures with their views, and the embedding projector's files. */
public final class EvaluationEvents {
    private static final String EVENTS = "events.out.tfevents.0.mmcr";
    /** Without the extension of a picture, because a run may lie in the folder of its data. */
    private static final String SPRITE = "sprite";

    private EvaluationEvents() {}

    /** Writes the accuracies; removes the events of an earlier evaluation. */
    public static void write(RunDirectory run, Evaluation evaluation, long step) {
        Path folder = run.evaluationEvents();
        try {
            run.delete(folder);
            Summary.Builder summary = Summary.newBuilder();
            for (Evaluation.Subject subject : evaluation.subjects()) {
                for (ProtocolResult result : subject.protocols()) {
                    summary.addValue(TrainingEvents.scalar(
                            result.name() + "_top1/" + subject.name(),
                            result.score().top1()));
                }
            }
            append(folder, step, summary);
        } catch (IOException e) {
            throw failed(folder, e);
        }
    }

    /**
     * Adds the pictures, if any, and the projector's files.
     *
     * @param features (N, F) float32, a row for each sample of the map
     */
    public static void addPictures(RunDirectory run, PictureSample sample, Tensor features, long step) {
        Path folder = run.evaluationEvents();
        try {
            Summary.Builder pictures = Summary.newBuilder();
            if (sample.views().isPresent()) {
                pictures.addValue(
                        image("pictures and their views", sample.views().get().sheet()));
            }
            if (sample.neighbours().sheet().isPresent()) {
                pictures.addValue(image(
                        "test pictures and the nearest training pictures",
                        sample.neighbours().sheet().get()));
            }
            if (pictures.getValueCount() > 0) {
                append(folder, step, pictures);
            }
            writeProjector(folder, sample.map(), features);
        } catch (IOException e) {
            throw failed(folder, e);
        }
    }

    private static Summary.Value image(String tag, SpriteSheet sheet) throws IOException {
        byte[] content = jpeg(sheet);
        BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(content));
        return Summary.Value.newBuilder()
                .setTag(tag)
                .setImage(Summary.Image.newBuilder()
                        .setWidth(decoded.getWidth())
                        .setHeight(decoded.getHeight())
                        .setColorspace(3)
                        .setEncodedImageString(ByteString.copyFrom(content)))
                .build();
    }

    private static byte[] jpeg(SpriteSheet sheet) {
        return Base64.getDecoder().decode(sheet.image().substring(sheet.image().indexOf(',') + 1));
    }

    private static void append(Path folder, long step, Summary.Builder summary) throws IOException {
        try (EventFile events = EventFile.open(folder.resolve(EVENTS), Long.MAX_VALUE)) {
            events.add(Event.newBuilder()
                    .setStep(step)
                    .setWallTime(EventFile.now())
                    .setSummary(summary)
                    .build());
        }
    }

    /** Writes vectors, names, classes and the sprite sheet; the configuration last, because it names the others. */
    private static void writeProjector(Path folder, PictureSample.Places map, Tensor features) throws IOException {
        AtomicFiles.writeText(folder.resolve("features.tsv"), vectors(features));
        StringBuilder metadata = new StringBuilder("class\tname\n");
        for (int i = 0; i < map.names().size(); i++) {
            int label = map.labels().get(i);
            metadata.append(label < 0 ? "" : oneLine(map.classes().get(label)))
                    .append('\t')
                    .append(oneLine(map.names().get(i)))
                    .append('\n');
        }
        AtomicFiles.writeText(folder.resolve("metadata.tsv"), metadata.toString());
        List<String> configuration = new ArrayList<>(List.of(
                "embeddings {",
                "  tensor_name: \"features of test data\"",
                "  tensor_path: \"features.tsv\"",
                "  metadata_path: \"metadata.tsv\""));
        if (map.sheet().isPresent()) {
            SpriteSheet sheet = map.sheet().get();
            AtomicFiles.write(folder.resolve(SPRITE), beside -> Files.write(beside, jpeg(sheet)));
            configuration.addAll(List.of(
                    "  sprite {",
                    "    image_path: \"" + SPRITE + "\"",
                    "    single_image_dim: " + sheet.side(),
                    "    single_image_dim: " + sheet.side(),
                    "  }"));
        }
        configuration.addAll(List.of("}", ""));
        AtomicFiles.writeText(folder.resolve("projector_config.pbtxt"), String.join("\n", configuration));
    }

    private static String vectors(Tensor features) {
        float[] values = new float[Math.toIntExact(features.numel())];
        features.data_ptr_float().get(values);
        int width = Math.toIntExact(features.size(1));
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            text.append(String.format(Locale.ROOT, "%.4g", values[i])).append((i + 1) % width == 0 ? '\n' : '\t');
        }
        return text.toString();
    }

    private static String oneLine(String name) {
        return name.replaceAll("[\\t\\r\\n]", " ");
    }

    private static MmcrException failed(Path folder, IOException e) {
        return FileFailure.exception("to write " + folder, e, "check the folder and the space left");
    }
}
