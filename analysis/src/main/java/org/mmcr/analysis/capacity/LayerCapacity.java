package org.mmcr.analysis.capacity;

import java.util.List;
import org.apiguardian.api.API;
import org.mmcr.analysis.capacity.CapacityReport.Value;

/** The figures that both theories of capacity have, as text, charts and the page show them. */
@API(status = API.Status.STABLE)
public sealed interface LayerCapacity permits CapacityReport, CorrelatedReport {
    /** Returns the number of classes per dimension that a linear read-out separates. */
    Value capacity();

    /** Returns the radius of a class, in lengths of its centre. */
    Value radius();

    /** Returns the dimension of a class. */
    Value dimension();

    /** Returns the mean absolute cosine of the classes' centres, as the theory has them; NaN for one class. */
    Value correlation();

    /** Returns the largest relative optimality gap of all least-squares problems. */
    double worstKktGap();

    /** Returns the ill-posed cases. */
    List<CautionNote> cautions();
}
