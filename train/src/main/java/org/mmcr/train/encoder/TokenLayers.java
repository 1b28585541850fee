package org.mmcr.train.encoder;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.train.encoder.Layers.Layer;

/** The layers of transformers and of ConvNeXt, whose last dimension holds the channels. */
final class TokenLayers {
    /** Standard deviation of initial weights. */
    static final double DEVIATION = 0.02;

    private TokenLayers() {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Norm(String name, TensorOptional weight, TensorOptional bias, long[] shape, double epsilon)
            implements Layer {
        @Override
        public Tensor forward(Tensor x) {
            return torch.layer_norm(x, shape, weight, bias, epsilon, false);
        }

        @Override
        public <V> V describe(Graph<V> graph, V x) {
            return graph.layerNorm(x, name, epsilon);
        }
    }

    /** Layer normalisation over the last dimension, with a learned scale that starts at 1 and a shift at 0. */
    static Layer norm(ParameterTable table, String name, int width, double epsilon) {
        TensorOptional weight = table.argument(table.constant(name + ".weight", 1, width));
        TensorOptional bias = table.argument(table.constant(name + ".bias", 0, width));
        return new Norm(name, weight, bias, new long[] {width}, epsilon);
    }

    private record Linear(String weightName, String biasName, Tensor weight, TensorOptional bias) implements Layer {
        @Override
        public Tensor forward(Tensor x) {
            return torch.linear(x, weight, bias);
        }

        @Override
        public <V> V describe(Graph<V> graph, V x) {
            return graph.positionwiseLinear(x, weightName, biasName);
        }
    }

    /** Linear layer with a bias, (..., in) -> (..., out); weights Gaussian, bias zero at first. */
    static Layer linear(ParameterTable table, String name, int in, int out) {
        return linearOf(table, name + ".weight", name + ".bias", in, out);
    }

    /** The same with the whole names of its tensors. */
    static Layer linearOf(ParameterTable table, String weightName, String biasName, int in, int out) {
        Tensor weight = table.normal(weightName, DEVIATION, out, in);
        TensorOptional bias = table.argument(table.constant(biasName, 0, out));
        return new Linear(weightName, biasName, weight, bias);
    }

    private record Scale(String name, Tensor factors) implements Layer {
        @Override
        public Tensor forward(Tensor x) {
            return x.mul(factors.view(-1));
        }

        @Override
        public <V> V describe(Graph<V> graph, V x) {
            return graph.scale(x, name);
        }
    }

    /**
     * Learned factor of each channel.
     *
     * @param shape of the tensor, with as many values as the last dimension of x
     */
    static Layer scale(ParameterTable table, String name, double initial, long... shape) {
        return new Scale(name, table.constant(name, initial, shape));
    }

    /** The sum of x and a branch of it, which stochastic depth may skip in training. */
    record ResidualSum(Layer body, StochasticDepth drop) implements Layer {
        @Override
        public Tensor forward(Tensor x) {
            return x.add(drop.apply(body.forward(x)));
        }

        @Override
        public <V> V describe(Graph<V> graph, V x) {
            return graph.add(x, body.describe(graph, x));
        }
    }

    /** (B, T, D) -> (B, D): the first token, or the mean of those after the first {@code prefix}. */
    record Pool(TokenPool pool, int prefix) implements Layer {
        @Override
        public Tensor forward(Tensor x) {
            return pool == TokenPool.CLS
                    ? x.select(1, 0)
                    : x.narrow(1, prefix, x.size(1) - prefix).mean(1);
        }

        @Override
        public <V> V describe(Graph<V> graph, V x) {
            return pool == TokenPool.CLS ? graph.firstToken(x) : graph.meanToken(x, prefix);
        }
    }

    /** (B, C, H, W) -> (B, H, W, C), without a copy of a channels-last tensor. */
    record ChannelsLast() implements Layer {
        @Override
        public Tensor forward(Tensor x) {
            return x.permute(0, 2, 3, 1);
        }

        @Override
        public <V> V describe(Graph<V> graph, V x) {
            return graph.channelsLast(x);
        }
    }

    /** (B, H, W, C) -> (B, C, H, W), in channels-last memory. */
    record ChannelsFirst() implements Layer {
        @Override
        public Tensor forward(Tensor x) {
            return x.permute(0, 3, 1, 2);
        }

        @Override
        public <V> V describe(Graph<V> graph, V x) {
            return graph.channelsFirst(x);
        }
    }
}
