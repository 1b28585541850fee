package org.mmcr.train.encoder;

import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
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
import org.mmcr.objective.linalg.ReturningScope;

/**
 * Normalisation of a batch that is split over several processes: x (B, C) or (B, C, H, W) on each -> x
 * normalised by the mean and variance over all of them.
 *
 * <p>With u the normalised values, n the count over all processes and g the gradient with respect to u,
 *
 * <pre>dx = (g - sum(g) / n - u sum(g u) / n) / sigma</pre>
 *
 * where the sums run over all processes. libtorch's evaluation mode takes mean and variance as constants and computes
 * {@code g / sigma}. A hook on u replaces g by the bracket in the backward pass, with one all-reduce. Each pass
 * exchanges 2 C numbers, and the gradient is exactly that of the whole batch. These numbers are float64 on the
 * processor, because an Apple GPU has no float64. libtorch holds the Java part of the hook weakly, so forward and
 * backward pass must run in one {@code PointerScope}.
 */
final class SyncBatchNorm {
    private static final TensorOptional NONE = none();

    private SyncBatchNorm() {}

    /**
     * A normalised batch.
     *
     * @param values x normalised, with its autograd graph
     * @param mean (C) float32, over all processes
     * @param variance (C) float32, biased, over all processes
     * @param count number of values per channel over all processes
     */
    record Normalised(Tensor values, Tensor mean, Tensor variance, double count) {}

    /** totalRows: B over all processes where they differ, above 1, of x (B, C); 0 where each has as many. */
    static Normalised apply(Tensor x, double epsilon, Communicator communicator, long totalRows) {
        long channels = x.size(1);
        double count = totalRows == 0 ? (double) x.numel() / channels * communicator.size() : totalRows;
        Tensor mean;
        Tensor variance;
        try (NoGradGuard guard = new NoGradGuard()) {
            Tensor moments =
                    x.size(0) == 0 ? torch.zeros(2, channels).to(ScalarType.Double) : moments(x.detach(), channels);
            moments.mul_(new Scalar(totalRows == 0 ? 1.0 / communicator.size() : (double) x.size(0) / totalRows));
            communicator.sum(moments);
            Tensor exact = moments.select(0, 0);
            variance = moments.select(0, 1)
                    .sub(exact.mul(exact))
                    .clamp_min_(new Scalar(0))
                    .to(ScalarType.Float)
                    .to(x.device(), ScalarType.Float);
            mean = exact.to(ScalarType.Float).to(x.device(), ScalarType.Float);
        }
        Tensor values = torch.batch_norm(
                x, NONE, NONE, new TensorOptional(mean), new TensorOptional(variance), false, 0, epsilon, false);
        if (values.requires_grad()) {
            values.register_hook(new Bracket(values.detach(), count, communicator));
        }
        return new Normalised(values, mean, variance, count);
    }

    /**
     * Mean and mean square, (2, C) float64 on the processor. Computed from the variance about this process's own mean,
     * to avoid cancellation.
     */
    private static Tensor moments(Tensor batch, long channels) {
        Tensor x = batch.is_mps() ? batch.cpu() : batch; // an Apple GPU cannot compute these statistics
        // Statistics have the type of the running ones, which are float32 for every type of x.
        TensorOptional zeros = new TensorOptional(x.new_zeros(channels).to(ScalarType.Float));
        TensorOptional ones = new TensorOptional(x.new_ones(channels).to(ScalarType.Float));
        T_TensorTensor_T local = torch.batch_norm_update_stats(x, zeros, ones, 0);
        Tensor mean = local.get0().cpu().to(ScalarType.Double);
        Tensor square = local.get1().cpu().to(ScalarType.Double).addcmul_(mean, mean);
        return torch.stack(new TensorVector(mean, square));
    }

    private static TensorOptional none() {
        TensorOptional none = new TensorOptional();
        none.retainReference();
        return none;
    }

    /** The backward hook g -> g - sum(g) / n - u sum(g u) / n. */
    private static final class Bracket extends TensorTensorHook {
        private final Tensor normalised;
        private final double count;
        private final Communicator communicator;
        /** Owns the result. libtorch calls the hook of a tensor on a GPU on a thread that has no scope. */
        private final Optional<PointerScope> scope = Optional.ofNullable(PointerScope.getInnerScope());

        Bracket(Tensor normalised, double count, Communicator communicator) {
            this.normalised = normalised;
            this.count = count;
            this.communicator = communicator;
        }

        @Override
        public TensorBase call(TensorBase gradient) {
            try (ReturningScope temporary = new ReturningScope(scope);
                    NoGradGuard guard = new NoGradGuard()) {
                Tensor g = new Tensor(gradient);
                Tensor product = g.mul(normalised);
                Tensor sums = torch.stack(new TensorVector(channelSums(g), channelSums(product)));
                product.close();
                communicator.sum(sums);
                Tensor means =
                        sums.div_(new Scalar(-count)).to(ScalarType.Float).to(normalised.device(), ScalarType.Float);
                Tensor shifted = g.add(perChannel(means.select(0, 0)));
                shifted.addcmul_(normalised, perChannel(means.select(0, 1)));
                normalised.close(); // the caller's scope would hold it until the step ends
                return temporary.keep(shifted);
            }
        }

        /** Sums per channel, (C) float64 on the processor. */
        private static Tensor channelSums(Tensor values) {
            Tensor sums = values.dim() == 4 ? values.sum(0, 2, 3) : values.sum(0);
            return sums.cpu().to(ScalarType.Double);
        }

        private Tensor perChannel(Tensor channels) {
            Tensor typed = channels.to(normalised.scalar_type());
            return normalised.dim() == 4 ? typed.view(1, -1, 1, 1) : typed;
        }
    }
}
