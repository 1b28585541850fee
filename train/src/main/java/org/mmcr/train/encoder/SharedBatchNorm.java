package org.mmcr.train.encoder;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorTensorHook;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.objective.Communicator;

/**
 * Normalisation of a batch that several processes share equally: x (B, C) or (B, C, H, W) of each -> x with the mean and variance
 * over all of them taken out.
 *
 * <p>With u the normalised values, n the count over all processes and g the gradient with respect to u,
 *
 * <pre>dx = (g - sum(g) / n - u sum(g u) / n) / sigma</pre>
 *
 * where the sums, too, run over all processes. libtorch's evaluation form takes mean and variance as constants and gives the
 * {@code g / sigma} of it; a hook on u puts the bracket in the place of g on the way back, with one sum over the processes. So
 * both passes exchange 2 C numbers, and the gradient is exactly that of the whole batch. libtorch holds the hook's Java half weakly: forward
 * and backward pass belong into one {@code PointerScope}.
 */
final class SharedBatchNorm {
    private static final TensorOptional NONE = none();

    private SharedBatchNorm() {}

    /** values: x normalised, with graph; mean, variance (biased): (C) float32, over all processes; count: of values a channel. */
    record Normalised(Tensor values, Tensor mean, Tensor variance, double count) {}

    static Normalised apply(Tensor x, double epsilon, Communicator peers) {
        long channels = x.size(1);
        double count = (double) x.numel() / channels * peers.size();
        Tensor mean;
        Tensor variance;
        try (NoGradGuard guard = new NoGradGuard()) {
            Tensor moments = moments(x.detach(), channels);
            peers.sum(moments);
            moments.div_(new Scalar(peers.size()));
            Tensor exact = moments.select(0, 0);
            variance = moments.select(0, 1)
                    .sub(exact.mul(exact))
                    .clamp_min_(new Scalar(0))
                    .to(ScalarType.Float);
            mean = exact.to(ScalarType.Float);
        }
        Tensor values = torch.batch_norm(
                x, NONE, NONE, new TensorOptional(mean), new TensorOptional(variance), false, 0, epsilon, false);
        if (values.requires_grad()) {
            values.register_hook(new Bracket(values.detach(), count, peers));
        }
        return new Normalised(values, mean, variance, count);
    }

    /** (2, C) float64: mean and mean square; from the variance about this process's own mean, so that no digits cancel. */
    private static Tensor moments(Tensor x, long channels) {
        // Statistics come in the type of the running ones, which are float32 whatever the type of x.
        TensorOptional zeros = new TensorOptional(torch.zeros(channels));
        TensorOptional ones = new TensorOptional(torch.ones(channels));
        T_TensorTensor_T local = torch.batch_norm_update_stats(x, zeros, ones, 0);
        Tensor mean = local.get0().to(ScalarType.Double);
        Tensor square = local.get1().to(ScalarType.Double).addcmul_(mean, mean);
        return torch.stack(new TensorVector(mean, square));
    }

    private static TensorOptional none() {
        TensorOptional none = new TensorOptional();
        none.retainReference();
        return none;
    }

    /** g -> g - sum(g) / n - u sum(g u) / n. */
    private static final class Bracket extends TensorTensorHook {
        private final Tensor normalised;
        private final double count;
        private final Communicator peers;

        Bracket(Tensor normalised, double count, Communicator peers) {
            this.normalised = normalised;
            this.count = count;
            this.peers = peers;
        }

        @Override
        public TensorBase call(TensorBase gradient) {
            try (NoGradGuard guard = new NoGradGuard()) {
                Tensor g = new Tensor(gradient);
                Tensor product = g.mul(normalised);
                Tensor sums = torch.stack(new TensorVector(channelSums(g), channelSums(product)));
                product.close();
                peers.sum(sums);
                Tensor means = sums.div_(new Scalar(-count)).to(ScalarType.Float);
                Tensor shifted = g.add(perChannel(means.select(0, 0)));
                shifted.addcmul_(normalised, perChannel(means.select(0, 1)));
                normalised.close(); // the caller's scope would keep it until the step ends
                return shifted;
            }
        }

        /** (C) float64. */
        private static Tensor channelSums(Tensor values) {
            Tensor sums = values.dim() == 4 ? values.sum(0, 2, 3) : values.sum(0);
            return sums.to(ScalarType.Double);
        }

        private Tensor perChannel(Tensor channels) {
            Tensor typed = channels.to(normalised.scalar_type());
            return normalised.dim() == 4 ? typed.view(1, -1, 1, 1) : typed;
        }
    }
}
