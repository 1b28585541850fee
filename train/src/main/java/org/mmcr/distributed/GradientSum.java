package org.mmcr.distributed;

import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.loss.Peers;

/**
 * Adds up the gradients of all processes in one flat exchange after the backward pass. Summed, not averaged: each process has
 * the gradient of its share of the whole batch's loss.
 */
public final class GradientSum {
    private final Peers peers;
    private final WirePrecision wire;

    public GradientSum(Peers peers, WirePrecision wire) {
        this.peers = peers;
        this.wire = wire;
    }

    /** Replaces the gradients of the parameters by their sums; the same bits in every process. */
    public void apply(Map<String, Tensor> parameters) {
        if (peers.size() == 1) {
            return;
        }
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            TensorVector flat = new TensorVector();
            for (Tensor parameter : parameters.values()) {
                flat.push_back(parameter.grad().flatten());
            }
            Tensor all = torch.cat(flat, 0);
            Tensor travelling = wire == WirePrecision.BF16 ? all.to(ScalarType.BFloat16) : all;
            peers.sum(travelling);
            Tensor sums = travelling.to(ScalarType.Float);
            long from = 0;
            for (Tensor parameter : parameters.values()) {
                Tensor gradient = parameter.grad();
                gradient.copy_(sums.narrow(0, from, gradient.numel()).view_as(gradient));
                from += gradient.numel();
            }
        }
    }
}
