package org.mmcr.train.encoder;

/**
 * A target for the description of a network, one call per operation, such as an ONNX graph. Weights are named as in
 * {@link Encoder#state()}.
 *
 * @param <V> a value between operations, for example the name of an edge
 */
public interface Graph<V> {
    /** Square convolution without bias and dilation: x (B, in, H, W), weight (out, in, k, k). */
    V convolution(V x, String weight, int stride, int padding);

    /** x (B, in) times the transpose of weight (out, in). */
    V linear(V x, String weight);

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

    /** (B, C, H, W) -> (B, C): mean over positions. */
    V globalAverage(V x);
}
