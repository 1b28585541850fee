package org.mmcr.bench;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.train.encoder.Precision;
import org.mmcr.train.run.ComputeThreads;
import org.mmcr.train.run.TrainedModel;

/**
 * The bare forward pass: an encoder applied repeatedly to one batch of noise, without augmenting, copying or writing
 * anything. Two arrangements, since neither is faster on every machine: libtorch's threads share each operation
 * ("together"), or each thread has a batch of its own ("apart").
 */
final class BareForward {
    private final TrainedModel model;
    private final int batch;
    private final int threads;
    private final boolean apart;

    private BareForward(TrainedModel model, int batch, int threads, boolean apart) {
        this.model = model;
        this.batch = batch;
        this.threads = threads;
        this.apart = apart;
    }

    static BareForward together(TrainedModel model, int batch) {
        return new BareForward(model, batch, 1, false);
    }

    static BareForward apart(TrainedModel model, int batch, int threads) {
        return new BareForward(model, batch, threads, true);
    }

    String name() {
        return "bare " + (apart ? "apart " : "together ") + batch;
    }

    /** Computes the features of so many pictures. */
    void run(int pictures) {
        if (!apart) {
            forward(pictures);
            return;
        }
        int usual = torch.get_num_threads();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int part = pictures * (i + 1) / threads - pictures * i / threads;
            all.add(new Thread(() -> {
                torch.get_num_threads(); // initialises the number, which would otherwise overwrite the next line
                torch.set_num_threads(1);
                forward(part);
            }));
        }
        all.forEach(Thread::start);
        all.forEach(BareForward::join);
        ComputeThreads.use(usual);
    }

    private void forward(int pictures) {
        try (NoGradGuard noGrad = new NoGradGuard();
                Precision.Scope autocast = model.config().precision().autocast();
                PointerScope outer = new PointerScope()) {
            Tensor rows = torch.randn(batch, model.view().shape().length());
            for (int done = 0; done < pictures; done += batch) {
                try (PointerScope scope = new PointerScope()) {
                    int count = Math.min(batch, pictures - done);
                    model.features()
                            .apply(model.view().shape().arrange(rows.narrow(0, 0, count)))
                            .contiguous();
                }
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted during a benchmark", e);
        }
    }
}
