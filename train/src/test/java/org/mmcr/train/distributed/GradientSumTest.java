package org.mmcr.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.core.MmcrException;
import org.mmcr.train.distributed.CommunicationStats.Use;
import org.mmcr.train.encoder.EmbeddingModel;
import org.mmcr.train.run.ModelOptions;
import org.mmcr.train.run.PretrainConfig;

/** Compares gradients that are sent during the backward pass with those that are sent after it. */
class GradientSumTest {
    /** One or two buckets for each layer. */
    private static final long SMALL = 256;

    private static EmbeddingModel model() {
        ModelOptions small = PretrainConfig.defaults()
                .with(
                        "model.encoder",
                        "{type: fast, stemWidth: 4, widths: [8], blocks: [1], strides: [2], headWidth: 0}")
                .with("model.projector.widths", "[16, 4]")
                .model();
        EmbeddingModel model = EmbeddingModel.create(small.encoder(), small.projector(), 3);
        model.train(true);
        return model;
    }

    /** The gradients of a rank after a step of several passes, and how many buckets were sent before its end. */
    private record Step(List<float[]> gradients, int early, long bytes) {}

    private static List<Step> step(int world, int passes, GradientDtype dtype, boolean overlap) throws Exception {
        return Loopback.run(world, group -> {
            EmbeddingModel model = model();
            model.syncBatchNorm(group.communicator(Use.BATCH_NORM));
            Map<String, Tensor> parameters = model.parameters();
            try (GradientSum sum = new GradientSum(group, parameters, dtype, overlap, SMALL);
                    PointerScope scope = new PointerScope()) {
                for (int pass = 0; pass < passes; pass++) {
                    if (pass == passes - 1) {
                        sum.beforeLastPass();
                    }
                    Tensor embeddings = model.embed(
                            pictures(1 + pass + passes * group.rank().rank()));
                    embeddings.mul(embeddings).sum().backward();
                }
                int early = sum.sentBuckets();
                sum.apply();
                return new Step(
                        parameters.values().stream()
                                .map(GradientSumTest::gradient)
                                .toList(),
                        early,
                        group.stats().bytes(Use.GRADIENTS));
            }
        });
    }

    /** Libtorch's own generator is shared by the ranks of one process, so the numbers come from a formula. */
    private static Tensor pictures(int seed) {
        return torch.arange(new Scalar(6 * 3 * 8 * 8))
                .mul(new Scalar(0.37 * seed))
                .sin()
                .view(6, 3, 8, 8);
    }

    private static float[] gradient(Tensor parameter) {
        Tensor flat = parameter.grad().flatten().contiguous();
        float[] values = new float[Math.toIntExact(flat.numel())];
        flat.data_ptr_float().get(values);
        return values;
    }

    @ParameterizedTest
    @CsvSource({"2,1,FP32", "2,3,FP32", "4,1,FP32", "4,2,BF16"})
    void apply_withBucketsSentEarly_hasTheSameBits(int world, int passes, GradientDtype dtype) throws Exception {
        List<Step> late = step(world, passes, dtype, false);
        List<Step> early = step(world, passes, dtype, true);
        assertThat(late).allSatisfy(step -> assertThat(step.early()).isZero());
        assertThat(early).allSatisfy(step -> assertThat(step.early()).isGreaterThan(5));
        List<float[]> expected = late.get(0).gradients();
        List<Step> all = new ArrayList<>(late);
        all.addAll(early);
        assertThat(all).allSatisfy(step -> {
            assertThat(step.bytes()).isEqualTo(late.get(0).bytes());
            assertThat(step.gradients()).hasSameSizeAs(expected);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(step.gradients().get(i)).isEqualTo(expected.get(i));
            }
        });
    }

    @Test
    void close_leavesNoHookBehind() throws Exception {
        List<Integer> sent = Loopback.run(2, group -> {
            EmbeddingModel model = model();
            try (PointerScope scope = new PointerScope()) {
                GradientSum sum = new GradientSum(group, model.parameters(), GradientDtype.FP32, true, SMALL);
                sum.close();
                sum.beforeLastPass();
                model.embed(pictures(1)).sum().backward();
                return sum.sentBuckets();
            }
        });
        assertThat(sent).containsOnly(0);
    }

    /** A kept sum would keep the connections, whose end is what the others notice. */
    @Test
    void close_betweenStartAndEndOfASum_releasesTheConnections() throws Exception {
        long began = System.nanoTime();
        List<String> ends = Loopback.run(2, group -> {
            EmbeddingModel model = model();
            try (GradientSum sum = new GradientSum(group, model.parameters(), GradientDtype.FP32, true, SMALL);
                    PointerScope scope = new PointerScope()) {
                sum.beforeLastPass();
                model.embed(pictures(1)).sum().backward();
                if (group.rank().first()) {
                    group.publishFailure(new MmcrException("the disk is full"));
                    return sum.sentBuckets() > 0 ? "failed" : "sent nothing";
                }
                group.allReduce(1);
                return "continued";
            } catch (PeerLostException e) {
                return String.valueOf(e.getMessage());
            }
        });
        assertThat(ends.get(0)).isEqualTo("failed");
        assertThat(ends.get(1)).contains("rank 0 of 2: the disk is full");
        assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(9));
    }
}
