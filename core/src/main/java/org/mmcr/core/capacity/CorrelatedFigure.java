package org.mmcr.core.capacity;

import org.apiguardian.api.API;

/** The figures of a {@link CorrelatedCapacity}. */
@API(status = API.Status.STABLE)
public enum CorrelatedFigure {
    /** Classes per dimension that a linear read-out separates. */
    CAPACITY,
    /** Effective dimension of a class. */
    DIMENSION,
    /** Effective radius, in lengths of the centres. */
    RADIUS,
    /** Capacity divided by {@code (1 + radius^-2) / dimension}. */
    UTILITY,
    /** Mean absolute cosine of the centres of two classes. */
    CENTER_ALIGNMENT,
    /** Mean absolute cosine of the axes of two classes. */
    AXIS_ALIGNMENT,
    /** Mean absolute cosine of a class's centre and another's axis. */
    CENTER_AXIS_ALIGNMENT
}
