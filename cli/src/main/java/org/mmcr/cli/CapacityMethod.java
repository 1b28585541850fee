package org.mmcr.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.mmcr.analysis.capacity.PairFile;
import org.mmcr.core.capacity.CorrelatedOptions;
import org.mmcr.core.capacity.Dichotomies;
import org.mmcr.core.capacity.Matrix;
import picocli.CommandLine.Option;

/** The options of {@code mmcr capacity} that choose the theory and the dichotomies. */
final class CapacityMethod {
    private static final String RANDOM = "random";
    private static final String ONE_VERSUS_REST = "one-vs-rest";

    /** The theory of capacity. */
    enum Method {
        /** Chung, Lee and Sompolinsky: centred points, common directions removed. */
        UNCORRELATED("2018"),
        /** GLUE: points as they are. */
        CORRELATED("glue"),
        /** One after the other. */
        BOTH("both");

        private final String word;

        Method(String word) {
            this.word = word;
        }

        boolean isCorrelated() {
            return this != UNCORRELATED;
        }

        boolean isUncorrelated() {
            return this != CORRELATED;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    @Option(
            names = "--method",
            paramLabel = "2018|glue|both",
            description = "The theory of 2018, or the one of correlated classes (GLUE). Default: 2018.")
    private Optional<String> method = Optional.empty();

    @Option(
            names = "--dichotomies",
            paramLabel = "D",
            description = "With glue: random, one-vs-rest, or FILE.npy (pairs, classes) of 1 and -1. Default: random.")
    private Optional<String> dichotomies = Optional.empty();

    Method method() {
        String word = method.orElse(Method.UNCORRELATED.toString()).toLowerCase(Locale.ROOT);
        for (Method one : Method.values()) {
            if (one.toString().equals(word)) {
                return one;
            }
        }
        throw new UsageException("expected --method 2018, glue or both, found " + word);
    }

    /** Returns the names of the options that were given. */
    List<String> given() {
        List<String> given = new ArrayList<>();
        method.ifPresent(word -> given.add("--method"));
        dichotomies.ifPresent(word -> given.add("--dichotomies"));
        return given;
    }

    /** Rejects options that would change nothing with the chosen theory; each flag tells whether an option is given. */
    void requireEffect(double kappa, boolean directions, boolean t, boolean project, boolean data) {
        Method chosen = method();
        if (!chosen.isCorrelated() && dichotomies.isPresent()) {
            throw new UsageException("expected --dichotomies with --method glue or both, found the theory of 2018,"
                    + " which has none; add --method glue");
        }
        if (chosen.isCorrelated() && kappa != 0) {
            throw new UsageException(
                    "expected no margin with --method " + chosen + ", found --kappa " + kappa + "; leave it out");
        }
        if (chosen == Method.CORRELATED && directions && (t || file().isPresent())) {
            throw new UsageException(
                    "expected the number of pairs from their file, found --directions too; leave it out");
        }
        if (t && (project || data)) {
            throw new UsageException("expected --t with points as they are in the file, found "
                    + (project ? "--project" : "--data") + "; leave one of them out");
        }
        if (chosen == Method.BOTH && data) {
            throw new UsageException(
                    "expected --method 2018 or glue with --data, found both; measure the layers twice, each with --out");
        }
    }

    /** Returns the file of dichotomies, if they are given by one. */
    Optional<String> file() {
        return dichotomies.filter(word -> !word.equals(RANDOM) && !word.equals(ONE_VERSUS_REST));
    }

    /**
     * Reads the files and returns the settings of a measurement.
     *
     * @param directions file of directions
     * @param standard number of pairs where no file tells it
     */
    CorrelatedOptions options(Optional<String> directions, IntSupplier standard, long seed) {
        Optional<Matrix> rows = directions.map(file -> PairFile.read(file, "dimensions"));
        file().filter(word -> !word.contains(".np")).ifPresent(word -> {
            throw new UsageException("expected --dichotomies random, one-vs-rest or a file FILE.npy, found " + word);
        });
        Optional<Matrix> signs = file().map(file -> PairFile.read(file, "classes"));
        int pairs = rows.or(() -> signs).map(Matrix::rows).orElseGet(standard::getAsInt);
        Dichotomies chosen = signs.<Dichotomies>map(Dichotomies.Given::new)
                .orElseGet(() -> dichotomies.orElse(RANDOM).equals(RANDOM)
                        ? new Dichotomies.Random()
                        : new Dichotomies.OneVersusRest());
        if (rows.isPresent() || signs.isPresent()) {
            return new CorrelatedOptions(pairs, chosen, rows, seed);
        }
        return UsageException.check(() -> new CorrelatedOptions(pairs, chosen, rows, seed));
    }
}
