package org.mmcr.train.finetune;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.mmcr.data.io.Json;
import org.mmcr.train.run.TrainListener;

/** Keeps the validation accuracies of a training beside its checkpoints, for a training that continues. */
final class ValidationFile implements TrainListener {
    private final Path file;
    private final Map<Integer, Double> live;

    ValidationFile(Path file, Map<Integer, Double> live) {
        this.file = file;
        this.live = live;
    }

    /** One accuracy. */
    private record Point(int epoch, double top1) {}

    private record Points(List<Point> points) {}

    /** Reads the accuracies of a training that was stopped; those after its checkpoint are measured again. */
    void read() {
        try {
            if (Files.exists(file)) {
                Json.read(file, Points.class).points().forEach(point -> live.put(point.epoch(), point.top1()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void checkpoint(Path folder) {
        try {
            Json.write(
                    file,
                    new Points(live.entrySet().stream()
                            .map(entry -> new Point(entry.getKey(), entry.getValue()))
                            .toList()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
