package org.mmcr.train.library;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.mmcr.objective.MmcrLoss;
import org.mmcr.objective.Objective;

class TrainingLoopTest {
    // [network]
    static final class Network extends Module {
        private final LinearImpl first = register_module("first", new LinearImpl(16, 64));
        private final LinearImpl last = register_module("last", new LinearImpl(64, 8));

        Tensor forward(Tensor x) {
            return last.forward(torch.relu(first.forward(x)));
        }
    }
    // [end]

    /** Samples are random rows, views are noisy copies: (N*K, 16), the K views of a sample adjacent. */
    private static Tensor views(int samples, int views) {
        Tensor rows = torch.randn(samples, 1, 16).expand(samples, views, 16);
        return rows.add(torch.randn_like(rows).mul(new org.bytedeco.pytorch.Scalar(0.3)))
                .reshape(-1, 16);
    }

    @Test
    void loss_inOnesOwnLoop_comesNearerTheBound() {
        torch.manual_seed(7);
        int samples = 64;
        int views = 4;
        int steps = 60;
        double before = 0;
        double after = 0;
        // [loop]
        Network network = new Network(); // modules and optimisers are made outside any PointerScope
        Adam optimizer = new Adam(network.parameters(), new AdamOptions(1e-2));
        Objective objective = new MmcrLoss();
        for (int step = 0; step < steps; step++) {
            try (PointerScope scope = new PointerScope()) { // frees what the step allocates
                Tensor embeddings = network.forward(views(samples, views)); // (N*K, D), sample-major
                Objective.Result result = objective.at(step).compute(embeddings, views);
                optimizer.zero_grad();
                result.loss().backward();
                optimizer.step();
                double percentError = result.figures().get(MmcrLoss.PERCENT_ERROR); // and mean norm, effective rank
                // [end]
                before = step == 0 ? percentError : before;
                after = percentError;
            }
        }
        assertThat(after).isLessThan(0.6 * before);
    }
}
