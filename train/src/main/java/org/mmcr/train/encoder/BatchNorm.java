package org.mmcr.train.encoder;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.objective.Communicator;

/**
 * Batch normalisation. Training mode uses the batch statistics and updates the running ones; evaluation mode uses the
 * running statistics, and so does a frozen block. If the batch is split over processes, the batch statistics are those of all processes.
 */
final class BatchNorm implements Layers.Layer {
    private static final double MOMENTUM = 0.1;
    /** Added to the variance. */
    static final double EPSILON = 1e-5;

    private final ParameterTable table;
    private final String name;
    private final String block;
    private final TensorOptional weight;
    private final TensorOptional bias;
    private final TensorOptional mean;
    private final TensorOptional variance;
    private final Tensor batches;
    private final Scalar one = new Scalar(1L);

    BatchNorm(ParameterTable table, String name, int channels, double scale) {
        this.table = table;
        this.name = name;
        block = table.block();
        weight = table.argument(table.constant(name + ".weight", scale, channels));
        bias = table.argument(table.constant(name + ".bias", 0, channels));
        mean = table.argument(table.buffer(name + ".running_mean", 0, channels));
        variance = table.argument(table.buffer(name + ".running_var", 1, channels));
        batches = table.counter(name + ".num_batches_tracked");
        one.retainReference();
    }

    @Override
    public Tensor forward(Tensor x) {
        boolean training = table.training(block);
        boolean records = training && table.recording();
        if (records) {
            batches.add_(one);
        }
        if (training && table.communicator().size() > 1) {
            return synchronised(x, table.communicator(), records);
        }
        double momentum = records ? MOMENTUM : 0;
        return torch.batch_norm(x, weight, bias, mean, variance, training, momentum, EPSILON, false);
    }

    @Override
    public <V> V describe(Graph<V> graph, V x) {
        return graph.batchNorm(x, name, EPSILON);
    }

    private Tensor synchronised(Tensor x, Communicator communicator, boolean records) {
        SyncBatchNorm.Normalised all = SyncBatchNorm.apply(x, EPSILON, communicator, table.totalRows());
        if (records) {
            try (NoGradGuard guard = new NoGradGuard()) {
                Scalar momentum = new Scalar(MOMENTUM);
                double unbiased = all.count() / Math.max(1, all.count() - 1);
                mean.get().lerp_(all.mean(), momentum);
                variance.get().lerp_(all.variance().mul(new Scalar(unbiased)), momentum);
            }
        }
        Tensor scale = perChannel(weight.get(), x);
        Tensor shift = perChannel(bias.get(), x);
        return torch.addcmul(shift, all.values(), scale);
    }

    private static Tensor perChannel(Tensor channels, Tensor x) {
        Tensor typed = channels.to(x.scalar_type());
        return x.dim() == 4 ? typed.view(1, -1, 1, 1) : typed;
    }
}
