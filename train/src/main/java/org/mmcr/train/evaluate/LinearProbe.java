package org.mmcr.train.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.apiguardian.api.API;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Multinomial logistic regression on frozen features: the linear evaluation protocol, solved to its optimum instead of
 * by a tuned learning-rate schedule.
 *
 * <p>Features are standardised by the training data's mean and deviation. The penalty is chosen on a stratified, seeded
 * split of the <em>training</em> data, along a warm-started path from strong to weak; a tie goes to the stronger. Then the
 * model is fitted again on all training data. Memory: one standardised copy of the training features.
 */
@API(status = API.Status.STABLE)
public final class LinearProbe {
    /** Used when the training data is too small to hold anything out. */
    private static final double FALLBACK_L2 = 1e-2;

    private final ProbeOptions options;

    /** With {@link ProbeOptions#defaults()}. */
    public LinearProbe() {
        this(ProbeOptions.defaults());
    }

    /** With the given penalties and split. */
    public LinearProbe(ProbeOptions options) {
        this.options = options;
    }

    /** Fits on {@code train} and scores on {@code test}; classes are matched by name. */
    public Score evaluate(FeatureSet train, FeatureSet test) {
        return evaluate(train, test, model -> {});
    }

    /** The same, and hands the fitted model on. */
    Score evaluate(FeatureSet train, FeatureSet test, Consumer<LinearModel> fitted) {
        ClassAlignment classes = ClassAlignment.of(train, test);
        long start = System.nanoTime();
        LinearModel model = fit(train);
        fitted.accept(model);
        int[] predicted = model.predict(test.features());
        double seconds = (System.nanoTime() - start) / 1e9;
        String protocol = "multinomial logistic regression on standardised frozen features, L-BFGS,"
                + " l2 chosen on a validation split of the training data";
        return Score.of(
                protocol, model.settings(), classes.classNames(), classes.queries(), predicted, model.notes(), seconds);
    }

    /** Fits on labelled features, which are not modified. Predictions of the model index {@code train.classNames()}. */
    public LinearModel fit(FeatureSet train) {
        train.requireLabelled("training");
        try (StandardisedRows statistics = StandardisedRows.of(train.features())) {
            return fit(train, statistics);
        }
    }

    /**
     * As {@link #fit(FeatureSet)}, standardised by the statistics of other rows: a handful of labelled ones says little of a
     * feature's spread, all unlabelled ones together say it well.
     */
    public LinearModel fit(FeatureSet train, StandardisedRows statistics) {
        train.requireLabelled("training");
        int[] present = Arrays.stream(train.labels()).distinct().sorted().toArray();
        int[] labels = Arrays.stream(train.labels())
                .map(label -> Arrays.binarySearch(present, label))
                .toArray();
        if (present.length == 1) {
            return LinearModel.constant(train, present[0]);
        }
        StratifiedSplit split = StratifiedSplit.of(labels, present.length, options.validationShare(), options.seed());
        int[] order = split.order();
        long[] ordered = Arrays.stream(order).mapToLong(row -> labels[row]).toArray();
        try (NoGradGuard noGrad = new NoGradGuard();
                Tensor rows = statistics.gather(train.features(), order);
                Tensor truth = column(ordered);
                CurvaturePreconditioner preconditioner = CurvaturePreconditioner.of(rows)) {
            Fit fit = new Fit(rows, truth, ordered, present.length, preconditioner, split.rest().length);
            return fit.run(statistics, present);
        }
    }

    private static Tensor column(long[] values) {
        Tensor column = torch.tensor(values);
        return column.reshape(values.length, 1);
    }

    /** A penalty with what the validation rows said about it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Choice(double l2, double top1, double[] point) {}

    /** One training set's path and final fit. */
    private final class Fit {
        private final Tensor rows;
        private final Tensor truth;
        private final long[] labels;
        private final int classes;
        private final CurvaturePreconditioner preconditioner;
        private final int fitRows;
        private int totalIterations;

        Fit(
                Tensor rows,
                Tensor truth,
                long[] labels,
                int classes,
                CurvaturePreconditioner preconditioner,
                int fitRows) {
            this.rows = rows;
            this.truth = truth;
            this.labels = labels;
            this.classes = classes;
            this.preconditioner = preconditioner;
            this.fitRows = fitRows;
        }

        LinearModel run(StandardisedRows statistics, int[] present) {
            int validationRows = labels.length - fitRows;
            List<String> notes = new ArrayList<>();
            double[] zero = new double[Math.toIntExact((rows.size(1) + 1) * classes)];
            Choice choice = new Choice(FALLBACK_L2, Double.NaN, zero);
            if (validationRows > 0) {
                choice = choose(zero);
            } else {
                notes.add("too few training rows for a validation split; l2 " + FALLBACK_L2
                        + " was not chosen but assumed");
            }
            Lbfgs.Result result = solve(rows, truth, choice.l2(), choice.point(), options.gradientTolerance());
            ProtocolSettings.Linear settings = new ProtocolSettings.Linear(
                    choice.l2(),
                    validationRows > 0 ? OptionalDouble.of(choice.top1()) : OptionalDouble.empty(),
                    validationRows,
                    labels.length,
                    result.iterations(),
                    totalIterations,
                    result.gradientMaxNorm(),
                    result.stop().name().toLowerCase(Locale.ROOT));
            return LinearModel.of(statistics, result.point(), present, settings, notes);
        }

        private Choice choose(double[] zero) {
            try (Tensor fit = rows.narrow(0, 0, fitRows);
                    Tensor fitTruth = truth.narrow(0, 0, fitRows)) {
                Choice best = new Choice(Double.NaN, -1, zero);
                double[] point = zero;
                int sinceBest = 0;
                for (double l2 : options.l2Grid()) {
                    point = solve(fit, fitTruth, l2, point, 10 * options.gradientTolerance())
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
        }

        private Lbfgs.Result solve(Tensor fit, Tensor fitTruth, double l2, double[] start, double tolerance) {
            try (SoftmaxObjective objective = new SoftmaxObjective(fit, fitTruth, classes, l2)) {
                objective.evaluate(start, new double[start.length]);
                Lbfgs.Preconditioner inverse = preconditioner.at(objective.curvature(), l2, classes);
                Lbfgs.Result result = new Lbfgs(objective, inverse, options.maxIterations(), tolerance).minimise(start);
                totalIterations += result.iterations();
                return result;
            }
        }

        private double validationTop1(double[] point) {
            int count = labels.length - fitRows;
            int correct = 0;
            try (PointerScope scope = new PointerScope()) {
                int[] predicted =
                        LinearModel.winners(rows.narrow(0, fitRows, count), LinearModel.matrix(point, classes));
                for (int i = 0; i < count; i++) {
                    correct += predicted[i] == labels[fitRows + i] ? 1 : 0;
                }
            }
            return (double) correct / count;
        }
    }
}
