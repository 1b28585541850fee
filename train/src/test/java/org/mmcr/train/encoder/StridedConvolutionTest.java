package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.objective.PointerScopeExtension;

/**
 * 1x1 convolutions with a stride, whose weight gradient in oneDNN overflows for some widths on processors without
 * AVX-512.
 */
@ExtendWith(PointerScopeExtension.class)
class StridedConvolutionTest {
    @ParameterizedTest
    @CsvSource({"4, 8, 2, 8", "3, 5, 2, 7", "8, 16, 2, 8", "12, 8, 3, 7"})
    void forwardAndGradients_anyWidth_equalFloat64(int in, int out, int stride, int side) {
        ParameterTable table = new ParameterTable(1);
        Layers.Layer layer = Layers.conv(table, "conv", in, out, 1, stride, 0);
        Tensor weight = table.parameters().get("conv.weight");
        Tensor picture = torch.randn(16, in, side, side).contiguous(MemoryFormat.ChannelsLast);
        Tensor x = picture.detach().requires_grad_(true);
        Tensor y = layer.forward(x);
        y.square().sum().backward();

        Tensor exactX = picture.to(ScalarType.Double).detach().requires_grad_(true);
        Tensor exactWeight = weight.detach().to(ScalarType.Double).requires_grad_(true);
        Tensor exact = torch.conv2d(
                exactX,
                exactWeight,
                new TensorOptional(),
                new long[] {stride, stride},
                new long[] {0, 0},
                new long[] {1, 1},
                1L);
        exact.square().sum().backward();

        assertThat(distance(y, exact)).isLessThan(1e-4);
        assertThat(distance(x.grad(), exactX.grad())).isLessThan(1e-4);
        assertThat(distance(weight.grad(), exactWeight.grad())).isLessThan(1e-2);
    }

    private static double distance(Tensor found, Tensor exact) {
        return found.detach()
                .to(ScalarType.Double)
                .sub(exact.detach())
                .abs()
                .max()
                .item_double();
    }
}
