package org.mmcr.train.encoder;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;

/**
 * Stochastic depth (Huang et al. 2016, arXiv 1603.09382): in training, each row of a batch skips a residual branch with
 * a probability, and the others' branch is divided by one minus it. Whether a row skips is a function of the row's key
 * in {@link ParameterTable#rowKey} and the branch alone.
 *
 * @param block that it belongs to, entered before
 * @param probability of skipping, 0 to below 1
 * @param branch number of the branch in its network
 */
record StochasticDepth(ParameterTable table, String block, double probability, int branch) {
    private static final double UNIT = 0x1p-53;
    /** Separates these draws from those of the augmentation, which has the same keys. */
    private static final long SALT = 0xD1B54A32D192ED03L;

    /** The probability of a block, which rises linearly from 0 at the first to {@code last} at the last of them. */
    static StochasticDepth rising(ParameterTable table, double last, int block, int blocks) {
        return new StochasticDepth(table, table.block(), blocks > 1 ? last * block / (blocks - 1) : last, 2 * block);
    }

    /** The depth of the same block's second branch. */
    StochasticDepth second() {
        return new StochasticDepth(table, block, probability, branch + 1);
    }

    static void requireProbability(double dropPath) {
        if (!(dropPath >= 0 && dropPath < 1)) {
            throw new MmcrException("expected dropPath of the encoder to be a probability of at least 0 and below 1,"
                    + " found " + dropPath + "; 0.1 is usual");
        }
    }

    /** Returns the branch's output (B, ...) with the rows that skip it set to zero. */
    Tensor apply(Tensor x) {
        if (probability == 0 || !table.training(block)) {
            return x;
        }
        float[] factors = new float[Math.toIntExact(x.size(0))];
        for (int row = 0; row < factors.length; row++) {
            factors[row] = uniform(table.rowKey(row)) < probability ? 0 : (float) (1 / (1 - probability));
        }
        long[] shape = new long[Math.toIntExact(x.dim())];
        Arrays.fill(shape, 1);
        shape[0] = factors.length;
        return x.mul(torch.tensor(factors).view(shape).to(x.device(), x.scalar_type()));
    }

    /** Uniform in [0, 1), by SplitMix64's finaliser of key and branch. */
    private double uniform(long key) {
        long mixed = (key ^ SALT) + 0x9E3779B97F4A7C15L * (branch + 1);
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return ((mixed ^ (mixed >>> 31)) >>> 11) * UNIT;
    }
}
