package org.mmcr.report.tensorboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.mmcr.train.run.KnnPoint;
import org.mmcr.train.run.ObjectiveDescription.Figure;
import org.mmcr.train.run.QualityPoint;
import org.mmcr.train.run.StepMetrics;
import org.mmcr.train.run.TrainListener;
import org.mmcr.train.run.TrainStart;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;
import org.tensorflow.proto.SummaryMetadata;

/**
 * Writes the metrics of a run as TensorBoard scalars while it trains. A resumed run continues after its checkpoint's
 * step.
 */
public final class TrainingEvents implements TrainListener, AutoCloseable {
    private static final String FILE = "events.out.tfevents.0.mmcr";

    private Optional<EventFile> file = Optional.empty();
    private List<Figure> figures = List.of();

    @Override
    public void started(TrainStart start) {
        try {
            close();
            figures = start.objective().figures();
            file = Optional.of(EventFile.open(start.run().trainingEvents().resolve(FILE), start.firstStep()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void step(StepMetrics metrics) {
        Summary.Builder summary = Summary.newBuilder().addValue(scalar("loss", metrics.loss()));
        for (Figure figure : figures) {
            Optional.ofNullable(metrics.figures().get(figure.name()))
                    .ifPresent(value -> summary.addValue(scalar(figure, value)));
        }
        add(
                metrics.step(),
                summary.addValue(scalar("learning_rate", metrics.learningRate()))
                        .addValue(scalar("speed/views_per_second", metrics.viewsPerSecond()))
                        .addValue(scalar("speed/data_wait", metrics.dataWait())));
    }

    @Override
    public void knn(KnnPoint point) {
        add(point.step(), Summary.newBuilder().addValue(scalar("knn_top1", point.top1())));
    }

    @Override
    public void quality(QualityPoint point) {
        Summary.Builder summary = Summary.newBuilder();
        point.measures().forEach((name, value) -> summary.addValue(scalar("quality/" + name, value)));
        add(point.step(), summary);
    }

    static Summary.Value scalar(String tag, double value) {
        return Summary.Value.newBuilder()
                .setTag(tag)
                .setSimpleValue((float) value)
                .build();
    }

    /** A scalar with the title and description that TensorBoard shows. */
    private static Summary.Value scalar(Figure figure, double value) {
        return scalar(figure.name(), value).toBuilder()
                .setMetadata(SummaryMetadata.newBuilder()
                        .setDisplayName(figure.title())
                        .setSummaryDescription(figure.description()))
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
