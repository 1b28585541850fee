package org.mmcr.train.encoder;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.objective.linalg.ParallelMatMul;
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
        table.mark(name + ".weight", AdapterSpec.Part.NORM);
        table.mark(name + ".bias", AdapterSpec.Part.NORM);
        TensorOptional weight = table.argument(table.constant(name + ".weight", 1, width));
        TensorOptional bias = table.argument(table.constant(name + ".bias", 0, width));
        return new Norm(name, weight, bias, new long[] {width}, epsilon);
    }

    private record Linear(ParameterTable table, String weightName, String biasName, Tensor weight, TensorOptional bias)
            implements Layer {
        @Override
        public Tensor forward(Tensor x) {
            Tensor y = ParallelMatMul.linear(x, weight, bias);
            return table.adapter(weightName).map(adapter -> adapter.addTo(y, x)).orElse(y);
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

    private static Layer linearOf(ParameterTable table, String weightName, String biasName, int in, int out) {
        Tensor weight = table.normal(weightName, DEVIATION, out, in);
        TensorOptional bias = table.argument(table.constant(biasName, 0, out));
        return new Linear(table, weightName, biasName, weight, bias);
    }

    /** The same as a part of a transformer that can have adapters. */
    static Layer adaptable(ParameterTable table, AdapterSpec.Part part, String name, int in, int out) {
        return adaptableOf(table, part, name + ".weight", name + ".bias", in, out);
    }

    static Layer adaptableOf(
            ParameterTable table, AdapterSpec.Part part, String weightName, String biasName, int in, int out) {
        table.mark(weightName, part);
        return linearOf(table, weightName, biasName, in, out);
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

    /**
     * (B, T, D) -> (B, D): the mean of the first {@code classTokens} tokens, or of those after the first
     * {@code prefix}.
     */
    record Pool(TokenPool pool, int prefix, int classTokens) implements Layer {
        @Override
        public Tensor forward(Tensor x) {
            if (pool == TokenPool.CLS && classTokens == 1) {
                return x.select(1, 0);
            }
            return pool == TokenPool.CLS
                    ? x.narrow(1, 0, classTokens).mean(1)
                    : x.narrow(1, prefix, x.size(1) - prefix).mean(1);
        }

        @Override
        public <V> V describe(Graph<V> graph, V x) {
            if (pool == TokenPool.CLS && classTokens == 1) {
                return graph.firstToken(x);
            }
            return pool == TokenPool.CLS
                    ? graph.meanToken(x, 0, classTokens)
                    : graph.meanToken(x, prefix, Integer.MAX_VALUE);
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
