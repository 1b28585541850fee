package org.mmcr.analysis.onnx;

import org.bytedeco.pytorch.Tensor;
import org.mmcr.core.MmcrException;

/** A rule that makes one feature vector of the tokens of a transformer. */
public enum OutputPool {
    /** The first token, the class token. */
    CLS,
    /** The mean of all tokens. */
    MEAN,
    /** The mean of the patch tokens: class and register tokens, which come first, are left out. */
    PATCHES;

    /** Returns the rule that fits a number of tokens: the class token if there is one, else the mean of all. */
    static OutputPool usual(long tokens) {
        return others(tokens) > 0 ? CLS : MEAN;
    }

    /** Returns the number of tokens before the patches, which are the largest square number of tokens. */
    static long others(long tokens) {
        long side = (long) Math.sqrt((double) tokens);
        return tokens - side * side;
    }

    /** Pools tokens (B, T, D) to (B, D). */
    Tensor apply(Tensor tokens) {
        long others = others(tokens.size(1));
        return switch (this) {
            case CLS -> tokens.select(1, 0);
            case MEAN -> tokens.mean(1);
            case PATCHES -> tokens.narrow(1, others, tokens.size(1) - others).mean(1);
        };
    }

    /** Refuses the class token of tokens that have none. */
    void requireFor(long tokens) {
        if (this == CLS && others(tokens) == 0) {
            throw new MmcrException("expected a class token before the patches for --pool cls, found " + tokens
                    + " tokens, a square number of patches; use --pool mean");
        }
    }
}
