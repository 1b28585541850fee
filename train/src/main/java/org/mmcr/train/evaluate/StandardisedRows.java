package org.mmcr.train.evaluate;

import java.util.Arrays;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Standardisation of features by the mean and standard deviation of a training set, in float64.
 *
 * @param mean float64 (1, F)
 * @param deviation float64 (1, F), population form; 1 where a feature is constant, so that it becomes zero, not noise
 */
@API(status = API.Status.STABLE)
public record StandardisedRows(Tensor mean, Tensor deviation) implements AutoCloseable {
    private static final int BLOCK_ROWS = 2048;
    /** Deviation over mean below which a feature is a constant with float32 rounding. */
    private static final double CONSTANT = 1e-6;

    /** Computes the statistics of features (N, F), N at least 1. */
    public static StandardisedRows of(Tensor features) {
        long width = features.size(1);
        Tensor mean = torch.zeros(new long[] {1, width}, new TensorOptions(ScalarType.Double));
        Tensor deviation = torch.zeros(new long[] {1, width}, new TensorOptions(ScalarType.Double));
        Scalar rows = new Scalar((double) features.size(0));
        long[] overRows = {0};
        ScalarTypeOptional same = new ScalarTypeOptional();
        forBlocks(
                features,
                (block, first) -> mean.add_(block.to(ScalarType.Double).sum(overRows, true, same)));
        mean.div_(rows);
        forBlocks(
                features,
                (block, first) -> deviation.add_(
                        block.to(ScalarType.Double).sub(mean).square().sum(overRows, true, same)));
        deviation.div_(rows).sqrt_();
        try (PointerScope scope = new PointerScope()) {
            Tensor constant = deviation.le(mean.abs().mul_(new Scalar(CONSTANT)));
            deviation.masked_fill_(constant, new Scalar(1.0));
        }
        return new StandardisedRows(mean, deviation);
    }

    /** Returns standardised float32 copies of the given rows (order.length, F), in that order. The caller closes it. */
    Tensor gather(Tensor features, int[] order) {
        Tensor result = torch.empty(order.length, features.size(1));
        for (int first = 0; first < order.length; first += BLOCK_ROWS) {
            int count = Math.min(BLOCK_ROWS, order.length - first);
            try (PointerScope scope = new PointerScope()) {
                long[] rows = Arrays.stream(order, first, first + count)
                        .asLongStream()
                        .toArray();
                Tensor block = features.index_select(0, torch.tensor(rows));
                result.narrow(0, first, count).copy_(apply(block));
            }
        }
        return result;
    }

    /** Standardises features (B, F) into a new float32 tensor. */
    Tensor apply(Tensor features) {
        return features.to(ScalarType.Double).sub(mean).div_(deviation).to(ScalarType.Float);
    }

    interface BlockAction {
        void accept(Tensor block, long firstRow);
    }

    /** Visits the rows in blocks, each in its own scope. */
    static void forBlocks(Tensor features, BlockAction action) {
        for (long first = 0; first < features.size(0); first += BLOCK_ROWS) {
            try (PointerScope scope = new PointerScope()) {
                action.accept(features.narrow(0, first, Math.min(BLOCK_ROWS, features.size(0) - first)), first);
            }
        }
    }

    @Override
    public void close() {
        mean.close();
        deviation.close();
    }
}
