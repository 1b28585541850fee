package org.mmcr.core.capacity;

import java.util.Set;
import org.apiguardian.api.API;

/**
 * A manifold without the common directions of the centres, in units of its centre's length, in coordinates of the
 * space that it spans.
 *
 * @param coordinates (m, D) relative to the centre; D is the rank of the points around their centre, plus one where
 *     there is room, as in the published analysis; at most N
 * @param centreNorm length of the centre after removal, in units of the data's largest entry
 * @param cautions what is ill-posed about it
 */
@API(status = API.Status.STABLE)
public record PreparedManifold(Matrix coordinates, double centreNorm, Set<Caution> cautions) {
    /** Returns D of the theory. */
    public int span() {
        return coordinates.columns();
    }
}
