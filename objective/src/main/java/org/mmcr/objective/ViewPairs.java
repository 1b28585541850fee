package org.mmcr.objective;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The pairs of views i < j of K views, in order. */
record ViewPairs(int views) {
    /** Number of pairs, K (K - 1) / 2. */
    int count() {
        return views * (views - 1) / 2;
    }

    /** Selects along the first dimension of (K, ...) the first view of every pair: (pairs, ...). */
    Tensor first(Tensor perView) {
        return select(
                perView,
                IntStream.range(0, views)
                        .asLongStream()
                        .flatMap(i -> LongStream.range(i + 1, views).map(j -> i)));
    }

    /** Selects along the first dimension of (K, ...) the second view of every pair: (pairs, ...). */
    Tensor second(Tensor perView) {
        return select(perView, IntStream.range(0, views).asLongStream().flatMap(i -> LongStream.range(i + 1, views)));
    }

    private static Tensor select(Tensor perView, LongStream indices) {
        return perView.index_select(0, Tensor.create(indices.toArray()).to(perView.device(), ScalarType.Long));
    }
}
