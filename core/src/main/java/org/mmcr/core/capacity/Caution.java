package org.mmcr.core.capacity;

import org.apiguardian.api.API;

/** Ill-posed cases that have an answer, and what the answer is worth. */
@API(status = API.Status.STABLE)
public enum Caution {
    TWO_MANIFOLDS(
            "only two classes: their centres are opposite by construction, so the correlation is 1 and says nothing"),
    FEW_MANIFOLDS(
            "fewer than four classes: common directions cannot be distinguished from the centres, none was removed"),
    UNEQUAL_COUNTS("classes differ in their number of points: those with more weigh more in the common centre"),
    SCALES_APART(
            "lengths of centres differ by more than a factor of a million: rounding of the common centre shows in the shortest"),
    ONE_POINT("all points coincide: radius and dimension are 0, capacity is that of a point"),
    DUPLICATE_POINTS("points occur more than once: they count as one, but move the class's centre"),
    ORIGIN_INSIDE(
            "the class surrounds the common centre: no read-out through that centre separates it, and the theory, which takes "
                    + "the centre to be perpendicular to the class, overstates its capacity"),
    CENTRE_SHORT(
            "the centre is shorter than a tenth of the distance to its points: the radius is large for that reason"),
    CENTRE_REMOVED(
            "less than a tenth of the centre is left after removing the common directions: radius and dimension are of what is left"),
    RADIUS_FAR(
            "the radius is more than five times the median of all classes, so the mean radius is mostly this class: compare medians"),
    CONTAINS_ORIGIN(
            "the class surrounds the origin: no plane through the origin has it on one side, and it takes up every dimension "
                    + "that it spans"),
    ANCHORS_NOT_UNIQUE(
            "some pairs have more than one solution, because the cone of the points holds the direction or points coincide: "
                    + "capacity is exact, the other figures are those of the usual solver's choice"),
    RADIUS_UNDETERMINED(
            "centres and axes span every dimension, so that the length of one cannot be told from the other's: radius and "
                    + "utility are 0 by definition and say nothing; there should be more dimensions than classes"),
    INEXACT(
            "a least-squares problem was solved to a relative gap above 1e-6 only: the points are too far apart in scale");

    private final String text;

    Caution(String text) {
        this.text = text;
    }

    /** One sentence for people. */
    public String text() {
        return text;
    }
}
