package org.mmcr.train.encoder;

import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.objective.linalg.ParallelMatMul;
import org.mmcr.train.encoder.Encoder.StageListener;

/** The layers of the networks. A layer registers its tensors under {@code name} when it is built. */
final class Layers {
    private static final TensorOptional NO_BIAS = keep(new TensorOptional());

    private Layers() {}

    /**
     * A layer: batch in, batch out. {@code forward} computes it in libtorch, {@code describe} adds the same operations
     * to a graph.
     */
    interface Layer {
        Tensor forward(Tensor x);

        /** Computes the same and passes the output of each stage to {@code listener}. */
        default Tensor forward(Tensor x, StageListener listener) {
            return forward(x);
        }

        <V> V describe(Graph<V> graph, V x);
    }

    /** Layers in sequence; an empty sequence returns its input. */
    record Sequence(List<Layer> layers) implements Layer {
        Sequence {
            layers = List.copyOf(layers);
        }

        @Override
        public Tensor forward(Tensor x) {
            Tensor y = x;
            for (Layer layer : layers) {
                y = layer.forward(y);
            }
            return y;
        }

        @Override
        public Tensor forward(Tensor x, StageListener listener) {
            Tensor y = x;
            for (Layer layer : layers) {
                y = layer.forward(y, listener);
            }
            return y;
        }

        @Override
        public <V> V describe(Graph<V> graph, V x) {
            V y = x;
            for (Layer layer : layers) {
                y = layer.describe(graph, y);
            }
            return y;
        }
    }

    /**
     * A named part of a network, such as the stem. Later layers do not modify its output.
     *
     * @param shown applied to the output for listeners; empty, or the pooling of tokens
     */
    record Stage(String name, Layer layer, Layer shown) implements Layer {
        @Override
        public Tensor forward(Tensor x) {
            return layer.forward(x);
        }

        @Override
        public Tensor forward(Tensor x, StageListener listener) {
            Tensor y = layer.forward(x);
            listener.done(name, shown.forward(y));
            return y;
        }

        @Override
        public <V> V describe(Graph<V> graph, V x) {
            return layer.describe(graph, x);
        }
    }

    static Layer stage(String name, List<Layer> layers) {
        return new Stage(name, sequence(layers), sequence(List.of()));
    }

    static Layer sequence(List<Layer> layers) {
        return new Sequence(layers);
    }

    /** A residual block: the activation of the sum of both branches. */
    record Residual(Layer body, Layer shortcut, Activation activation) implements Layer {
        @Override
        public Tensor forward(Tensor x) {
            return activation.apply(body.forward(x).add_(shortcut.forward(x)));
        }

        @Override
        public <V> V describe(Graph<V> graph, V x) {
            V sum = graph.add(body.describe(graph, x), shortcut.describe(graph, x));
            return graph.activation(sum, activation);
        }
    }

    record Activated(Activation function) implements Layer {
        @Override
        public Tensor forward(Tensor x) {
            return function.apply(x);
        }

        @Override
        public <V> V describe(Graph<V> graph, V x) {
            return graph.activation(x, function);
        }
    }

    /** (B, C, H, W) -> (B, C): mean over positions. */
    record GlobalAverage() implements Layer {
        /** The gradient of {@code x.mean(2, 3)} is not channels-last, which makes its backward pass slower. */
        @Override
        public Tensor forward(Tensor x) {
            return x.permute(0, 2, 3, 1).flatten(1, 2).mean(1);
        }

        @Override
        public <V> V describe(Graph<V> graph, V x) {
            return graph.globalAverage(x);
        }
    }

    /**
     * (B, C, H, W) -> (B, 2 C): mean over the upper half of the rows, then over the lower half. The middle row of an
     * odd number is in both.
     */
    record HalfAverages() implements Layer {
        private static final Layer MEAN = new GlobalAverage();

        /** For an even number of rows one mean, whose gradient passes over the map once. */
        @Override
        public Tensor forward(Tensor x) {
            long rows = (x.size(2) + 1) / 2;
            if (x.size(2) % 2 == 0) {
                Tensor halves = x.permute(0, 2, 3, 1).reshape(x.size(0), 2, rows * x.size(3), x.size(1));
                return halves.mean(2).flatten(1, 2);
            }
            return torch.cat(
                    new TensorVector(
                            MEAN.forward(x.narrow(2, 0, rows)), MEAN.forward(x.narrow(2, x.size(2) - rows, rows))),
                    1);
        }

        @Override
        public <V> V describe(Graph<V> graph, V x) {
            return graph.halfAverages(x);
        }
    }

    /** Stages in sequence; the output is the pooled output of each, one after the other. */
    record PooledStages(List<PooledStage> stages) implements Layer {
        PooledStages {
            stages = List.copyOf(stages);
        }

        @Override
        public Tensor forward(Tensor x) {
            return forward(x, (name, output) -> {});
        }

        @Override
        public Tensor forward(Tensor x, StageListener listener) {
            TensorVector pooled = new TensorVector();
            Tensor y = x;
            for (PooledStage part : stages) {
                y = part.stage.forward(y, listener);
                pooled.push_back(part.pool.forward(y));
            }
            return torch.cat(pooled, 1);
        }

        @Override
        public <V> V describe(Graph<V> graph, V x) {
            V y = stages.get(0).stage.describe(graph, x);
            V pooled = stages.get(0).pool.describe(graph, y);
            for (PooledStage part : stages.subList(1, stages.size())) {
                y = part.stage.describe(graph, y);
                pooled = graph.concatenated(pooled, part.pool.describe(graph, y));
            }
            return pooled;
        }
    }

    /** A stage, (B, C, H, W) -> (B, C', H', W'), and what makes features (B, F) of its output. */
    record PooledStage(Layer stage, Layer pool) {}

    record MaxPool(int side, int stride, int padding) implements Layer {
        @Override
        public Tensor forward(Tensor x) {
            return torch.max_pool2d(x, square(side), square(stride), square(padding), square(1), false);
        }

        @Override
        public <V> V describe(Graph<V> graph, V x) {
            return graph.maxPool(x, side, stride, padding);
        }
    }

    /** Non-overlapping windows; a window at the edge averages the values inside the picture. */
    record AveragePool(int side) implements Layer {
        @Override
        public Tensor forward(Tensor x) {
            return torch.avg_pool2d(x, square(side), square(side), square(0), true, true, new LongOptional());
        }

        @Override
        public <V> V describe(Graph<V> graph, V x) {
            return graph.averagePool(x, side);
        }
    }

    /**
     * Convolution without bias, (B, in, H, W) -> (B, out, H', W'). Weights are Gaussian with variance 2 / (out *
     * kernel^2) (He et al. 2015, fan out).
     */
    static Layer conv(ParameterTable table, String name, int in, int out, int kernel, int stride, int padding) {
        return conv(table, name, in, out, kernel, stride, padding, 1);
    }

    /** The same in groups of channels. */
    static Layer conv(
            ParameterTable table, String name, int in, int out, int kernel, int stride, int padding, int groups) {
        double deviation = Math.sqrt(2.0 / ((double) out * kernel * kernel));
        Tensor weight = table.normal(name + ".weight", deviation, out, in / groups, kernel, kernel);
        return new Convolution(name, weight, NO_BIAS, false, stride, padding, groups);
    }

    /**
     * Convolution with Gaussian weights of standard deviation 0.02, (B, in, H, W) -> (B, out, H', W').
     *
     * @param biased whether it has a bias, which starts at zero
     */
    static Layer normalConv(
            ParameterTable table,
            String name,
            int in,
            int out,
            int kernel,
            int stride,
            int padding,
            int groups,
            boolean biased) {
        Tensor weight = table.normal(name + ".weight", TokenLayers.DEVIATION, out, in / groups, kernel, kernel);
        TensorOptional bias = biased ? table.argument(table.constant(name + ".bias", 0, out)) : NO_BIAS;
        return new Convolution(name, weight, bias, biased, stride, padding, groups);
    }

    /** Convolution with the padding that preserves the side at stride 1. */
    static Layer conv(ParameterTable table, String name, int in, int out, int kernel, int stride) {
        return conv(table, name, in, out, kernel, stride, kernel / 2);
    }

    private record Linear(String name, Tensor weight) implements Layer {
        @Override
        public Tensor forward(Tensor x) {
            return ParallelMatMul.linear(x, weight, NO_BIAS);
        }

        @Override
        public <V> V describe(Graph<V> graph, V x) {
            return graph.linear(x, name + ".weight");
        }
    }

    /** Linear layer without bias, (B, in) -> (B, out); weights uniform within 1 / sqrt(in), as in libtorch. */
    static Layer linear(ParameterTable table, String name, int in, int out) {
        return new Linear(name, table.uniform(name + ".weight", 1 / Math.sqrt(in), out, in));
    }

    /**
     * Batch normalisation over (B, C) or (B, C, H, W), momentum 0.1, epsilon 1e-5; {@code scale} is the initial value
     * of the learned scale.
     */
    static Layer batchNorm(ParameterTable table, String name, int channels, double scale) {
        return new BatchNorm(table, name, channels, scale);
    }

    private static long[] square(long side) {
        return new long[] {side, side};
    }

    static TensorOptional keep(TensorOptional optional) {
        optional.retainReference();
        return optional;
    }
}
