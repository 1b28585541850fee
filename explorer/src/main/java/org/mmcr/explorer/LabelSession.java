package org.mmcr.explorer;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.mmcr.core.MmcrException;
import org.mmcr.explorer.labelling.AccuracyHistory;
import org.mmcr.explorer.labelling.Head;
import org.mmcr.explorer.labelling.HeadFitter;
import org.mmcr.explorer.labelling.HeldOutAccuracy;
import org.mmcr.explorer.labelling.LabelAction;
import org.mmcr.explorer.labelling.LabelStore;
import org.mmcr.explorer.labelling.Labels;
import org.mmcr.explorer.labelling.Predictions;
import org.mmcr.explorer.labelling.Suggestion;
import org.mmcr.explorer.labelling.Suggestions;
import org.mmcr.train.evaluate.LinearHead;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A labelling session: the labels and a head fitted to them. An action is on disk when {@link #apply} returns; then a
 * background thread fits the head to the newest labels and measures its accuracy.
 */
final class LabelSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LabelSession.class);

    private final FeatureStore featureStore;
    private final LabelStore store;
    private final Suggestions suggestions;
    private final HeadFitter fitter;
    private final Runnable changed;
    private final AccuracyHistory history;
    private final Worker worker = new Worker("explore-head");
    private volatile Optional<Fitted> fitted = Optional.empty();

    /** A head, its predictions, and the labels it was fitted to. */
    record Fitted(Labels labels, Head head, Predictions predictions) {
        /** Returns the predicted class of a picture. */
        String className(int picture) {
            return head.classes().get(predictions.best()[picture]);
        }

        /** Returns the head in the form that exports take. */
        LinearHead linear() {
            return head.model().head(head.classes());
        }
    }

    /**
     * @param seed of suggestions
     * @param changed called, on any thread, when labels, head or accuracy have changed
     */
    LabelSession(FeatureStore featureStore, LabelStore store, AccuracyHistory history, long seed, Runnable changed) {
        this.featureStore = featureStore;
        this.store = store;
        this.history = history;
        this.changed = changed;
        this.fitter = new HeadFitter(featureStore.features());
        this.suggestions = new Suggestions(featureStore.features(), seed);
        worker.begin(this::refit);
    }

    Labels labels() {
        return store.labels();
    }

    /** Returns the newest head, which may lag behind the labels. */
    Optional<Fitted> fitted() {
        return fitted;
    }

    /** Returns the newest head, or fails with how to get one. */
    Fitted require() {
        return fitted.orElseThrow(
                () -> new MmcrException("there are no predictions yet; label pictures of at least two classes"));
    }

    /** Returns the measured accuracies by number of labels. */
    List<AccuracyHistory.Point> history() {
        return history.points();
    }

    /** Stores an action and schedules a new fit of the head. */
    Labels apply(LabelAction action) {
        Labels labels = store.apply(action);
        changed.run();
        worker.begin(this::refit);
        return labels;
    }

    /** Returns the next pictures to label, by a head fitted to all labels given before. */
    List<Suggestion> suggest(int count) {
        return worker.call(() -> suggestions.next(store.labels(), fitted.map(Fitted::predictions), count));
    }

    /** A class and its probability. */
    record Guess(String label, double probability) {}

    /** Returns the classes of a picture by descending probability; none without a head. */
    List<Guess> guesses(int picture) {
        return fitted.map(now -> guesses(now.head(), picture)).orElse(List.of());
    }

    private List<Guess> guesses(Head head, int picture) {
        try (PointerScope scope = new PointerScope()) {
            double[] row = head.model()
                    .probabilities(
                            featureStore.features().narrow(0, picture, 1),
                            head.classes().size())[0];
            return IntStream.range(0, row.length)
                    .mapToObj(c -> new Guess(head.classes().get(c), row[c]))
                    .sorted(Comparator.comparingDouble(Guess::probability).reversed())
                    .toList();
        }
    }

    /** Fits a head to the newest labels, unless this is done already. */
    private void refit() {
        Labels labels = store.labels();
        if (fitted.filter(now -> now.labels().revision() == labels.revision()).isPresent()) {
            return;
        }
        try (PointerScope scope = new PointerScope()) {
            if (labels.names().size() < 2) {
                fitted = Optional.empty();
            } else {
                fit(labels);
            }
            changed.run();
            measure(labels);
        } catch (RuntimeException e) {
            LOG.error("the classifier could not be fitted to the labels", e);
        }
    }

    private void fit(Labels labels) {
        int[] rows = labels.labelled();
        int[] classes = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            classes[i] = labels.of()[rows[i]];
        }
        Head head = fitter.fit(rows, classes, labels.names());
        fitted = Optional.of(new Fitted(labels, head, head.predict(featureStore.features())));
    }

    private void measure(Labels labels) {
        if (!HeldOutAccuracy.possible(labels) || store.labels().revision() != labels.revision()) {
            return; // too few labels, or newer ones are waiting
        }
        history.add(labels.size(), HeldOutAccuracy.measure(fitter, labels));
        changed.run();
    }

    @Override
    public void close() {
        if (!worker.end()) {
            LOG.warn("the classifier is still being fitted");
        }
        fitter.close();
    }
}
