package org.mmcr.train.encoder;

import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.VoidTensorHook;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.objective.linalg.OneDnn;

/**
 * Convolution, (B, in, H, W) -> (B, out, H', W').
 *
 * @param name prefix of its tensors
 * @param weight (out, in / groups, kernel, kernel)
 * @param bias (out), or undefined
 * @param biased whether there is a bias
 */
record Convolution(String name, Tensor weight, TensorOptional bias, boolean biased, int stride, int padding, int groups)
        implements Layers.Layer {
    /** Most output positions of a picture for which {@link #withWeightGradientByProduct} is faster. */
    private static final long POSITIONS = 16;
    /** Fewest channels, in and out, for the same. */
    private static final long CHANNELS = 128;

    @Override
    public Tensor forward(Tensor x) {
        if (isPointwise() && stride > 1 && (overflowsInOneDnn() || mayCrashInOneDnn(x))) {
            Tensor subsampled = torch.max_pool2d(x, square(1), square(stride), square(0), square(1), false);
            return new Convolution(name, weight, bias, biased, 1, 0, groups).forward(subsampled);
        }
        if (isPointwise() && stride == 1 && groups == 1 && (isBfloat16(x) || mayCrashInOneDnn(x))) {
            return byProduct(x);
        }
        if (hasFasterWeightGradient(x)) {
            return withWeightGradientByProduct(x);
        }
        return convolve(x, weight);
    }

    private Tensor convolve(Tensor x, Tensor kernel) {
        return torch.conv2d(x, kernel, bias, square(stride), square(padding), square(1), groups);
    }

    @Override
    public <V> V describe(Graph<V> graph, V x) {
        Optional<String> shift = biased ? Optional.of(name + ".bias") : Optional.empty();
        return graph.convolution(x, name + ".weight", shift, stride, padding, groups);
    }

    /**
     * True for input channels that do not fill whole vectors of 8. oneDNN's weight gradient of a 1x1 convolution with a
     * stride writes past the end of its buffer then, on processors with AVX2 and without AVX-512 (seen in libtorch 2.10
     * with 4 channels); the same convolution of the subsampled input does not.
     */
    private boolean overflowsInOneDnn() {
        return weight.size(1) % 8 != 0;
    }

    /** True where oneDNN divides by zero in some 1x1 convolutions, see {@link OneDnn}. */
    private static boolean mayCrashInOneDnn(Tensor x) {
        return x.is_cpu() && !OneDnn.knowsCaches();
    }

    private boolean isPointwise() {
        return kernel() == 1 && padding == 0;
    }

    /** A 1x1 convolution as a product of the pixels with the weight, which is faster in bfloat16. */
    private Tensor byProduct(Tensor x) {
        Tensor pixels = x.permute(0, 2, 3, 1);
        return torch.linear(pixels, weight.view(weight.size(0), -1), bias).permute(0, 3, 1, 2);
    }

    private boolean hasFasterWeightGradient(Tensor x) {
        return x.requires_grad()
                && weight.requires_grad()
                && isBfloat16(x)
                && !biased
                && groups == 1
                && Math.min(weight.size(0), weight.size(1)) >= CHANNELS
                && side(x.size(2)) * side(x.size(3)) <= POSITIONS;
    }

    private static boolean isBfloat16(Tensor x) {
        return x.is_cpu() && x.scalar_type().intern() == ScalarType.BFloat16;
    }

    /**
     * The convolution with the gradient of its weight by a matrix product: (out, positions) x (positions, kernel *
     * kernel * in). With few positions and many channels, product and copy of the windows take half the time of
     * oneDNN's weight gradient.
     */
    private Tensor withWeightGradientByProduct(Tensor x) {
        Tensor y = convolve(x, weight.detach());
        if (y.requires_grad()) {
            y.register_hook(new WeightGradient(this, x.detach()));
        }
        return y;
    }

    /** Backward hook of the output that adds to the gradient of the weight, and calls the weight's own hooks. */
    private static final class WeightGradient extends VoidTensorHook {
        private final Convolution layer;
        private final Tensor input;

        WeightGradient(Convolution layer, Tensor input) {
            this.layer = layer;
            this.input = input;
        }

        @Override
        public void call(TensorBase gradient) {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                Tensor share = layer.weightGradient(input, new Tensor(gradient));
                layer.weight.backward(share, new BoolOptional(), false, new TensorArrayRefOptional());
            }
            input.close(); // the caller's scope would hold it until the step ends
        }
    }

    private Tensor weightGradient(Tensor input, Tensor gradient) {
        long out = weight.size(0);
        Tensor rows = gradient.permute(0, 2, 3, 1).reshape(-1, out);
        Tensor product = rows.t().mm(windows(input)).to(weight.scalar_type());
        return product.view(out, kernel(), kernel(), -1).permute(0, 3, 1, 2);
    }

    /** The window of each output position, (B * H' * W', kernel * kernel * in). */
    private Tensor windows(Tensor input) {
        Tensor pixels = input.permute(0, 2, 3, 1);
        Tensor padded = torch.constant_pad_nd(pixels, 0, 0, padding, padding, padding, padding)
                .contiguous();
        long row = padded.stride(1);
        long pixel = padded.stride(2);
        return padded.as_strided(
                        new long[] {
                            padded.size(0), side(input.size(2)), side(input.size(3)), kernel(), kernel(), padded.size(3)
                        },
                        new long[] {padded.stride(0), stride * row, stride * pixel, row, pixel, 1})
                .reshape(-1, kernel() * kernel() * padded.size(3));
    }

    private long kernel() {
        return weight.size(2);
    }

    private long side(long pixels) {
        return (pixels + 2L * padding - kernel()) / stride + 1;
    }

    private static long[] square(long side) {
        return new long[] {side, side};
    }
}
