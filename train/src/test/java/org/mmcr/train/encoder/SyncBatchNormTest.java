package org.mmcr.train.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mmcr.objective.Communicator;
import org.mmcr.train.distributed.CommunicationStats.Use;
import org.mmcr.train.distributed.Loopback;

/** Batch-norm over several ranks against libtorch's batch-norm over all rows. */
class SyncBatchNormTest {
    private static final int ROWS = 12;
    private static final int CHANNELS = 5;

    @BeforeAll
    static void useOneThread() {
        torch.set_num_threads(1);
    }

    /** Result of a pass: outputs, gradients and new running statistics. */
    private record Pass(Tensor output, Tensor input, Map<String, Tensor> weights, Map<String, Tensor> buffers) {}

    private static Tensor input(boolean pictures) {
        return normal(pictures, 11).mul(new Scalar(3)).add(new Scalar(40));
    }

    private static Tensor arriving(boolean pictures) {
        return normal(pictures, 12);
    }

    /** Draws from its own generator, because the ranks are threads here and use the same generator of libtorch. */
    private static Tensor normal(boolean pictures, long seed) {
        Random random = new Random(seed);
        float[] values = new float[ROWS * CHANNELS * (pictures ? 6 : 1)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        Tensor flat = Tensor.create(values);
        return pictures ? flat.view(ROWS, CHANNELS, 3, 2) : flat.view(ROWS, CHANNELS);
    }

    private static Pass pass(boolean pictures, ScalarType type, Communicator communicator) {
        ParameterTable table = new ParameterTable(1);
        table.syncBatchNorm(communicator);
        Layers.Layer layer = Layers.batchNorm(table, "bn", CHANNELS, 1.5);
        long rows = ROWS / communicator.size();
        try (PointerScope scope = new PointerScope()) {
            Tensor x =
                    input(pictures).narrow(0, rows * communicator.rank(), rows).to(type);
            Tensor given = (pictures ? x.contiguous(MemoryFormat.ChannelsLast) : x.clone()).set_requires_grad(true);
            Tensor output = layer.forward(given);
            output.mul(arriving(pictures)
                            .narrow(0, rows * communicator.rank(), rows)
                            .to(type))
                    .to(ScalarType.Float)
                    .sum()
                    .backward();
            Map<String, Tensor> gradients = Map.of(
                    "weight", kept(table.parameters().get("bn.weight").grad()),
                    "bias", kept(table.parameters().get("bn.bias").grad()));
            return new Pass(kept(output.detach()), kept(given.grad()), gradients, table.buffers());
        }
    }

    private static Tensor kept(Tensor tensor) {
        Tensor copy = tensor.clone();
        copy.retainReference();
        return copy;
    }

    @ParameterizedTest
    @CsvSource({"true,2,Float", "true,3,Float", "false,4,Float", "false,12,Float", "true,2,BFloat16"})
    void forward_overRanks_isThatOfAllRows(boolean pictures, int world, ScalarType type) throws Exception {
        Pass whole = pass(pictures, ScalarType.Float, Communicator.NONE);
        List<Pass> parts = Loopback.run(world, group -> pass(pictures, type, group.communicator(Use.BATCH_NORM)));
        double tolerance = type == ScalarType.Float ? 1e-4 : 0.05;
        close(joined(parts.stream().map(Pass::output).toList()), whole.output(), tolerance);
        close(joined(parts.stream().map(Pass::input).toList()), whole.input(), tolerance);
        for (String name : whole.weights().keySet()) {
            Tensor sum = parts.stream()
                    .map(part -> part.weights().get(name).to(ScalarType.Float))
                    .reduce(Tensor::add)
                    .orElseThrow();
            close(sum, whole.weights().get(name), tolerance);
        }
        for (Pass part : parts) {
            whole.buffers().forEach((name, buffer) -> close(part.buffers().get(name), buffer, tolerance / 10));
        }
    }

    @Test
    void forward_throughManyLayers_keepsEveryHook() throws Exception {
        int layers = 120;
        List<Double> outcome = Loopback.run(2, group -> {
            try (PointerScope scope = new PointerScope()) {
                ParameterTable table = new ParameterTable(1);
                table.syncBatchNorm(group.communicator(Use.BATCH_NORM));
                List<Layers.Layer> all = new ArrayList<>();
                for (int i = 0; i < layers; i++) {
                    all.add(Layers.batchNorm(table, "bn" + i, CHANNELS, 1));
                }
                Tensor x = input(false).narrow(0, 6L * group.rank().rank(), 6).set_requires_grad(true);
                Layers.sequence(all)
                        .forward(x)
                        .mul(arriving(false).narrow(0, 6L * group.rank().rank(), 6))
                        .sum()
                        .backward();
                try (NoGradGuard guard = new NoGradGuard()) {
                    // Batch-norm is invariant to shift and scale of the rows, so these directions have no gradient.
                    Tensor along = torch.stack(
                            new TensorVector(x.grad().sum(0), x.grad().mul(x).sum(0)));
                    group.communicator(Use.CONTROL).sum(along);
                    return along.abs().max().item_double();
                }
            }
        });
        assertThat(outcome).allSatisfy(left -> assertThat(left).isLessThan(1e-3));
    }

    /** Tensors on a GPU have their hooks called on a thread of libtorch, where no scope frees temporaries. */
    @Test
    void backward_onAThreadWithoutAScope_leavesNothingToTheGarbageCollector() throws Exception {
        backwardOnAnotherThread(); // constants of the class are made once
        long before = Pointer.totalCount();
        backwardOnAnotherThread();
        // JavaCPP's wrapper of the hook's argument, which owns nothing, is left.
        assertThat(Pointer.totalCount() - before).isLessThanOrEqualTo(1);
    }

    private static void backwardOnAnotherThread() throws InterruptedException {
        try (PointerScope scope = new PointerScope()) {
            Tensor x = input(false).set_requires_grad(true);
            Tensor loss = SyncBatchNorm.apply(x, BatchNorm.EPSILON, Communicator.NONE, 0)
                    .values()
                    .mul(arriving(false))
                    .sum();
            Thread other = new Thread(loss::backward);
            other.start();
            other.join();
            // Batch-norm is invariant to a shift of the rows, so the gradients of a column have the sum zero.
            assertThat(x.grad().sum(0).abs().max().item_double()).isLessThan(1e-4);
        }
    }

    private static Tensor joined(List<Tensor> parts) {
        return torch.cat(new TensorVector(parts.toArray(Tensor[]::new)), 0);
    }

    private static void close(Tensor actual, Tensor expected, double tolerance) {
        Tensor difference =
                actual.to(ScalarType.Float).sub(expected.to(ScalarType.Float)).abs();
        double scale = Math.max(1e-3, expected.to(ScalarType.Float).abs().max().item_double());
        assertThat(difference.max().item_double() / scale).isLessThan(tolerance);
    }
}
