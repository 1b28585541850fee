package org.mmcr.simulations.figure1;

import java.util.Optional;
import org.mmcr.core.theory.MmcrBounds;
import org.mmcr.data.io.Csv;
import org.mmcr.simulations.figure1.Grid.Cell;

/**
 * One draw and what it measured: a line of {@code figure1.csv}.
 *
 * @param standardError of the nuclear norm, 0 when all singular values were computed
 */
public record Measurement(long points, long dimensions, int repeat, double nuclearNorm, double standardError) {
    static final String HEADER = "N,D,repeat,nuclear_norm,upper_bound,percent_error,standard_error";
    private static final int FIELDS = 7;

    /** Largest nuclear norm possible. */
    public double upperBound() {
        return MmcrBounds.upperBound(points, dimensions);
    }

    /** Share of it that is missing, in 0..1. */
    public double percentError() {
        return MmcrBounds.percentError(nuclearNorm, points, dimensions);
    }

    Cell cell() {
        return new Cell(points, dimensions, repeat);
    }

    String line() {
        return Csv.row(points, dimensions, repeat, nuclearNorm, upperBound(), percentError(), standardError);
    }

    /** Empty for a line that a dying process left unfinished. */
    static Optional<Measurement> parse(String line) {
        String[] fields = line.split(",", -1);
        try {
            return fields.length == FIELDS && !fields[FIELDS - 1].isEmpty()
                    ? Optional.of(new Measurement(
                            Long.parseLong(fields[0]),
                            Long.parseLong(fields[1]),
                            Integer.parseInt(fields[2]),
                            Double.parseDouble(fields[3]),
                            Double.parseDouble(fields[6])))
                    : Optional.empty();
        } catch (NumberFormatException unfinished) {
            return Optional.empty();
        }
    }
}
