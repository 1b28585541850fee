package org.mmcr.core.capacity;

import java.util.ArrayList;
import java.util.List;

/**
 * The spectrum of all points, from inner products over dimensions or over points, whichever are fewer. Sums over
 * points use blocks that depend on the manifolds alone and are added in order.
 */
final class SpectrumOfAll {
    /** Approximate number of points of a block; the product must cost more than adding its result. */
    private static final int BLOCK = 2048;
    /** Blocks in memory together. */
    private static final int TOGETHER = 4;

    private final ManifoldSource source;
    private final Centring centring;
    private final TaskRunner runner;

    SpectrumOfAll(ManifoldSource source, Centring centring, TaskRunner runner) {
        this.source = source;
        this.centring = centring;
        this.runner = runner;
    }

    Spectrum measure(CapacityProgress progress) {
        long points = centring.points();
        int dimensions = centring.dimensions();
        Spectrum.requireFeasible(points, dimensions);
        if (points <= dimensions) {
            return Spectrum.of(centred(0, source.count()).products());
        }
        Matrix sum = Matrix.zeros(dimensions, dimensions);
        List<Integer> starts = starts();
        for (int from = 0; from + 1 < starts.size(); from += TOGETHER) {
            int to = Math.min(starts.size() - 1, from + TOGETHER);
            for (Matrix product : runner.all(
                    from,
                    to,
                    block -> centred(starts.get(block), starts.get(block + 1)).lowerProductsOfColumns())) {
                sum.add(product);
            }
            progress.at("spectrum", starts.get(to), source.count());
        }
        return Spectrum.of(sum);
    }

    /** Returns the first manifold of each block, and the end. */
    private List<Integer> starts() {
        List<Integer> starts = new ArrayList<>(List.of(0));
        long inBlock = 0;
        for (int i = 0; i < centring.count(); i++) {
            inBlock += centring.points(i);
            if (inBlock >= BLOCK || i == centring.count() - 1) {
                starts.add(i + 1);
                inBlock = 0;
            }
        }
        return starts;
    }

    /** Returns the centred points of manifolds {@code from} (inclusive) to {@code to} (exclusive). */
    private Matrix centred(int from, int to) {
        int count = 0;
        for (int i = from; i < to; i++) {
            count += centring.points(i);
        }
        Matrix all = Matrix.zeros(count, centring.dimensions());
        int offset = 0;
        for (int i = from; i < to; i++) {
            Matrix one = source.points(i);
            centring.centre(one, all.values(), offset);
            offset += one.values().length;
        }
        return all;
    }
}
