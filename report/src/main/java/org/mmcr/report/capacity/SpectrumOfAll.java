package org.mmcr.report.capacity;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.mmcr.MmcrException;
import org.mmcr.capacity.ManifoldMoments;
import org.mmcr.capacity.ManifoldSource;
import org.mmcr.capacity.Preparation;
import org.mmcr.capacity.Spectrum;
import org.mmcr.linalg.Escape;

/**
 * Inner products of all points, over dimensions or over points, whichever are fewer. Sums over points are taken in blocks that
 * depend on the manifolds alone, and added in their order.
 */
final class SpectrumOfAll {
    /** Points of a block, about: the product of a block must outweigh the addition of its result. */
    private static final int BLOCK = 2048;
    /** Blocks in memory together. */
    private static final int TOGETHER = 4;
    /** Eigenvalues of a larger matrix take many minutes and gigabytes. */
    private static final long MOST = 16_384;

    private final ManifoldSource source;
    private final Preparation preparation;
    private final List<ManifoldMoments> moments;
    private final Workers workers;

    SpectrumOfAll(ManifoldSource source, Preparation preparation, List<ManifoldMoments> moments, Workers workers) {
        this.source = source;
        this.preparation = preparation;
        this.moments = moments;
        this.workers = workers;
    }

    Spectrum measure(CapacityRun.Progress progress) {
        long points = moments.stream().mapToLong(ManifoldMoments::points).sum();
        int dimensions = moments.get(0).mean().length;
        if (Math.min(points, dimensions) > MOST) {
            throw new MmcrException("expected at most " + MOST + " dimensions or points in all, found " + dimensions
                    + " and " + points + "; use --project " + MOST / 4);
        }
        try (PointerScope scope = new PointerScope()) {
            if (points <= dimensions) {
                Tensor all = centred(0, source.count());
                return Spectrum.of(torch.matmul(all, all.t()));
            }
            Tensor sum = torch.zeros(dimensions, dimensions).to(ScalarType.Double);
            List<Integer> starts = starts();
            for (int from = 0; from + 1 < starts.size(); from += TOGETHER) {
                int to = Math.min(starts.size() - 1, from + TOGETHER);
                for (Tensor product :
                        workers.all(from, to, block -> product(starts.get(block), starts.get(block + 1)))) {
                    sum.add_(product);
                    product.close();
                }
                progress.at("spectrum", starts.get(to), source.count());
            }
            return Spectrum.of(sum);
        }
    }

    /** Where blocks of manifolds begin, and the end. */
    private List<Integer> starts() {
        List<Integer> starts = new ArrayList<>(List.of(0));
        long inBlock = 0;
        for (int i = 0; i < moments.size(); i++) {
            inBlock += moments.get(i).points();
            if (inBlock >= BLOCK || i == moments.size() - 1) {
                starts.add(i + 1);
                inBlock = 0;
            }
        }
        return starts;
    }

    /** X' X of a block; closed by who adds it. */
    private Tensor product(int from, int to) {
        try (Escape scope = new Escape()) {
            Tensor block = centred(from, to);
            return scope.keep(torch.matmul(block.t(), block));
        }
    }

    private Tensor centred(int from, int to) {
        Tensor[] parts = new Tensor[to - from];
        for (int i = from; i < to; i++) {
            try (Escape scope = new Escape()) {
                parts[i - from] = scope.keep(preparation.centred(source.points(i)));
            }
        }
        return torch.cat(new TensorVector(parts), 0);
    }
}
