package org.mmcr.simulations.figure1;

import java.util.Optional;
import org.mmcr.core.theory.MmcrBounds;
import org.mmcr.data.io.Csv;
import org.mmcr.simulations.figure1.Grid.Cell;

/**
 * Result of a draw, a line of {@code figure1.csv}.
 *
 * @param standardError standard error of the nuclear norm, 0 if all singular values were computed
 */
public record Measurement(long points, long dimensions, int repeat, double nuclearNorm, double standardError) {
    static final String HEADER = "N,D,repeat,nuclear_norm,upper_bound,percent_error,standard_error";
    private static final int FIELDS = 7;

    /** Upper bound of the nuclear norm. */
    public double upperBound() {
        return MmcrBounds.upperBound(points, dimensions);
    }

    /** 1 - nuclearNorm / upperBound, in 0..1. */
    public double percentError() {
        return MmcrBounds.percentError(nuclearNorm, points, dimensions);
    }

    Cell cell() {
        return new Cell(points, dimensions, repeat);
    }

    String line() {
        return Csv.row(points, dimensions, repeat, nuclearNorm, upperBound(), percentError(), standardError);
    }

    /** Parses a line; empty for one that a killed process left unfinished. */
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
