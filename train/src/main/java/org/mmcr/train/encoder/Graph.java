package org.mmcr.train.encoder;

/**
 * A network spelt out one operation after the other, for whoever writes it down in another form. Weights are named as in {@link Encoder#state()}.
 *
 * @param <V> a value between operations: whatever the form calls it, for example the name of an edge
 */
public interface Graph<V> {
    /** Square convolution without bias and dilation: x (B, in, H, W), weight (out, in, k, k). */
    V convolution(V x, String weight, int stride, int padding);

    /** x (B, in) times the transpose of weight (out, in). */
    V linear(V x, String weight);

    /**
     * Batch-norm in evaluation mode over dimension 1, with the given epsilon.
     *
     * @param name of the layer: its tensors are {@code name.weight}, {@code .bias}, {@code .running_mean} and {@code .running_var}
     */
    V batchNorm(V x, String name, double epsilon);

    /** Element by element. */
    V activation(V x, Activation function);

    /** Largest value of each square window; the border counts for nothing. */
    V maxPool(V x, int side, int stride, int padding);

    /** Mean of side x side windows that do not overlap; one that reaches over the edge takes the mean of what it covers. */
    V averagePool(V x, int side);

    V add(V x, V y);

    /** (B, C, H, W) -> (B, C): mean over positions. */
    V globalAverage(V x);
}
