package org.mmcr.train.run;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import java.nio.file.Files;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.Csv;
import org.mmcr.objective.information.AlignmentUniformity;

/**
 * The records of a run in its folder, except its checkpoints: configuration, provenance, skipped pictures, and the
 * logs of steps, epochs and measurements. Only rank 0 has one.
 */
final class RunLog implements AutoCloseable {
    private final RunDirectory run;
    private final TrainListener listener;
    private final JsonLinesLog steps;
    private final JsonLinesLog epochs;
    private final JsonLinesLog knn;
    private final JsonLinesLog quality;
    private final long firstStep;
    private RunReport report;

    private RunLog(RunDirectory run, TrainListener listener, RunReport report, long firstStep) {
        this.run = run;
        this.listener = listener;
        this.report = report;
        this.firstStep = firstStep;
        steps = JsonLinesLog.open(run.metrics(), firstStep);
        epochs = JsonLinesLog.open(run.epochs(), firstStep);
        knn = JsonLinesLog.open(run.monitor(), firstStep);
        quality = JsonLinesLog.open(run.qualityPoints(), firstStep);
    }

    /** Writes the configuration of a new run, the provenance and the skipped pictures, and opens the logs. */
    static RunLog open(TrainStart start, DataSource data, TrainListener listener, boolean resuming) {
        RunDirectory run = start.run();
        if (!resuming) {
            run.write(run.config(), start.config().toYaml());
        }
        List<String> starts = new ArrayList<>();
        if (resuming && Files.exists(run.provenance())) {
            starts.addAll(RunReport.read(run).starts());
        }
        starts.add(now());
        RunReport report = RunReport.of(start, data, starts);
        run.writeJson(run.provenance(), report);
        run.write(run.broken(), brokenCsv(data));
        return new RunLog(run, listener, report, start.firstStep());
    }

    /** Logs a step. */
    void step(StepMetrics metrics) {
        steps.add(metrics);
        listener.step(metrics);
    }

    /** Whether a resumed run has no measurement after the step at which it continues. */
    boolean lacksMeasurement() {
        return firstStep > 0 && Math.max(knn.lastKept(), quality.lastKept()) < firstStep;
    }

    /** Logs measurements. */
    void monitored(Monitors.Points points) {
        points.knn().ifPresent(point -> {
            knn.add(point);
            listener.knn(point);
        });
        points.quality().ifPresent(point -> {
            quality.add(point);
            listener.quality(point);
        });
    }

    /**
     * A line of {@code epochs.jsonl}: figures of the last batch of an epoch.
     *
     * @param step steps done
     * @param epoch zero-based
     * @param figures of the objective, by name
     * @param alignment mean squared distance of two views of a sample, 0..4
     * @param uniformity log of the mean of exp(-2 |x - y|^2) over samples, 0 when all coincide
     */
    record Epoch(
            long step, int epoch, @JsonAnyGetter Map<String, Double> figures, double alignment, double uniformity) {}

    /**
     * Logs the end of an epoch, unless the batch is too small or an embedding is zero, which has no direction.
     *
     * @param last the last step of the epoch
     * @param embeddings (N*K, D) raw embeddings of its last batch, over all processes
     */
    void epoch(StepMetrics last, Tensor embeddings, int views) {
        if (views < 2 || embeddings.size(1) < 2 || embeddings.size(0) < 2L * views) {
            return;
        }
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor rows = embeddings.detach();
            Tensor lengths =
                    torch.linalg_vector_norm(rows, new Scalar(2), new long[] {1}, true, new ScalarTypeOptional());
            if (lengths.gt(new Scalar(0)).all().item_bool()) {
                AlignmentUniformity geometry =
                        AlignmentUniformity.of(rows.div(lengths).view(-1, views, rows.size(1)));
                epochs.add(new Epoch(
                        last.step(), last.epoch(), last.figures(), geometry.alignment(), geometry.uniformity()));
            }
        }
    }

    /** Forces the logs to disk, before a checkpoint that relies on them. */
    void force() {
        steps.force();
        epochs.force();
        knn.force();
        quality.force();
    }

    /** Writes and reports where the time of the steps went. */
    void profile(StepProfile profile) {
        run.writeJson(run.profile(), profile);
        listener.profiled(profile);
    }

    /** Adds the totals to the provenance. */
    void end(TrainingTotals totals) {
        report = report.ended(now(), totals);
        run.writeJson(run.provenance(), report);
    }

    @Override
    public void close() {
        steps.close();
        epochs.close();
        knn.close();
        quality.close();
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String brokenCsv(DataSource data) {
        List<String> rows = data.broken().stream()
                .map(picture -> Csv.row(picture.name(), picture.reason().replaceAll("[\r\n]", " ")))
                .toList();
        return Csv.table("path,reason", rows);
    }
}
