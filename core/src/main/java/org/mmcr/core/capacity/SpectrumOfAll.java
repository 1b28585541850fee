package org.mmcr.core.capacity;

import java.util.ArrayList;
import java.util.List;

/**
 * Inner products of all points, over dimensions or over points, whichever are fewer. Sums over points are taken in
 * blocks that depend on the manifolds alone, and added in their order.
 */
final class SpectrumOfAll {
    /** Points of a block, about: the product of a block must outweigh the addition of its result. */
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

    /** Where blocks of manifolds begin, and the end. */
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

    /** Points of manifolds {@code from} up to but not {@code to}. */
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
