package org.mmcr.train.evaluate;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.objective.linalg.ParallelMatMul;

/**
 * Mean negative log-likelihood of multinomial logistic regression plus (l2 / 2) |W|^2, biases free.
 *
 * <p>rows float32 (n, F), labels n classes in 0..C-1; a point is float64 (F + 1, C): W, and b in its last row.
 * Products are float32, the loss and the softmax float64. Cost O(n F C) in blocks of bounded memory.
 */
final class SoftmaxObjective {
    private static final long BLOCK_LOGITS = 1L << 21;
    private static final long BLOCK_FEATURES = 1L << 24;

    private final Tensor rows;
    private final Tensor labels;
    private final int classes;
    private final double l2;
    private double curvature;

    /**
     * Describes an objective.
     *
     * @param rows float32 (n, F), not modified, not closed here
     * @param labels int64 (n, 1), not closed here
     */
    SoftmaxObjective(Tensor rows, Tensor labels, int classes, double l2) {
        this.rows = rows;
        this.labels = labels;
        this.classes = classes;
        this.l2 = l2;
    }

    /** Mean of p (1 - p) over rows and classes at the point evaluated last: the scale of the Hessian's diagonal. */
    double curvature() {
        return curvature;
    }

    /** Returns the value at {@code point} and writes its gradient, a tensor of the same shape. */
    double evaluate(Tensor point, Tensor gradient) {
        double[] sums = {0, 0};
        try (PointerScope scope = new PointerScope()) {
            long width = rows.size(1);
            Tensor weights = point.narrow(0, 0, width);
            Tensor[] matrix = LinearModel.matrix(point);
            Tensor total = torch.zeros(width + 1, classes);
            long step = Math.max(1, Math.min(BLOCK_LOGITS / classes, BLOCK_FEATURES / width));
            for (long first = 0; first < rows.size(0); first += step) {
                addBlock(matrix, first, Math.min(step, rows.size(0) - first), total, sums);
            }
            gradient.copy_(total).div_(new Scalar((double) rows.size(0)));
            gradient.narrow(0, 0, width).add_(weights, new Scalar(l2));
            curvature = (1 - sums[1] / rows.size(0)) / classes;
            return sums[0] / rows.size(0) + l2 / 2 * weights.square().sum().item_double();
        }
    }

    /** sums += (negative log-likelihood, squared probabilities) of one block; total += its gradient. */
    private void addBlock(Tensor[] matrix, long first, long count, Tensor total, double[] sums) {
        try (PointerScope scope = new PointerScope()) {
            Tensor block = rows.narrow(0, first, count);
            Tensor truth = labels.narrow(0, first, count);
            Tensor logs =
                    LinearModel.logits(block, matrix).to(ScalarType.Double).log_softmax(1);
            sums[0] -= logs.gather(1, truth).sum().item_double();
            Tensor residual = logs.exp_();
            sums[1] += residual.square().sum().item_double();
            residual.scatter_(1, truth, residual.gather(1, truth).sub_(new Scalar(1.0)));
            Tensor residuals = residual.to(ScalarType.Float);
            long width = rows.size(1);
            total.narrow(0, 0, width).add_(ParallelMatMul.transposedProduct(block, residuals));
            total.narrow(0, width, 1).add_(residual.sum(new long[] {0}, true, new ScalarTypeOptional()));
        }
    }
}
