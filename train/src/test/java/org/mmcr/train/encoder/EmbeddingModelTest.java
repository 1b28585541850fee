package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.PointerScopeExtension;

@ExtendWith(PointerScopeExtension.class)
class EmbeddingModelTest {
    private static final EncoderSpec SMALL = new ResNetSpec(ResNetSpec.Depth.RESNET18, ResNetSpec.Stem.CIFAR, 8, false);
    private static final ProjectorSpec PROJECTOR = new ProjectorSpec(List.of(16, 6));

    @Test
    void create_sameSeed_sameWeights() {
        torch.manual_seed(1);
        EmbeddingModel first = EmbeddingModel.create(SMALL, PROJECTOR, 7);
        torch.manual_seed(2);
        EmbeddingModel second = EmbeddingModel.create(SMALL, PROJECTOR, 7);
        EmbeddingModel other = EmbeddingModel.create(SMALL, PROJECTOR, 8);

        assertThat(differing(first.state(), second.state())).isZero();
        assertThat(differing(first.parameters(), other.parameters())).isPositive();
    }

    @Test
    void create_convolutionWeights_haveTheVarianceOfFanOutAndChannelsLastLayout() {
        Encoder encoder = ResNetSpec.cifar(ResNetSpec.Depth.RESNET18).build(3);

        Tensor weight = encoder.parameters().get("layer3.1.conv2.weight");
        assertThat(weight.is_contiguous(MemoryFormat.ChannelsLast)).isTrue();
        assertThat(weight.std().item_double())
                .isBetween(0.99 * Math.sqrt(2.0 / (256 * 9)), 1.01 * Math.sqrt(2.0 / (256 * 9)));
        assertThat(weight.mean().item_double()).isBetween(-1e-3, 1e-3);
    }

    @Test
    void create_zeroInitResidual_startsLastScaleOfEachBlockAtZero() {
        Encoder encoder = new ResNetSpec(ResNetSpec.Depth.RESNET50, ResNetSpec.Stem.CIFAR, 4, true).build(3);

        encoder.parameters().forEach((name, tensor) -> {
            if (name.endsWith("bn3.weight")) {
                assertThat(tensor.abs().sum().item_double()).as(name).isZero();
            } else if (name.endsWith("bn1.weight")) {
                assertThat(tensor.min().item_double()).as(name).isEqualTo(1);
            }
        });
    }

    /** The early features are read beside the network: with and without them, training is the same. */
    @Test
    void earlyFeatures_areUnseenByTheProjectorAndSeenByAClassifier() {
        EmbeddingModel without = EmbeddingModel.create(EncoderShapeTest.concatenated(true, 0), PROJECTOR, 7);
        EmbeddingModel with = EmbeddingModel.create(EncoderShapeTest.concatenated(true, 1), PROJECTOR, 7);
        Tensor x = torch.randn(6, 3, 16, 16);
        Tensor embeddings = with.embed(x);
        assertThat(embeddings.equal(without.embed(x))).isTrue();
        assertThat(embeddings.equal(with.projector().forward(with.features(x)))).isTrue();
        embeddings.square().sum().backward();
        without.embed(x).square().sum().backward();
        without.parameters()
                .forEach((name, expected) -> assertThat(
                                torch.allclose(with.parameters().get(name).grad(), expected.grad()))
                        .as(name)
                        .isTrue());

        EmbeddingModel classifier =
                EmbeddingModel.create(EncoderShapeTest.concatenated(true, 1), ProjectorSpec.classifier(3), 7);
        assertThat(TensorMaps.shape(classifier.projector().state().get("0.weight")))
                .containsExactly(3L, (long) classifier.encoder().features());
        assertThat(classifier.encoder().features()).isEqualTo(2 * 8 + 16 + 40);
        assertThat(ProjectorSpec.classifier(3).withDimension(4)).isEqualTo(ProjectorSpec.classifier(4));
    }

    @Test
    void embed_trainingMode_normalisesByBatchAndMovesRunningStatistics() {
        EmbeddingModel model = EmbeddingModel.create(SMALL, PROJECTOR, 1);
        Tensor mean = model.buffers().get("encoder.bn1.running_mean");
        Tensor x = torch.randn(6, 3, 16, 16);
        Tensor before = mean.clone();
        model.train(false);
        Tensor alone = model.embed(x.narrow(0, 0, 1));
        Tensor together = model.embed(x).narrow(0, 0, 1);
        assertThat(largest(alone.sub(together))).isLessThan(1e-4);
        assertThat(mean.equal(before)).isTrue();

        model.train(true);
        model.embed(x);
        assertThat(mean.equal(before)).isFalse();
        assertThat(model.buffers().get("encoder.bn1.num_batches_tracked").item_long())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Precision.class,
            names = {"FP32", "BF16"})
    void embed_eitherPrecision_givesFiniteFloatGradientsForEveryParameter(Precision precision) {
        EmbeddingModel model = EmbeddingModel.create(SMALL, PROJECTOR, 1);
        Tensor z;
        try (Precision.Scope autocast = precision.autocast()) {
            z = model.embed(torch.randn(8, 3, 16, 16));
        }
        z.square().sum().backward();

        assertThat(z.scalar_type().intern()).isEqualTo(ScalarType.Float);
        assertThat(TensorMaps.shape(z)).containsExactly(8L, 6L);
        model.parameters().forEach((name, parameter) -> {
            Tensor gradient = parameter.grad();
            assertThat(gradient.defined()).as(name).isTrue();
            assertThat(gradient.scalar_type().intern()).as(name).isEqualTo(ScalarType.Float);
            assertThat(gradient.isfinite().all().item_bool()).as(name).isTrue();
        });
    }

    @Test
    void embed_bf16_isCloseToFp32() {
        torch.manual_seed(1);
        EmbeddingModel model = EmbeddingModel.create(SMALL, PROJECTOR, 1);
        try (NoGradGuard guard = new NoGradGuard()) {
            Tensor x = torch.randn(64, 3, 16, 16);
            Tensor exact = model.embed(x);
            Tensor rounded;
            try (Precision.Scope autocast = Precision.BF16.autocast()) {
                rounded = model.embed(x);
            }
            double error =
                    rounded.sub(exact).norm().item_double() / exact.norm().item_double();
            assertThat(error).isBetween(1e-6, 0.05);
        }
    }

    @Test
    void copy_thenLerp_movesTheCopyOnly() {
        EmbeddingModel online = EmbeddingModel.create(SMALL, PROJECTOR, 1);
        EmbeddingModel average = online.copy();
        assertThat(differing(online.state(), average.state())).isZero();

        try (NoGradGuard guard = new NoGradGuard()) {
            Tensor old = average.parameters().get("projector.0.weight").clone();
            online.parameters().values().forEach(p -> p.add_(new Scalar(1.0)));
            online.buffers().get("encoder.bn1.running_var").fill_(new Scalar(5.0));

            average.lerpFrom(online, 0.25);

            Tensor moved = average.parameters().get("projector.0.weight");
            assertThat(largest(moved.sub(old).sub_(new Scalar(0.25)))).isLessThan(1e-6);
            assertThat(average.buffers().get("encoder.bn1.running_var").min().item_double())
                    .isEqualTo(5);
            assertThat(moved.requires_grad()).isTrue();
        }
    }

    /** The projector's batch-norm alone makes embeddings depend on their batch. */
    @Test
    void training_projectorAlone_isTrueAndCopied() {
        EmbeddingModel model = EmbeddingModel.create(SMALL, PROJECTOR, 1);
        model.encoder().eval();
        assertThat(model.training()).isTrue();
        EmbeddingModel twin = model.copy();
        assertThat(twin.encoder().training()).isFalse();
        assertThat(twin.projector().training()).isTrue();
        model.train(false);
        assertThat(model.training()).isFalse();
    }

    @Test
    void parameters_insideScopeOfCaller_outliveIt() {
        EmbeddingModel model;
        try (PointerScope scope = new PointerScope()) {
            model = EmbeddingModel.create(SMALL, PROJECTOR, 1).copy();
        }
        try (PointerScope scope = new PointerScope()) {
            assertThat(model.embed(torch.randn(4, 3, 8, 8)).isfinite().all().item_bool())
                    .isTrue();
        }
    }

    @Test
    void copyFrom_otherShape_listsTheDifferences() {
        EmbeddingModel model = EmbeddingModel.create(SMALL, PROJECTOR, 1);
        EmbeddingModel wider = EmbeddingModel.create(SMALL, new ProjectorSpec(List.of(16, 9, 6)), 1);

        assertThatThrownBy(() -> model.copyFrom(wider))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("unexpected 6 (projector.4.weight")
                .hasMessageContaining("projector.3.weight is float[9, 16] instead of float[6, 16]");
    }

    private static long differing(Map<String, Tensor> a, Map<String, Tensor> b) {
        assertThat(a.keySet()).containsExactlyElementsOf(b.keySet());
        return a.entrySet().stream()
                .filter(e -> !e.getValue().equal(b.get(e.getKey())))
                .count();
    }

    private static double largest(Tensor difference) {
        return difference.abs().max().item_double();
    }
}
