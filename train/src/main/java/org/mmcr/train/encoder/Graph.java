package org.mmcr.train.encoder;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/**
 * A target for the description of a network, one call per operation, such as an ONNX graph. Weights are named as in
 * {@link Encoder#state()}.
 *
 * @param <V> a value between operations, for example the name of an edge
 */
public interface Graph<V> {
    /**
     * Square convolution without dilation: x (B, in, H, W), weight (out, in / groups, k, k), bias (out).
     *
     * @param groups number of groups of channels that are convolved apart
     */
    V convolution(V x, String weight, Optional<String> bias, int stride, int padding, int groups);

    /** x (B, in) times the transpose of weight (out, in). */
    V linear(V x, String weight);

    /** x (..., in) of rank 3 or more, times the transpose of weight (out, in), plus bias (out). */
    V positionwiseLinear(V x, String weight, String bias);

    /**
     * Batch-norm in evaluation mode over dimension 1, with the given epsilon.
     *
     * @param name name of the layer; its tensors are {@code name.weight}, {@code .bias}, {@code .running_mean} and
     *     {@code .running_var}
     */
    V batchNorm(V x, String name, double epsilon);

    /** Applies a function element-wise. */
    V activation(V x, Activation function);

    /** Maximum of each square window; padding is ignored. */
    V maxPool(V x, int side, int stride, int padding);

    /** Mean of non-overlapping side x side windows; a window at the edge averages the values inside the picture. */
    V averagePool(V x, int side);

    V add(V x, V y);

    /** The columns of x (B, C), followed by those of y (B, C'). */
    V concatenated(V x, V y);

    /** (B, C, H, W) -> (B, C): mean over positions. */
    V globalAverage(V x);

    /**
     * (B, C, H, W) -> (B, 2 C): mean over the upper half of the rows, then over the lower half. The middle row of an
     * odd number is in both.
     */
    V halfAverages(V x);

    /**
     * Layer normalisation over the last dimension, with the given epsilon.
     *
     * @param name name of the layer; its tensors are {@code name.weight} and {@code .bias}
     */
    V layerNorm(V x, String name, double epsilon);

    /** x (..., D) times the D values of the tensor {@code name}. */
    V scale(V x, String name);

    /** (B, C, H, W) -> (B, H, W, C). */
    V channelsLast(V x);

    /** (B, H, W, C) -> (B, C, H, W). */
    V channelsFirst(V x);

    /** (B, D, h, w) -> (B, h w, D): one token for each position, row by row. */
    V tokens(V x);

    /** Puts the tokens (n, D) of the tensor {@code name} before the tokens x (B, T, D) -> (B, n + T, D). */
    V prepend(V x, String name);

    /** Adds constant values (1, T, D), which are stored under {@code name}, to x (B, T, D). */
    V addConstant(V x, String name, Tensor values);

    /** Columns {@code from} to {@code to}, exclusive, of x (..., D). */
    V columns(V x, int from, int to);

    /**
     * Multi-head attention: softmax(q k^T / sqrt(head width)) v in each head.
     *
     * @param q queries (B, T, heads * headWidth), as keys {@code k} and values {@code v}
     */
    V attention(V q, V k, V v, int heads, int headWidth);

    /** The first token of x (B, T, D) -> (B, D). */
    V firstToken(V x);

    /**
     * Mean of the tokens of x (B, T, D) from number {@code from} to {@code end}, exclusive -> (B, D);
     * {@code Integer.MAX_VALUE} stands for T.
     */
    V meanToken(V x, int from, int end);

    /** Side of the pictures that the described network is used for, in pixels. */
    int pictureSide();
}
