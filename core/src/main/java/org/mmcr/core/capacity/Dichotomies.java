package org.mmcr.core.capacity;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;
import org.mmcr.core.capacity.SeededRandom.Purpose;

/** The ways to divide manifolds into two sides: a sign, 1 or -1, for each manifold and draw. */
@API(status = API.Status.STABLE)
public sealed interface Dichotomies {
    /** Signs drawn independently, 1 as often as -1. */
    record Random() implements Dichotomies {
        @Override
        public double[] signs(int draw, int manifolds, long seed) {
            RandomGenerator random = SeededRandom.generator(seed, Purpose.DICHOTOMIES, draw);
            double[] signs = new double[manifolds];
            Arrays.setAll(signs, manifold -> random.nextBoolean() ? 1 : -1);
            return signs;
        }
    }

    /** One manifold against all others; the manifolds take turns. */
    record OneVersusRest() implements Dichotomies {
        @Override
        public double[] signs(int draw, int manifolds, long seed) {
            double[] signs = new double[manifolds];
            Arrays.fill(signs, -1);
            signs[draw % manifolds] = 1;
            return signs;
        }
    }

    /**
     * Given signs.
     *
     * @param rows (K, P), 1 or -1, one row for each draw; draw K is row 0 again
     */
    record Given(Matrix rows) implements Dichotomies {
        public Given {
            if (rows.values().length == 0) {
                throw new MmcrException("expected signs (draws, classes), found none");
            }
            for (int i = 0; i < rows.values().length; i++) {
                if (Math.abs(rows.values()[i]) != 1) {
                    throw new MmcrException("expected the signs 1 and -1, found " + rows.values()[i] + " in row "
                            + i / rows.columns() + ", column " + i % rows.columns() + "; write 1 or -1 there");
                }
            }
        }

        @Override
        public double[] signs(int draw, int manifolds, long seed) {
            if (rows.columns() != manifolds) {
                throw new MmcrException("expected a sign for each of the " + manifolds + " classes, found "
                        + rows.columns() + "; give a column for each class");
            }
            return rows.row(draw % rows.rows());
        }
    }

    /**
     * Returns the signs of one draw.
     *
     * @param draw number of the draw, from 0
     * @param manifolds P
     * @param seed seed of random signs
     * @throws MmcrException if given signs are those of another number of manifolds
     */
    double[] signs(int draw, int manifolds, long seed);
}
