package org.mmcr.train.evaluate;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Mean negative log-likelihood of multinomial logistic regression plus (l2 / 2) |W|^2, biases free.
 *
 * <p>rows float32 (n, F), labels n classes in 0..C-1; the point is W (F, C) row-major followed by b (C). Products are
 * float32, the loss and the softmax float64. Cost O(n F C) in blocks of bounded memory.
 */
final class SoftmaxObjective implements Lbfgs.Objective, AutoCloseable {
    private static final long BLOCK_LOGITS = 1L << 21;
    private static final long BLOCK_FEATURES = 1L << 24;

    private final Tensor rows;
    private final Tensor labels;
    private final int classes;
    private final double l2;
    private final Tensor weights;
    private final Tensor bias;
    private double curvature;

    /**
     * @param rows float32 (n, F), not modified, not closed here
     * @param labels int64 (n, 1), not closed here
     */
    SoftmaxObjective(Tensor rows, Tensor labels, int classes, double l2) {
        this.rows = rows;
        this.labels = labels;
        this.classes = classes;
        this.l2 = l2;
        this.weights = torch.empty(rows.size(1), classes);
        this.bias = torch.empty(1, classes);
    }

    /** The number of parameters: (F + 1) C. */
    int parameters() {
        return Math.toIntExact((rows.size(1) + 1) * classes);
    }

    /** Mean of p (1 - p) over rows and classes at the point evaluated last: the scale of the Hessian's diagonal. */
    double curvature() {
        return curvature;
    }

    @Override
    public double evaluate(double[] point, double[] gradient) {
        load(point);
        int weightCount = point.length - classes;
        double[] sums = {0, 0};
        try (PointerScope scope = new PointerScope()) {
            Tensor total = torch.zeros(rows.size(1) + 1, classes);
            long step = Math.max(1, Math.min(BLOCK_LOGITS / classes, BLOCK_FEATURES / rows.size(1)));
            for (long first = 0; first < rows.size(0); first += step) {
                addBlock(first, Math.min(step, rows.size(0) - first), total, sums);
            }
            FloatBuffer values = NativeFloats.of(total);
            for (int i = 0; i < point.length; i++) {
                gradient[i] = values.get(i) / (double) rows.size(0);
            }
        }
        double penalty = 0;
        for (int i = 0; i < weightCount; i++) {
            penalty += point[i] * point[i];
            gradient[i] += l2 * point[i];
        }
        curvature = (1 - sums[1] / rows.size(0)) / classes;
        return sums[0] / rows.size(0) + l2 / 2 * penalty;
    }

    /** sums += (negative log-likelihood, squared probabilities) of one block; total += its gradient. */
    private void addBlock(long first, long count, Tensor total, double[] sums) {
        try (PointerScope scope = new PointerScope()) {
            Tensor block = rows.narrow(0, first, count);
            Tensor truth = labels.narrow(0, first, count);
            Tensor logs = block.mm(weights).add_(bias).to(ScalarType.Double).log_softmax(1);
            sums[0] -= logs.gather(1, truth).sum().item_double();
            Tensor residual = logs.exp_();
            sums[1] += residual.square().sum().item_double();
            residual.scatter_(1, truth, residual.gather(1, truth).sub_(new Scalar(1.0)));
            Tensor residuals = residual.to(ScalarType.Float);
            long width = rows.size(1);
            total.narrow(0, 0, width).add_(block.t().mm(residuals));
            total.narrow(0, width, 1).add_(residual.sum(new long[] {0}, true, new ScalarTypeOptional()));
        }
    }

    private void load(double[] point) {
        FloatBuffer target = NativeFloats.of(weights);
        int weightCount = point.length - classes;
        for (int i = 0; i < weightCount; i++) {
            target.put(i, (float) point[i]);
        }
        FloatBuffer offsets = NativeFloats.of(bias);
        for (int c = 0; c < classes; c++) {
            offsets.put(c, (float) point[weightCount + c]);
        }
    }

    @Override
    public void close() {
        weights.close();
        bias.close();
    }
}
