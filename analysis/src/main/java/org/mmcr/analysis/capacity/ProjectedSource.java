package org.mmcr.analysis.capacity;

import java.util.OptionalInt;
import org.mmcr.core.capacity.ManifoldSource;
import org.mmcr.core.capacity.Matrix;

/** Manifolds after a random projection. */
record ProjectedSource(ManifoldSource source, RandomProjection projection) implements ManifoldSource {
    /** The manifolds themselves where they have no more than {@code dimensions} dimensions. */
    static ManifoldSource of(ManifoldSource source, int ambient, OptionalInt dimensions, long seed) {
        return dimensions.isPresent() && dimensions.getAsInt() < ambient
                ? new ProjectedSource(source, new RandomProjection(ambient, dimensions.getAsInt(), seed))
                : source;
    }

    @Override
    public int count() {
        return source.count();
    }

    @Override
    public String name(int manifold) {
        return source.name(manifold);
    }

    @Override
    public Matrix points(int manifold) {
        return projection.apply(source.points(manifold));
    }
}
