package org.mmcr.train.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.VectorSource;
import org.mmcr.data.views.EvaluationView;
import org.mmcr.data.views.PictureEvaluationView;

/**
 * Scores features and baselines on labelled data with every protocol.
 */
public final class Evaluator {
    /** Memory for the training pixels of the pixel baseline, which shrinks its view to fit. */
    private static final long PIXEL_BUDGET_BYTES = 1L << 30;

    private static final KnnClassifier PUBLISHED_MONITOR = new KnnClassifier(200, 0.5);
    private static final KnnClassifier SHARP = new KnnClassifier(20, 0.07);

    private final FeatureReader reader;
    private final EvaluationOptions options;
    private final EvaluationListener listener;
    private final DataSource train;
    private final DataSource test;
    private final List<String> notes = new ArrayList<>();

    private Evaluator(
            EvaluationData data, EvaluationOptions options, EvaluationListener listener, FeatureReader reader) {
        this.reader = reader;
        train = data.train();
        test = data.test();
        notes.addAll(data.notes());
        this.options = options;
        this.listener = listener;
    }

    /**
     * Evaluates on the test data with the labels of the training data.
     *
     * @param trained features of the trained encoder
     * @param untrained creates the same network with its initial weights; called only for baselines
     */
    public static Evaluation evaluate(
            FeatureModel trained,
            Supplier<? extends FeatureModel> untrained,
            EvaluationData data,
            EvaluationOptions options,
            EvaluationListener listener) {
        return new Evaluator(data, options, listener, FeatureReader.computing(options))
                .run(trained, Optional.of(untrained));
    }

    /**
     * Evaluates any encoder. Without an untrained network, the only baseline is the raw input.
     *
     * @param untrained creates the same network with random weights, if that is possible
     * @param reader gives the encoder's features
     */
    public static Evaluation evaluate(
            FeatureModel encoder,
            Optional<Supplier<? extends FeatureModel>> untrained,
            EvaluationData data,
            EvaluationOptions options,
            EvaluationListener listener,
            FeatureReader reader) {
        return new Evaluator(data, options, listener, reader).run(encoder, untrained);
    }

    /**
     * Evaluates features that are given as tables, without an encoder and without baselines.
     *
     * @param data two tables of the same columns
     * @throws MmcrException if one of them holds pictures, or their columns differ
     */
    public static Evaluation evaluateFeatures(
            EvaluationData data, EvaluationOptions options, EvaluationListener listener) {
        if (!(data.train() instanceof VectorSource train)) {
            throw new MmcrException("expected a table of features (.npy, .npz, .csv or .parquet), found pictures in "
                    + data.train().location() + "; give a run or --encoder FILE that embeds them");
        }
        return new Evaluator(data, options, listener, FeatureReader.computing(options))
                .run(InputFeatures.unchanged(train));
    }

    private Evaluation run(InputFeatures given) {
        long start = System.nanoTime();
        Evaluation.Subject subject = measure(Evaluation.FEATURES, "features", given, listener::probe);
        return evaluation(List.of(subject), given, start);
    }

    private Evaluation run(FeatureModel trained, Optional<Supplier<? extends FeatureModel>> untrained) {
        long start = System.nanoTime();
        List<Evaluation.Subject> subjects = new ArrayList<>();
        subjects.add(measure(Evaluation.TRAINED, "trained encoder", trained, listener::probe));
        if (options.baselines()) {
            untrained.ifPresent(
                    made -> subjects.add(measure(Evaluation.UNTRAINED, "untrained encoder", made.get(), head -> {})));
            subjects.add(
                    trained.view() instanceof PictureEvaluationView pictures
                            ? measure(
                                    Evaluation.PIXELS,
                                    "raw pixels",
                                    new InputFeatures(affordable(pictures)),
                                    head -> {})
                            : measure(
                                    Evaluation.COLUMNS,
                                    "standardised columns",
                                    new InputFeatures(trained.view()),
                                    head -> {}));
        }
        return evaluation(subjects, trained, start);
    }

    private Evaluation evaluation(List<Evaluation.Subject> subjects, FeatureModel measured, long start) {
        return new Evaluation(
                subjects,
                Evaluation.Data.of(train),
                Evaluation.Data.of(test),
                measured.precision().resolved(measured.device()).name().toLowerCase(Locale.ROOT),
                Evaluation.Machine.here(),
                notes,
                (System.nanoTime() - start) / 1e9);
    }

    private Evaluation.Subject measure(String name, String title, FeatureModel model, Consumer<LinearHead> probe) {
        FeatureReader features = name.equals(Evaluation.TRAINED) ? reader : FeatureReader.computing(options);
        listener.stage(title + ": training " + train.plural());
        try (FeatureSet bank = features.read(model, train, done -> listener.progress(done, train.size()))) {
            listener.stage(title + ": test " + test.plural());
            try (FeatureSet queries = features.read(model, test, done -> listener.progress(done, test.size()))) {
                listener.stage(title + ": protocols");
                return new Evaluation.Subject(name, title, bank.width(), score(bank, queries, options, probe));
            }
        }
    }

    /** Scores features with every protocol: those of the test data with the labels of the training data. */
    public static List<ProtocolResult> score(FeatureSet train, FeatureSet test, EvaluationOptions options) {
        return score(train, test, options, head -> {});
    }

    private static List<ProtocolResult> score(
            FeatureSet bank, FeatureSet queries, EvaluationOptions options, Consumer<LinearHead> probe) {
        return protocols(options, probe).stream()
                .flatMap(protocol -> protocol.score(bank, queries).stream())
                .toList();
    }

    /** Returns every protocol of an evaluation; {@code fitted} receives the linear probe of all labels. */
    private static List<Protocol> protocols(EvaluationOptions options, Consumer<LinearHead> fitted) {
        ProbeOptions probe = ProbeOptions.defaults().withSeed(options.seed());
        List<Protocol> protocols = new ArrayList<>();
        Protocol knn = KnnClassifier.sharing(PUBLISHED_MONITOR, SHARP);
        protocols.add(knn);
        protocols.add(new LinearProbe(probe, fitted));
        protocols.add(new Whitened(List.of(knn), SHARP, options.seed()));
        for (int perClass : options.labelsPerClass()) {
            protocols.add(
                    new FewLabels(perClass, options.draws(), options.seed(), List.of(SHARP, new LinearProbe(probe))));
        }
        return protocols;
    }

    private EvaluationView affordable(PictureEvaluationView whole) {
        PictureEvaluationView view = affordable(whole, train.size());
        if (view.size() < whole.size()) {
            notes.add("raw pixels were compared at " + view.size() + " x " + view.size() + " instead of " + whole.size()
                    + " x " + whole.size() + " to fit in memory");
        }
        return view;
    }

    /** Returns the view, or a smaller one such that the pixels of {@code rows} pictures fit the memory. */
    static PictureEvaluationView affordable(PictureEvaluationView view, int rows) {
        long side = (long) Math.sqrt(PIXEL_BUDGET_BYTES / (12.0 * rows));
        int size = (int) Math.max(1, Math.min(view.size(), side));
        int resize = Math.max(size, Math.round((float) view.resize() * size / view.size()));
        return view.withSize(resize, size);
    }
}
