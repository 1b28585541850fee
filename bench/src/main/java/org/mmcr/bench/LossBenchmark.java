package org.mmcr.bench;

import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NormalizeFuncOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.StringViewOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.objective.MmcrLoss;
import org.mmcr.train.run.ComputeThreads;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Times the objective and its gradient with respect to raw float32 embeddings, two views of N samples in D
 * dimensions, against the same mathematics by libtorch's decompositions and autograd. All three return the loss, so
 * that no work can be optimised away.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 3)
@Fork(2)
public class LossBenchmark {
    private static final int VIEWS = 2;

    /** Samples x dimensions. */
    @Param({"256x128", "512x128", "1024x512", "2048x512", "512x512", "256x2048"})
    public String shape = "";

    /**
     * Ratio of the lengths of the embeddings' first and last axis, with a geometric progression between; 1 for
     * isotropic embeddings. The condition number of the centroids grows with it.
     */
    @Param({"1"})
    public double spread = 1;

    private final MmcrLoss objective = new MmcrLoss();
    private Tensor embeddings = new Tensor();

    /** Creates the state for JMH. */
    public LossBenchmark() {}

    /** Draws two noisy views of each sample, as in the middle of training: neither collapsed nor equal. */
    @Setup
    public void prepare() {
        ComputeThreads.use(ComputeThreads.available()); // for all three, as in every command
        String[] sizes = shape.split("x", -1);
        long samples = Long.parseLong(sizes[0]);
        long dimensions = Long.parseLong(sizes[1]);
        torch.manual_seed(samples * 10_000 + dimensions);
        Tensor sample = torch.randn(samples, 1, dimensions);
        Tensor noise = torch.randn(samples, VIEWS, dimensions);
        Tensor axes = torch.linspace(new Scalar(0.0), new Scalar(-Math.log(spread)), dimensions)
                .exp();
        embeddings = sample.add(noise).mul(axes).reshape(samples * VIEWS, dimensions);
        embeddings.set_requires_grad(true);
    }

    /** The objective of mmcr. */
    @Benchmark
    public double mmcr() {
        try (PointerScope scope = new PointerScope()) {
            return backward(objective.compute(embeddings, VIEWS).loss());
        }
    }

    /** The singular values and autograd of libtorch. */
    @Benchmark
    public double svdvals() {
        try (PointerScope scope = new PointerScope()) {
            return backward(torch.linalg_svdvals(centroids()).sum().neg());
        }
    }

    /** The full decomposition and autograd of libtorch. */
    @Benchmark
    public double svd() {
        try (PointerScope scope = new PointerScope()) {
            return backward(torch.linalg_svd(centroids(), false, new StringViewOptional())
                    .get1()
                    .sum()
                    .neg());
        }
    }

    private Tensor centroids() {
        NormalizeFuncOptions rows = new NormalizeFuncOptions();
        rows.dim().put(1);
        long dimensions = embeddings.size(1);
        return torch.normalize(embeddings, rows).view(-1, VIEWS, dimensions).mean(1);
    }

    private double backward(Tensor loss) {
        embeddings.mutable_grad().reset();
        loss.backward();
        return loss.item_double();
    }
}
