package org.mmcr.train.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.DataSources;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.PictureEvaluationView;
import org.mmcr.train.encoder.Encoder;

/** Measures an encoder on labelled data: every protocol, the baselines beside it, and the settings behind each number. */
public final class Evaluator {
    /** The pixel baseline shrinks its view until the training pixels fit in this. */
    private static final long PIXEL_BUDGET_BYTES = 1L << 30;

    private final EvaluationOptions options;
    private final EvaluationListener listener;
    private final DataSource train;
    private final DataSource test;
    private final List<String> notes = new ArrayList<>();
    private final List<FewLabels> fewLabels = new ArrayList<>();

    private Evaluator(DataSource train, DataSource test, EvaluationOptions options, EvaluationListener listener) {
        this.train = train;
        this.test = test;
        this.options = options;
        this.listener = listener;
    }

    /**
     * Evaluates on {@code test} with the labels of {@code train}; classes are matched by name.
     *
     * @throws MmcrException if a source is unlabelled, or the test data has a class that the training data lacks
     */
    public static Evaluation evaluate(
            EncoderUnderTest subject,
            DataSource train,
            DataSource test,
            EvaluationOptions options,
            EvaluationListener listener) {
        requireLabelled(train, "training");
        requireLabelled(test, "test");
        // Samples borrow their source, which stays the caller's to close.
        DataSource usedTrain = sample(train, options.maxTrain(), options.seed());
        DataSource usedTest = sample(test, options.maxTest(), options.seed() + 1);
        return new Evaluator(usedTrain, usedTest, options, listener).run(subject);
    }

    private Evaluation run(EncoderUnderTest subject) {
        long start = System.nanoTime();
        Scores trained = encoder("trained encoder", subject.encoder(), subject.view(), listener::probe);
        Optional<Scores> untrained = options.untrained()
                ? Optional.of(encoder("untrained encoder", subject.untrained().get(), subject.view(), head -> {}))
                : Optional.empty();
        Optional<Scores> raw = options.raw() ? Optional.of(raw(subject.view())) : Optional.empty();
        boolean pictures = subject.view() instanceof PictureEvaluationView;
        return new Evaluation(
                trained.knn(),
                trained.knn20(),
                trained.linear(),
                untrained,
                pictures ? raw : Optional.empty(),
                pictures ? Optional.empty() : raw,
                List.copyOf(fewLabels),
                facts(train),
                facts(test),
                subject.encoder().features(),
                options.precision().resolved().name().toLowerCase(Locale.ROOT),
                Evaluation.Machine.here(),
                List.copyOf(notes),
                (System.nanoTime() - start) / 1e9);
    }

    private Scores encoder(String name, Encoder encoder, EvaluationView view, Consumer<LinearHead> probe) {
        FeatureExtractor extractor =
                new FeatureExtractor(encoder, view, options.precision(), options.batch(), options.threads());
        listener.stage(name + ": training " + train.plural());
        try (FeatureSet bank = extractor.extract(train, done -> listener.progress(done, train.size()))) {
            listener.stage(name + ": test " + test.plural());
            try (FeatureSet queries = extractor.extract(test, done -> listener.progress(done, test.size()))) {
                return score(name, bank, queries, model -> probe.accept(model.head(bank.classNames())));
            }
        }
    }

    /** What an encoder has to beat: the input itself. */
    private Scores raw(EvaluationView view) {
        return view instanceof PictureEvaluationView pictures
                ? raw("raw pixels", noted(pictures))
                : raw("standardised columns", view);
    }

    private EvaluationView noted(PictureEvaluationView whole) {
        PictureEvaluationView view = affordable(whole, train.size());
        if (view.size() < whole.size()) {
            notes.add("raw pixels were compared at " + view.size() + " x " + view.size() + " instead of " + whole.size()
                    + " x " + whole.size() + " to fit in memory");
        }
        return view;
    }

    private Scores raw(String name, EvaluationView view) {
        listener.stage(name);
        try (FeatureSet bank = FeatureExtractor.raw(
                        train, view, options.threads(), done -> listener.progress(done, train.size()));
                FeatureSet queries = FeatureExtractor.raw(test, view, options.threads(), ProgressListener.NONE)) {
            return score(name, bank, queries, model -> {});
        }
    }

    private Scores score(String name, FeatureSet bank, FeatureSet queries, Consumer<LinearModel> fitted) {
        ProbeOptions probe = ProbeOptions.defaults().withSeed(options.seed());
        for (int perClass : options.labelsPerClass()) {
            listener.stage(name + ": " + perClass + " labels of each class");
            fewLabels.add(FewLabels.measure(name, perClass, options.draws(), bank, queries, probe));
        }
        listener.stage(name + ": neighbours and linear probe");
        return Scores.of(bank, queries, probe, fitted);
    }

    /** The view itself, or a smaller one whose pixels of {@code rows} pictures fit the budget. */
    static PictureEvaluationView affordable(PictureEvaluationView view, int rows) {
        long side = (long) Math.sqrt(PIXEL_BUDGET_BYTES / (12.0 * rows));
        int size = (int) Math.max(1, Math.min(view.size(), side));
        int resize = Math.max(size, Math.round((float) view.resize() * size / view.size()));
        return new PictureEvaluationView(resize, size, view.interpolation(), view.mean(), view.std());
    }

    private static Evaluation.Data facts(DataSource data) {
        return new Evaluation.Data(
                data.location(),
                data.fingerprint(),
                data.plural(),
                data.size(),
                data.broken().size());
    }

    private static void requireLabelled(DataSource data, String role) {
        if (data.size() == 0 || data.classNames().isEmpty()) {
            throw new MmcrException("evaluation needs labelled " + role + " data, found "
                    + (data.size() == 0 ? "no data" : "no labels") + " in " + data.location()
                    + "; give one folder per class, a labelled format such as CIFAR or IDX, or a table with a"
                    + " label column (--label-column)");
        }
    }

    private static DataSource sample(DataSource data, OptionalInt most, long seed) {
        int size = data.size();
        int kept = Math.min(size, most.orElse(size));
        if (kept == size) {
            return data;
        }
        int[] order = IntStream.range(0, size).toArray();
        Random random = new Random(seed);
        for (int i = 0; i < kept; i++) {
            int j = i + random.nextInt(size - i);
            int other = order[j];
            order[j] = order[i];
            order[i] = other;
        }
        return DataSources.subset(data, IntStream.of(order).limit(kept).sorted().toArray());
    }
}
