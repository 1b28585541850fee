package org.mmcr.train.finetune;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mmcr.data.io.Json;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.TrainStart;

/** The validation accuracies of a training, in a file beside its checkpoints for a training that continues. */
final class ValidationFile implements TrainListener {
    private final Path file;
    private final Map<Integer, Double> accuracies = new TreeMap<>();

    ValidationFile(Path file) {
        this.file = file;
    }

    /** One accuracy. */
    private record Point(int epoch, double top1) {}

    private record Points(List<Point> points) {}

    /** Reads the accuracies of a training that was stopped; those after its checkpoint are measured again. */
    @Override
    public void started(TrainStart start) {
        long epochs = start.firstStep() / start.stepsPerEpoch();
        try {
            if (Files.exists(file)) {
                Json.read(file, Points.class).points().stream()
                        .filter(point -> point.epoch() <= epochs)
                        .forEach(point -> accuracies.put(point.epoch(), point.top1()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds an accuracy and writes the file, before the checkpoint of the same step, so that a kill loses none. */
    void add(int epoch, double top1) {
        accuracies.put(epoch, top1);
        try {
            Json.write(
                    file,
                    new Points(accuracies.entrySet().stream()
                            .map(entry -> new Point(entry.getKey(), entry.getValue()))
                            .toList()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Accuracies by epoch, ascending. */
    Map<Integer, Double> accuracies() {
        return accuracies;
    }
}
