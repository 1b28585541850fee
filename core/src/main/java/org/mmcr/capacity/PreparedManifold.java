package org.mmcr.capacity;

import java.util.Set;
import org.apiguardian.api.API;

/**
 * One manifold made ready for its directions: without the structure that the centres share, in units of its centre's length, in
 * coordinates of the space it spans.
 *
 * @param coordinates (m, span) relative to the centre
 * @param span D of the theory: the rank of the points around their centre, plus one where there is room, as in the published
 *     analysis; at most N
 * @param centreNorm length of the centre after removal, in units of the data's largest entry
 * @param cautions what is ill-posed about it
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of data, never compared
@API(status = API.Status.STABLE)
public record PreparedManifold(double[][] coordinates, int span, double centreNorm, Set<Caution> cautions) {}
