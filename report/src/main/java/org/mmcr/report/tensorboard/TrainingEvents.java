package org.mmcr.report.tensorboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.mmcr.train.run.KnnPoint;
import org.mmcr.train.run.StepMetrics;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.TrainStart;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

/** Writes what a trainer tells as TensorBoard scalars, while it works. A resumed run goes on after its checkpoint's step. */
public final class TrainingEvents implements TrainListener, AutoCloseable {
    private static final String FILE = "training/events.out.tfevents.0.mmcr";

    private Optional<EventFile> file = Optional.empty();

    @Override
    public void started(TrainStart start) {
        try {
            close();
            file = Optional.of(EventFile.open(start.run().tensorBoard().resolve(FILE), start.firstStep()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void step(StepMetrics metrics) {
        add(
                metrics.step(),
                Summary.newBuilder()
                        .addValue(scalar("loss", metrics.loss()))
                        .addAllValue(metrics.figures().entrySet().stream()
                                .map(figure -> scalar(figure.getKey(), figure.getValue()))
                                .toList())
                        .addValue(scalar("learning_rate", metrics.learningRate()))
                        .addValue(scalar("speed/views_per_second", metrics.viewsPerSecond()))
                        .addValue(scalar("speed/data_wait", metrics.dataWait())));
    }

    @Override
    public void knn(KnnPoint point) {
        add(point.step(), Summary.newBuilder().addValue(scalar("knn_top1", point.top1())));
    }

    static Summary.Value scalar(String tag, double value) {
        return Summary.Value.newBuilder()
                .setTag(tag)
                .setSimpleValue((float) value)
                .build();
    }

    private void add(long step, Summary.Builder summary) {
        file.ifPresent(events -> {
            try {
                events.add(Event.newBuilder()
                        .setStep(step)
                        .setWallTime(EventFile.now())
                        .setSummary(summary)
                        .build());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public void close() {
        file.ifPresent(events -> {
            try {
                events.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        file = Optional.empty();
    }
}
