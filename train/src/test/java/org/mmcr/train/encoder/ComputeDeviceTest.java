package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.data.Modality;
import org.mmcr.objective.PointerScopeExtension;
import org.mmcr.train.optim.AdamWSpec;
import org.mmcr.train.optim.MuonSpec;
import org.mmcr.train.optim.Optimizer;
import org.mmcr.train.optim.OptimizerSpec;
import org.mmcr.train.optim.SgdSpec;

@ExtendWith(PointerScopeExtension.class)
class ComputeDeviceTest {
    /** Computes shapes alone, and refuses sums and products of its entries with those of the processor. */
    private static final ComputeDevice META = new ComputeDevice(ComputeDevice.Kind.META, 0);

    private static final List<OptimizerSpec> OPTIMIZERS = List.of(
            MuonSpec.standard(), new AdamWSpec(1e-3, 0.9, 0.999, 1e-8, 0.01), new SgdSpec(0.1, 0.9, true, 1e-4));

    @ParameterizedTest
    @ValueSource(strings = {"resnet18", "convnext_tiny", "vit_tiny_patch16_224", "vit_small_patch14_reg4_dinov2"})
    void move_toAnotherDevice_takesEveryTensor(String network) {
        EmbeddingModel model = model(Architectures.published(network));
        model.to(META);
        assertThat(model.state().values()).allMatch(Tensor::is_meta);
        assertThat(model.parameters().values()).allMatch(Tensor::requires_grad);
        assertThat(model.copy().state().values()).allMatch(Tensor::is_meta);
    }

    /** Layers keep some tensors in a second form. */
    @Test
    void move_toAnotherDevice_takesArgumentsOfFunctions() {
        ParameterTable table = new ParameterTable(1);
        TensorOptional bias = table.argument(table.constant("bias", 0, 3));
        table.to(META);
        assertThat(bias.get().is_meta()).isTrue();
    }

    /** libtorch has no convolution and no batch-norm of shapes, so this loss is a function of the weights alone. */
    @Test
    void step_onAnotherDevice_mixesNoDevices() {
        EmbeddingModel model = model(Architectures.published("vit_tiny_patch16_224"));
        model.to(META);
        EmbeddingModel average = model.copy();
        for (OptimizerSpec spec : OPTIMIZERS) {
            Optimizer optimizer = spec.build(model.parameters());
            optimizer.zeroGrad();
            model.parameters()
                    .values()
                    .forEach(weights -> weights.square().sum().backward());
            optimizer.step(1);
            average.lerpFrom(model, 0.1);
        }
        assertThat(average.state().values()).allMatch(Tensor::is_meta);
    }

    /** A mixture of devices is an error, so the step above can fail. */
    @Test
    void meta_withATensorOfTheProcessor_fails() {
        assertThatThrownBy(() -> META.place(torch.ones(2, 2)).add(torch.ones(2, 2)))
                .isInstanceOf(RuntimeException.class)
                .hasMessageContaining("device");
    }

    /** libtorch cannot find the rows of a modality without their values, so that all are missing here. */
    @Test
    void embed_missingModalitiesOnAnotherDevice_givesZerosThere() {
        TowersSpec towers =
                new TowersSpec(List.of(new Modality("a", 3), new Modality("b", 2)), List.of(8), Activation.RELU);
        EmbeddingModel model = model(towers);
        model.to(META);
        model.train(false);
        Tensor missing = torch.zeros(4, 5).fill_(new Scalar(Double.NaN));
        assertThat(model.embed(missing).is_meta()).isTrue();
    }

    private static EmbeddingModel model(EncoderSpec network) {
        return EmbeddingModel.create(network, new ProjectorSpec(List.of(32, 16)), 1);
    }

    @Test
    void move_toTheSameDevice_keepsValuesAndOptimiserWorks() {
        EmbeddingModel moved = model(Architectures.published("resnet18"));
        EmbeddingModel still = moved.copy();
        moved.to(ComputeDevice.CPU);
        Map<String, Tensor> before = still.state();
        moved.state().forEach((name, tensor) -> {
            assertThat(torch.equal(tensor, before.get(name))).as(name).isTrue();
            assertThat(tensor.requires_grad())
                    .as(name)
                    .isEqualTo(before.get(name).requires_grad());
        });
        Tensor x = torch.randn(2, 3, 32, 32);
        moved.train(true);
        still.train(true);
        assertThat(torch.equal(moved.embed(x), still.embed(x))).isTrue();
        moved.embed(x).square().sum().backward();
        assertThat(moved.parameters().values())
                .allMatch(parameter -> parameter.grad().defined());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpu", "CUDA", "cuda:", "cuda:-1", "cuda:1000", "", "meta"})
    void name_unknown_isRefused(String name) {
        assertThatThrownBy(() -> ComputeDevice.requireName(name))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("expected a device auto, cpu, cuda")
                .hasMessageContaining("found '" + name + "'");
    }

    @Test
    void cuda_withTheLibraryForProcessors_saysWhatToInstall() {
        assumeFalse(torch.hasCUDA());
        assertThatThrownBy(() -> ComputeDevice.choose("cuda:1"))
                .isInstanceOf(MmcrException.class)
                .hasMessageStartingWith("expected an NVIDIA card for device cuda, found none: ")
                .hasMessageContaining("--device cpu");
    }

    @Test
    void auto_withoutACard_isTheProcessor() {
        assumeFalse(torch.hasCUDA() || torch.hasMPS());
        assertThat(ComputeDevice.choose("auto")).isEqualTo(ComputeDevice.CPU);
        assertThatThrownBy(() -> ComputeDevice.choose("mps")).hasMessageContaining("use --device cpu");
    }

    @Test
    void precision_auto_followsTheDevice() {
        ComputeDevice card = new ComputeDevice(ComputeDevice.Kind.CUDA, 0);
        assertThat(Precision.AUTO.resolved(card)).isEqualTo(Precision.BF16);
        assertThat(Precision.FP32.resolved(card)).isEqualTo(Precision.FP32);
        assertThat(Precision.AUTO.resolved(new ComputeDevice(ComputeDevice.Kind.MPS, 0)))
                .isEqualTo(Precision.FP32);
        assertThat(Precision.AUTO.resolved(ComputeDevice.CPU)).isEqualTo(Precision.AUTO.resolved());
    }
}
