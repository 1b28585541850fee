package org.mmcr.objective.information;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Mixtures with known properties. */
final class Mixtures {
    private Mixtures() {}

    /** Two equal components around opposite poles. */
    static VonMisesFisherMixture opposite(int dimension, double kappa) {
        VonMisesFisher law = new VonMisesFisher(dimension, kappa);
        return new VonMisesFisherMixture(
                List.of(0.5, 0.5),
                List.of(
                        VonMisesFisherMixture.boxed(Samples.axis(dimension, 0, 1)),
                        VonMisesFisherMixture.boxed(Samples.axis(dimension, 0, -1))),
                List.of(law, law));
    }

    /** Equal components around the first axes. */
    static VonMisesFisherMixture axes(int components, int dimension, double kappa) {
        List<List<Double>> means = new ArrayList<>();
        for (int c = 0; c < components; c++) {
            means.add(VonMisesFisherMixture.boxed(Samples.axis(dimension, c, 1)));
        }
        return new VonMisesFisherMixture(
                Collections.nCopies(components, 1.0 / components),
                means,
                Collections.nCopies(components, new VonMisesFisher(dimension, kappa)));
    }
}
