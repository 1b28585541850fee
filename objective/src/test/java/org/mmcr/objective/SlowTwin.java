package org.mmcr.objective;

import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The objective as it reads on paper, by full decompositions and autograd through them. Float64, no care taken. */
final class SlowTwin {
    private SlowTwin() {}

    static Tensor loss(Tensor z, int views, double localWeight, Optional<Tensor> momentum) {
        Tensor each = unit(z, views);
        Tensor centroids = each.mean(1);
        if (momentum.isPresent()) {
            centroids = centroids.add(unit(momentum.get(), views).mean(1)).div(new Scalar(2));
        }
        Tensor loss = nuclear(centroids).neg();
        for (int sample = 0; sample < each.size(0); sample++) {
            Tensor local = nuclear(each.select(0, sample));
            loss = loss.add(local.mul(new Scalar(localWeight / each.size(0))));
        }
        return loss;
    }

    private static Tensor unit(Tensor z, int views) {
        Tensor lengths = z.mul(z).sum(1).sqrt().unsqueeze(1);
        return z.div(lengths).view(-1, views, z.size(1));
    }

    private static Tensor nuclear(Tensor matrix) {
        return torch.linalg_svd(matrix, false, new StringViewOptional()).get1().sum();
    }
}
