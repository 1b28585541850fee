package org.mmcr.train.run;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.Objective;
import org.mmcr.objective.ObjectiveFigure;
import org.mmcr.objective.ObjectiveFigure.Better;

/**
 * Mean cross-entropy of class scores (N*K, C) with the labels of a step's samples:
 * {@code -(1 - s) log p[label] - s mean_c log p[c]} with label smoothing s. The samples follow from the step.
 */
final class CrossEntropy implements Objective {
    private final LongFunction<int[]> labels;
    private final double smoothing;
    private final long step;

    private CrossEntropy(LongFunction<int[]> labels, double smoothing, long step) {
        this.labels = labels;
        this.smoothing = smoothing;
        this.step = step;
    }

    /**
     * Creates the objective.
     *
     * @param labels class of each of the N samples of a zero-based step, 0..C-1
     */
    static CrossEntropy of(CrossEntropySpec spec, LongFunction<int[]> labels) {
        return new CrossEntropy(labels, spec.labelSmoothing(), 0);
    }

    @Override
    public String name() {
        return "cross-entropy";
    }

    @Override
    public List<ObjectiveFigure> figures() {
        return List.of(new ObjectiveFigure(
                "training_accuracy",
                "Training accuracy",
                "fraction of the step's views whose class has the highest score",
                true,
                Better.HIGHER));
    }

    @Override
    public Objective at(long otherStep) {
        return new CrossEntropy(labels, smoothing, otherStep);
    }

    @Override
    public Result compute(Tensor scores, int views, Optional<Tensor> momentum) {
        int[] samples = labels.apply(step);
        if (momentum.isPresent() || scores.size(0) != (long) samples.length * views) {
            throw new MmcrException("expected class scores of " + samples.length + " samples with " + views
                    + " views and no momentum embeddings, found " + scores.size(0) + " rows; set accumulate to 1 and"
                    + " ema.target to false");
        }
        Tensor target = targets(samples, views, scores.device());
        Tensor logProbabilities = scores.log_softmax(1);
        Tensor truth = logProbabilities.gather(1, target).mean().neg();
        Tensor even = logProbabilities.mean().neg();
        Tensor loss = truth.mul(new Scalar(1 - smoothing)).add(even, new Scalar(smoothing));
        double value = loss.item_double();
        if (!Double.isFinite(value)) {
            throw new DivergedException("expected a finite loss, found NaN or infinity at step " + (step + 1)
                    + "; lower the learning rates");
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        double right = scores.detach()
                .argmax(new LongOptional(1), true)
                .eq(target)
                .sum()
                .item_double();
        figures.put("training_accuracy", right / scores.size(0));
        return new Result(loss, value, figures);
    }

    /** Returns the class (N*K, 1) of every view, on the device of the scores. */
    static Tensor targets(int[] samples, int views, Device device) {
        long[] targets = new long[samples.length * views];
        for (int row = 0; row < targets.length; row++) {
            targets[row] = samples[row / views];
        }
        return torch.tensor(targets).view(-1, 1).to(device, ScalarType.Long);
    }
}
