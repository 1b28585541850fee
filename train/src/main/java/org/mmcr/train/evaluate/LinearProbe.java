package org.mmcr.train.evaluate;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The linear evaluation protocol: multinomial logistic regression on frozen features, solved to its optimum.
 *
 * <p>Features are standardised by the training data's mean and deviation. The penalty is chosen on a stratified,
 * seeded split of the <em>training</em> data, along a warm-started path from strong to weak; on a tie the stronger
 * penalty is used. Then the model is fitted again to all training data. Memory: one standardised copy of the training
 * features.
 */
@API(status = API.Status.STABLE)
public final class LinearProbe implements Protocol {
    /** The penalty if the training data is too small for a validation split. */
    private static final double FALLBACK_L2 = 1e-2;

    private final ProbeOptions options;
    private final Consumer<LinearHead> fitted;

    /**
     * Settings of a score.
     *
     * @param l2 chosen strength of the penalty (l2 / 2) |weights|^2 on the mean negative log-likelihood, biases free
     * @param validationTop1 accuracy with that penalty on the validation rows; absent without a validation split
     * @param validationRows number of validation rows
     * @param train number of rows of the final fit
     * @param evaluations evaluations of the objective in the final fit
     * @param totalEvaluations evaluations of the objective over all penalties
     * @param gradientMaxNorm largest absolute entry of the gradient after the final fit
     * @param converged whether that is within the tolerance; otherwise iterations or precision were exhausted
     */
    @JsonNaming(SnakeCaseStrategy.class)
    public record Settings(
            double l2,
            OptionalDouble validationTop1,
            int validationRows,
            int train,
            int evaluations,
            int totalEvaluations,
            double gradientMaxNorm,
            boolean converged)
            implements Protocol.Settings {}

    /** Creates a probe with {@link ProbeOptions#defaults()}. */
    public LinearProbe() {
        this(ProbeOptions.defaults());
    }

    /** Creates a probe with the given penalties and split. */
    public LinearProbe(ProbeOptions options) {
        this(options, head -> {});
    }

    /** Creates a probe; {@code fitted} receives the classifier of every {@link #score}. */
    LinearProbe(ProbeOptions options, Consumer<LinearHead> fitted) {
        this.options = options;
        this.fitted = fitted;
    }

    @Override
    public List<ProtocolResult> score(FeatureSet train, FeatureSet test) {
        ClassAlignment classes = ClassAlignment.of(train, test);
        long start = System.nanoTime();
        LinearModel model = fit(train);
        fitted.accept(model.head(train.classNames()));
        int[] predicted = model.predict(test.features());
        double seconds = (System.nanoTime() - start) / 1e9;
        return List.of(new ProtocolResult(
                "linear",
                "linear",
                "multinomial logistic regression on standardised frozen features, L-BFGS,"
                        + " l2 chosen on a validation split of the training data",
                model.settings(),
                Score.of(classes.classNames(), classes.queries(), predicted, model.notes(), seconds)));
    }

    /** Fits on {@code train} and scores on {@code test}; classes are matched by name. */
    public Score evaluate(FeatureSet train, FeatureSet test) {
        return score(train, test).get(0).score();
    }

    /** Fits to labelled features, which are not modified. Predictions of the model index {@code train.classNames()}. */
    public LinearModel fit(FeatureSet train) {
        train.requireLabelled("training");
        try (StandardisedRows statistics = StandardisedRows.of(train.features())) {
            return fit(train, statistics);
        }
    }

    /**
     * Fits as {@link #fit(FeatureSet)} does, with the statistics of other rows: a few labelled rows do not determine
     * the deviation of a feature, all unlabelled ones do.
     */
    public LinearModel fit(FeatureSet train, StandardisedRows statistics) {
        train.requireLabelled("training");
        int[] present = Arrays.stream(train.labels()).distinct().sorted().toArray();
        if (present.length == 1) {
            return LinearModel.constant(train, present[0]);
        }
        int[] labels = Arrays.stream(train.labels())
                .map(label -> Arrays.binarySearch(present, label))
                .toArray();
        StratifiedSplit split = StratifiedSplit.of(labels, present.length, options.validationShare(), options.seed());
        int[] order = split.order();
        long[] ordered = Arrays.stream(order).mapToLong(row -> labels[row]).toArray();
        try (PointerScope scope = new PointerScope();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor rows = statistics.gather(train.features(), order);
            SoftmaxSolver solver = SoftmaxSolver.of(rows, options.maxIterations());
            return new Fit(rows, ordered, present.length, solver, split.rest().length).run(statistics, present);
        }
    }

    /** A penalty with its accuracy on the validation rows and the weights of that fit. */
    private record Choice(double l2, double top1, Tensor point) {}

    /** The path over penalties and the final fit for one training set. */
    private final class Fit {
        private final Tensor rows;
        private final Tensor truth;
        private final long[] labels;
        private final int classes;
        private final SoftmaxSolver solver;
        private final int fitRows;
        private int totalEvaluations;

        Fit(Tensor rows, long[] labels, int classes, SoftmaxSolver solver, int fitRows) {
            this.rows = rows;
            this.labels = labels;
            this.truth = torch.tensor(labels).reshape(labels.length, 1);
            this.classes = classes;
            this.solver = solver;
            this.fitRows = fitRows;
        }

        LinearModel run(StandardisedRows statistics, int[] present) {
            int validationRows = labels.length - fitRows;
            Tensor zero = torch.zeros(new long[] {rows.size(1) + 1, classes}, new TensorOptions(ScalarType.Double));
            Choice choice = validationRows > 0 ? choose(zero) : new Choice(FALLBACK_L2, Double.NaN, zero);
            SoftmaxSolver.Solution solution =
                    solve(labels.length, choice.l2(), choice.point(), options.gradientTolerance());
            double gradientMaxNorm = gradientMaxNorm(choice.l2(), solution.point());
            Settings settings = new Settings(
                    choice.l2(),
                    validationRows > 0 ? OptionalDouble.of(choice.top1()) : OptionalDouble.empty(),
                    validationRows,
                    labels.length,
                    solution.evaluations(),
                    totalEvaluations,
                    gradientMaxNorm,
                    gradientMaxNorm <= options.gradientTolerance());
            List<String> notes = validationRows > 0
                    ? List.of()
                    : List.of("too few training rows for a validation split; l2 " + FALLBACK_L2
                            + " was not chosen but assumed");
            return LinearModel.of(statistics, solution.point(), present, settings, notes);
        }

        private Choice choose(Tensor zero) {
            Choice best = new Choice(Double.NaN, -1, zero);
            Tensor point = zero;
            int sinceBest = 0;
            for (double l2 : options.l2Grid()) {
                point = solve(fitRows, l2, point, 10 * options.gradientTolerance())
                        .point();
                double top1 = validationTop1(point);
                sinceBest = top1 > best.top1() ? 0 : sinceBest + 1;
                if (sinceBest == 0) {
                    best = new Choice(l2, top1, point);
                } else if (sinceBest == options.patience()) {
                    break;
                }
            }
            return best;
        }

        /** Fits to the first {@code count} rows. */
        private SoftmaxSolver.Solution solve(int count, double l2, Tensor start, double tolerance) {
            SoftmaxSolver.Solution solution = solver.minimise(objective(count, l2), l2, start, tolerance);
            totalEvaluations += solution.evaluations();
            return solution;
        }

        private SoftmaxObjective objective(int count, double l2) {
            return new SoftmaxObjective(rows.narrow(0, 0, count), truth.narrow(0, 0, count), classes, l2);
        }

        private double gradientMaxNorm(double l2, Tensor point) {
            Tensor gradient = torch.zeros_like(point);
            objective(labels.length, l2).evaluate(point, gradient);
            return gradient.abs().max().item_double();
        }

        private double validationTop1(Tensor point) {
            int count = labels.length - fitRows;
            int correct = 0;
            try (PointerScope scope = new PointerScope()) {
                int[] predicted = LinearModel.winners(rows.narrow(0, fitRows, count), LinearModel.matrix(point));
                for (int i = 0; i < count; i++) {
                    correct += predicted[i] == labels[fitRows + i] ? 1 : 0;
                }
            }
            return (double) correct / count;
        }
    }
}
