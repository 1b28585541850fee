package org.mmcr.core.capacity;

import org.apiguardian.api.API;

/**
 * Manifolds that are read one at a time, so that all of them need not fit into memory. Points are asked for more than once, from
 * several threads, and must be the same each time.
 */
@API(status = API.Status.STABLE)
public interface ManifoldSource {
    /** P. */
    int count();

    /** What messages and results call a manifold. */
    String name(int manifold);

    /** Points (m, N), which the caller does not change; m may differ between manifolds, N may not. */
    Matrix points(int manifold);
}
