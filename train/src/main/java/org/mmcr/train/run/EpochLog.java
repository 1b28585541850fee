package org.mmcr.train.run;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.objective.information.AlignmentUniformity;

/** Writes what is cheap to know of the embeddings once an epoch. */
final class EpochLog implements AutoCloseable {
    private final MetricsLog log;
    private final long stepsPerEpoch;

    private EpochLog(MetricsLog log, long stepsPerEpoch) {
        this.log = log;
        this.stepsPerEpoch = stepsPerEpoch;
    }

    static EpochLog open(RunDirectory run, long steps, long stepsPerEpoch) {
        return new EpochLog(MetricsLog.open(run.epochs(), steps), stepsPerEpoch);
    }

    /**
     * Hears of every step, writes at the last one of an epoch.
     *
     * @param steps done, this one included
     * @param embeddings (N*K, D) of the step
     */
    void step(long steps, int epoch, Map<String, Double> figures, Tensor embeddings, int views) {
        if (steps % stepsPerEpoch != 0 || views < 2 || embeddings.size(1) < 2 || embeddings.size(0) < 2L * views) {
            return;
        }
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            Tensor rows = embeddings.detach();
            Tensor lengths =
                    torch.linalg_vector_norm(rows, new Scalar(2), new long[] {1}, true, new ScalarTypeOptional());
            // An embedding that is zero has no direction; the training goes on, the epoch has no line.
            if (lengths.gt(new Scalar(0)).all().item_bool()) {
                Tensor unit = rows.div(lengths).view(-1, views, rows.size(1));
                log.add(EpochMetrics.of(steps, epoch, figures, AlignmentUniformity.of(unit)));
            }
        }
    }

    @Override
    public void close() {
        log.close();
    }
}
