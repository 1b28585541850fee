package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.VoidTensorHook;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.objective.PointerScopeExtension;

/** Every route of a convolution against libtorch's in float64. */
@ExtendWith(PointerScopeExtension.class)
class ConvolutionTest {
    /**
     * 1x1 convolutions with a stride, whose weight gradient in oneDNN overflows for some widths on some processors; the
     * others have a kernel or no stride.
     */
    @ParameterizedTest
    @CsvSource({
        "4, 8, 1, 2, 0, 8",
        "3, 5, 1, 2, 0, 7",
        "12, 8, 1, 3, 0, 7",
        "8, 16, 1, 2, 0, 16",
        "16, 24, 1, 2, 0, 16",
        "8, 6, 1, 1, 0, 5",
        "130, 129, 3, 1, 1, 4"
    })
    void float32_valueAndGradients_equalFloat64(int in, int out, int kernel, int stride, int padding, int side) {
        check(new Case(in, out, kernel, stride, padding, side), Precision.FP32, 1e-5);
    }

    /** Products for 1x1, the weight's gradient by a product for many channels and few positions, and neither. */
    @ParameterizedTest
    @CsvSource({
        "24, 40, 1, 1, 0, 5",
        "128, 160, 3, 1, 1, 3",
        "160, 128, 3, 2, 1, 7",
        "128, 128, 3, 3, 2, 5",
        "128, 128, 2, 2, 0, 8",
        "128, 128, 3, 1, 1, 9",
        "16, 128, 3, 1, 1, 3"
    })
    void bfloat16_valueAndGradients_equalFloat64(int in, int out, int kernel, int stride, int padding, int side) {
        check(new Case(in, out, kernel, stride, padding, side), Precision.BF16, 0.02);
    }

    private record Case(int in, int out, int kernel, int stride, int padding, int side) {}

    private static void check(Case c, Precision precision, double tolerance) {
        ParameterTable table = new ParameterTable(1);
        Layers.Layer layer = Layers.conv(table, "conv", c.in, c.out, c.kernel, c.stride, c.padding);
        Tensor weight = table.parameters().get("conv.weight");
        Tensor picture = torch.randn(16, c.in, c.side, c.side).contiguous(MemoryFormat.ChannelsLast);
        Tensor x = picture.detach().requires_grad_(true);
        Tensor y;
        try (Precision.Scope scope = precision.autocast()) {
            y = layer.forward(precision == Precision.BF16 ? x.to(ScalarType.BFloat16) : x);
        }
        Tensor direction = torch.randn_like(y);
        y.mul(direction).sum().backward();

        Tensor exactX = picture.to(ScalarType.Double).detach().requires_grad_(true);
        Tensor exactWeight = weight.detach().to(ScalarType.Double).requires_grad_(true);
        Tensor exact = torch.conv2d(
                exactX,
                exactWeight,
                new TensorOptional(),
                new long[] {c.stride, c.stride},
                new long[] {c.padding, c.padding},
                new long[] {1, 1},
                1L);
        exact.mul(direction).sum().backward();

        assertThat(distance(y, exact)).isLessThan(tolerance);
        assertThat(distance(x.grad(), exactX.grad())).isLessThan(tolerance);
        assertThat(weight.grad().scalar_type().intern()).isEqualTo(ScalarType.Float);
        assertThat(distance(weight.grad(), exactWeight.grad())).isLessThan(tolerance);
    }

    /** Largest difference relative to the largest value. */
    private static double distance(Tensor found, Tensor exact) {
        Tensor reference = exact.detach();
        Tensor difference = found.detach().to(ScalarType.Double).sub(reference).abs();
        return difference.max().item_double() / reference.abs().max().item_double();
    }

    @Test
    void bfloat16_weightGradientByProduct_callsTheWeightsHooksAndAddsUp() {
        ParameterTable table = new ParameterTable(1);
        Layers.Layer layer = Layers.conv(table, "conv", 128, 128, 3, 1, 1);
        Tensor weight = table.parameters().get("conv.weight");
        AtomicInteger calls = new AtomicInteger();
        VoidTensorHook hook = new VoidTensorHook() {
            @Override
            public void call(TensorBase gradient) {
                calls.incrementAndGet();
            }
        };
        weight.register_hook(hook);
        Tensor x = torch.randn(8, 128, 3, 3).to(ScalarType.BFloat16).requires_grad_(true);
        backward(layer, x);
        Tensor once = weight.grad().clone();
        backward(layer, x);
        assertThat(calls.get()).isEqualTo(2);
        assertThat(weight.grad().equal(once.add(once))).isTrue();
    }

    private static void backward(Layers.Layer layer, Tensor x) {
        try (Precision.Scope scope = Precision.BF16.autocast()) {
            layer.forward(x).sum().backward();
        }
    }

    @Test
    void bfloat16_frozenWeightOrNoGraph_leavesNoGradient() {
        ParameterTable table = new ParameterTable(1);
        Layers.Layer layer = Layers.conv(table, "conv", 128, 128, 3, 1, 1);
        Tensor weight = table.parameters().get("conv.weight");
        Tensor x = torch.randn(8, 128, 3, 3).to(ScalarType.BFloat16).requires_grad_(true);
        try (NoGradGuard guard = new NoGradGuard();
                Precision.Scope scope = Precision.BF16.autocast()) {
            assertThat(layer.forward(x).requires_grad()).isFalse();
        }
        weight.requires_grad_(false);
        backward(layer, x);
        assertThat(weight.grad().defined()).isFalse();
        assertThat(x.grad().defined()).isTrue();
    }
}
