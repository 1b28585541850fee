package org.mmcr.explorer;

import java.util.List;
import java.util.Optional;
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
 * Labels, and the head that follows them. An action is on disk when {@link #keep} returns; the head is fitted behind it on
 * a thread of its own, always to the newest labels, and its accuracy measured after that.
 */
final class LabelSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LabelSession.class);

    private final FeatureStore gallery;
    private final LabelStore store;
    private final Suggestions suggestions;
    private final HeadFitter fitter;
    private final Runnable changed;
    private final AccuracyHistory history;
    private final Worker worker = new Worker("explore-head");
    private volatile Optional<Fitted> fitted = Optional.empty();

    /** A head with what it says, and the labels it was fitted to. */
    record Fitted(Labels labels, Head head, Predictions predictions) {
        /** The class that the head puts a picture into. */
        String className(int picture) {
            return head.classes().get(predictions.best()[picture]);
        }

        /** For use outside. */
        LinearHead linear() {
            return head.model().head(head.classes());
        }
    }

    /**
     * @param seed of suggestions
     * @param changed called, on any thread, when a head or an accuracy is there
     */
    LabelSession(FeatureStore gallery, LabelStore store, AccuracyHistory history, long seed, Runnable changed) {
        this.gallery = gallery;
        this.store = store;
        this.history = history;
        this.changed = changed;
        this.fitter = new HeadFitter(gallery.features());
        this.suggestions = new Suggestions(gallery.features(), seed);
        worker.begin(this::follow);
    }

    Labels labels() {
        return store.labels();
    }

    /** The newest head that is ready; may be a moment behind the labels. */
    Optional<Fitted> fitted() {
        return fitted;
    }

    /** The newest head, or an error that says how to get one. */
    Fitted require() {
        return fitted.orElseThrow(
                () -> new MmcrException("there are no predictions yet; label pictures of at least two kinds"));
    }

    /** Accuracies as labels came in. */
    List<AccuracyHistory.Point> history() {
        return history.points();
    }

    /** Keeps an action and has the head follow. */
    Labels keep(LabelAction action) {
        Labels labels = store.keep(action);
        changed.run();
        worker.begin(this::follow);
        return labels;
    }

    /** The next pictures to ask about, by the head that follows all labels given before. */
    List<Suggestion> suggest(int count) {
        return worker.call(() -> suggestions.next(store.labels(), fitted.map(Fitted::predictions), count));
    }

    /** Fits to the newest labels, unless the head has them already. */
    private void follow() {
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
        fitted = Optional.of(new Fitted(labels, head, head.predict(gallery.features())));
    }

    private void measure(Labels labels) {
        if (!HeldOutAccuracy.possible(labels) || store.labels().revision() != labels.revision()) {
            return; // too early, or newer labels wait
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
