package org.mmcr.encoder;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** The few kinds of layer that the networks are made of. Each registers its tensors under {@code name} when it is built. */
final class Layers {
    private Layers() {}

    /** One step of a network: batch in, batch out. */
    @FunctionalInterface
    interface Layer {
        Tensor forward(Tensor x);
    }

    /** Applies the layers one after the other. */
    static Layer sequence(List<Layer> layers) {
        List<Layer> fixed = List.copyOf(layers);
        return x -> {
            Tensor y = x;
            for (Layer layer : fixed) {
                y = layer.forward(y);
            }
            return y;
        };
    }

    /** Convolution without bias, (B, in, H, W) -> (B, out, H', W'); weights Gaussian with variance 2 / (out * kernel^2) (He et al. 2015, fan out). */
    static Layer conv(ParameterTable table, String name, int in, int out, int kernel, int stride, int padding) {
        double deviation = Math.sqrt(2.0 / ((double) out * kernel * kernel));
        Tensor weight = table.normal(name + ".weight", deviation, out, in, kernel, kernel);
        TensorOptional noBias = keep(new TensorOptional());
        long[] strides = {stride, stride};
        long[] paddings = {padding, padding};
        long[] dilations = {1, 1};
        return x -> torch.conv2d(x, weight, noBias, strides, paddings, dilations, 1);
    }

    /** Convolution whose padding keeps the side at stride 1. */
    static Layer conv(ParameterTable table, String name, int in, int out, int kernel, int stride) {
        return conv(table, name, in, out, kernel, stride, kernel / 2);
    }

    /** Linear map without bias, (B, in) -> (B, out); weights uniform within 1 / sqrt(in), libtorch's own choice. */
    static Layer linear(ParameterTable table, String name, int in, int out) {
        Tensor weight = table.uniform(name + ".weight", 1 / Math.sqrt(in), out, in);
        return x -> torch.linear(x, weight);
    }

    /** Batch normalisation over (B, C) or (B, C, H, W), momentum 0.1, epsilon 1e-5; {@code scale} is where the learned scale starts. */
    static Layer batchNorm(ParameterTable table, String name, int channels, double scale) {
        TensorOptional weight = keep(new TensorOptional(table.constant(name + ".weight", scale, channels)));
        TensorOptional bias = keep(new TensorOptional(table.constant(name + ".bias", 0, channels)));
        TensorOptional mean = keep(new TensorOptional(table.buffer(name + ".running_mean", 0, channels)));
        TensorOptional variance = keep(new TensorOptional(table.buffer(name + ".running_var", 1, channels)));
        Tensor batches = table.counter(name + ".num_batches_tracked");
        Scalar one = new Scalar(1L);
        one.retainReference();
        return x -> {
            boolean records = table.training() && table.recording();
            if (records) {
                batches.add_(one);
            }
            double momentum = records ? 0.1 : 0;
            return torch.batch_norm(x, weight, bias, mean, variance, table.training(), momentum, 1e-5, false);
        };
    }

    private static TensorOptional keep(TensorOptional optional) {
        optional.retainReference();
        return optional;
    }
}
