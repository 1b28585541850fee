package org.mmcr.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.mmcr.cli.Benchmark;
import org.mmcr.cli.UsageException;
import org.mmcr.objective.information.Estimate;
import org.mmcr.objective.information.InfoNce;
import org.mmcr.objective.information.Reconstruction;
import org.mmcr.objective.information.SphereEntropy;
import org.mmcr.objective.information.UnitSphere;
import org.mmcr.objective.information.VonMisesFisher;
import org.mmcr.objective.information.VonMisesFisherMixture;

/**
 * Bias and standard deviation of the estimators of information on distributions with known values: the table of
 * {@code docs/theory.md}. Usage: {@code mmcr bench estimators [POINTS [DRAWS]]}
 */
public final class EstimatorTable implements Benchmark {
    private static final int[] DIMENSIONS = {2, 8, 32, 128, 512};
    private static final int COMPONENTS = 4;

    @Override
    public String name() {
        return "estimators";
    }

    @Override
    public String summary() {
        return "bias and deviation of the estimators of information on known distributions: [POINTS [DRAWS]]";
    }

    /**
     * An estimator on a distribution.
     *
     * @param estimator name of the estimator
     * @param law name of the distribution
     * @param dimension dimension of the sphere's space
     * @param truth true value in nats
     * @param bias mean error
     * @param deviation standard deviation of the error
     * @param covered fraction of the intervals that contain the truth
     * @param warned fraction of the estimates with a caution
     */
    public record Row(
            String estimator,
            String law,
            int dimension,
            double truth,
            double bias,
            double deviation,
            double covered,
            double warned) {
        String line() {
            return String.format(
                    Locale.ROOT,
                    "| %s | %s | %d | %.3f | %+.3f | %.3f | %.0f %% | %.0f %% |",
                    estimator,
                    law,
                    dimension,
                    truth,
                    bias,
                    deviation,
                    100 * covered,
                    100 * warned);
        }
    }

    private interface Draw {
        Tensor points(int count, Random random);
    }

    @Override
    public Object run(List<String> arguments, Consumer<String> progress) {
        if (arguments.size() > 2 || arguments.stream().anyMatch(word -> !word.matches("\\d+"))) {
            throw new UsageException("expected [POINTS [DRAWS]], found " + arguments);
        }
        int points = arguments.isEmpty() ? 1000 : Integer.parseInt(arguments.get(0));
        int draws = arguments.size() < 2 ? 20 : Integer.parseInt(arguments.get(1));
        progress.accept("| estimator | distribution | D | truth | bias | deviation | coverage | warned |");
        progress.accept("|---|---|---|---|---|---|---|---|");
        List<Row> rows = new ArrayList<>();
        for (int dimension : DIMENSIONS) {
            for (Row row : rows(dimension, points, draws)) {
                progress.accept(row.line());
                rows.add(row);
            }
        }
        return rows;
    }

    private static List<Row> rows(int dimension, int points, int draws) {
        VonMisesFisher wide = new VonMisesFisher(dimension, dimension);
        VonMisesFisher narrow = new VonMisesFisher(dimension, 20 * dimension);
        double most = new UnitSphere(dimension).logArea();
        Function<Tensor, Estimate> entropy = z -> SphereEntropy.of(z, 1);
        List<Row> rows = new ArrayList<>();
        rows.add(row("entropy", "uniform", dimension, most, points, draws, around(dimension, 0), entropy));
        rows.add(row(
                "entropy",
                "vMF kappa D",
                dimension,
                wide.entropy(),
                points,
                draws,
                around(dimension, dimension),
                entropy));
        rows.add(row(
                "entropy",
                "vMF kappa 20 D",
                dimension,
                narrow.entropy(),
                points,
                draws,
                around(dimension, 20 * dimension),
                entropy));
        if (dimension >= COMPONENTS) {
            VonMisesFisherMixture mixture = axes(dimension, 20 * dimension);
            rows.add(row(
                    "entropy",
                    "4 x vMF kappa 20 D",
                    dimension,
                    (mixture.entropyLowerBound() + mixture.entropyUpperBound()) / 2,
                    points,
                    draws,
                    mixture::sample,
                    entropy));
        }
        Draw views = (count, random) -> chained(count, dimension, dimension, random);
        rows.add(row(
                "reconstruction",
                "z1 vMF around z2",
                dimension,
                -wide.entropy(),
                points,
                draws,
                views,
                z -> Reconstruction.of(z).value()));
        rows.add(row(
                "InfoNCE",
                "z1 vMF around z2",
                dimension,
                most - wide.entropy(),
                points,
                draws,
                views,
                z -> InfoNce.of(z).value()));
        return rows;
    }

    private static Row row(
            String estimator,
            String law,
            int dimension,
            double truth,
            int points,
            int draws,
            Draw draw,
            Function<Tensor, Estimate> estimate) {
        double[] errors = new double[draws];
        double covered = 0;
        double warned = 0;
        for (int i = 0; i < draws; i++) {
            try (PointerScope scope = new PointerScope()) {
                Estimate found = estimate.apply(draw.points(points, new Random(1000 + i)));
                errors[i] = found.value() - truth;
                covered += found.low() <= truth && truth <= found.high() ? 1 : 0;
                warned += found.caution().isPresent() ? 1 : 0;
            }
        }
        double bias = 0;
        for (double error : errors) {
            bias += error / draws;
        }
        double squares = 0;
        for (double error : errors) {
            squares += (error - bias) * (error - bias);
        }
        return new Row(
                estimator,
                law,
                dimension,
                truth,
                bias,
                Math.sqrt(squares / Math.max(1, draws - 1)),
                covered / draws,
                warned / draws);
    }

    private static Draw around(int dimension, double kappa) {
        return (count, random) -> new VonMisesFisher(dimension, kappa).sample(axis(dimension, 0), count, random);
    }

    /** Draws (N, 2, D) points: the second view is uniform, the first is drawn around it. */
    private static Tensor chained(int count, int dimension, double kappa, Random random) {
        VonMisesFisher uniform = new VonMisesFisher(dimension, 0);
        VonMisesFisher noise = new VonMisesFisher(dimension, kappa);
        double[] rows = new double[count * 2 * dimension];
        for (int sample = 0; sample < count; sample++) {
            double[] second = uniform.draw(axis(dimension, 0), 1, random);
            System.arraycopy(noise.draw(second, 1, random), 0, rows, 2 * sample * dimension, dimension);
            System.arraycopy(second, 0, rows, (2 * sample + 1) * dimension, dimension);
        }
        return Tensor.create(rows, count, 2, dimension);
    }

    private static VonMisesFisherMixture axes(int dimension, double kappa) {
        List<List<Double>> means = new ArrayList<>();
        for (int c = 0; c < COMPONENTS; c++) {
            List<Double> mean = new ArrayList<>();
            for (double value : axis(dimension, c)) {
                mean.add(value);
            }
            means.add(mean);
        }
        return new VonMisesFisherMixture(
                Collections.nCopies(COMPONENTS, 1.0 / COMPONENTS),
                means,
                Collections.nCopies(COMPONENTS, new VonMisesFisher(dimension, kappa)));
    }

    private static double[] axis(int dimension, int which) {
        double[] axis = new double[dimension];
        axis[which] = 1;
        return axis;
    }
}
