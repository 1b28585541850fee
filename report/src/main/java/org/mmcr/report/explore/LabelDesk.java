package org.mmcr.report.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.mmcr.MmcrException;
import org.mmcr.evaluate.LinearHead;
import org.mmcr.report.labelling.Head;
import org.mmcr.report.labelling.HeadFitter;
import org.mmcr.report.labelling.HeldOutAccuracy;
import org.mmcr.report.labelling.LabelAction;
import org.mmcr.report.labelling.LabelStore;
import org.mmcr.report.labelling.Labels;
import org.mmcr.report.labelling.Predictions;
import org.mmcr.report.labelling.Suggestion;
import org.mmcr.report.labelling.Suggestions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Labels, and the head that follows them. An action is on disk when {@link #keep} returns; the head is fitted behind it on
 * a thread of its own, always to the newest labels, and its accuracy measured after that.
 */
final class LabelDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LabelDesk.class);

    private final Gallery gallery;
    private final LabelStore store;
    private final Suggestions suggestions;
    private final HeadFitter fitter;
    private final Runnable changed;
    private final ExecutorService worker = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(null, task, "explore-head", Workspace.STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    });
    private volatile Optional<Fitted> fitted = Optional.empty();
    private volatile List<Measured> history = List.of();

    /** A head with what it says, and the labels it was fitted to. */
    record Fitted(Labels labels, Head head, Predictions predictions) {
        /** For use outside. */
        LinearHead linear() {
            return head.model().head(head.classes());
        }
    }

    /** Accuracy after so many labels. */
    record Measured(int labels, double value, double low, double high, int n) {}

    /**
     * @param seed of suggestions
     * @param changed called, on any thread, when a head or an accuracy is there
     */
    LabelDesk(Gallery gallery, LabelStore store, long seed, Runnable changed) {
        this.gallery = gallery;
        this.store = store;
        this.changed = changed;
        this.fitter = new HeadFitter(gallery.features());
        this.suggestions = new Suggestions(gallery.features(), seed);
        worker.execute(this::follow);
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

    /** Accuracies as labels came in since this program was started. */
    List<Measured> history() {
        return history;
    }

    /** Keeps an action and has the head follow. */
    Labels keep(LabelAction action) {
        Labels labels = store.keep(action);
        changed.run();
        worker.execute(this::follow);
        return labels;
    }

    /** The next pictures to ask about, by the head that follows all labels given before. */
    List<Suggestion> suggest(int count) {
        return await(() -> suggestions.next(store.labels(), fitted.map(Fitted::predictions), count));
    }

    private <T> T await(Callable<T> task) {
        try {
            return worker.submit(task).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MmcrException("interrupted while pictures were chosen", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        }
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
        HeldOutAccuracy accuracy = HeldOutAccuracy.measure(fitter, labels);
        List<Measured> longer = new ArrayList<>(history);
        longer.removeIf(before -> before.labels() >= labels.size()); // an undo goes back
        longer.add(new Measured(labels.size(), accuracy.value(), accuracy.low(), accuracy.high(), accuracy.n()));
        history = List.copyOf(longer);
        changed.run();
    }

    @Override
    public void close() {
        worker.shutdown();
        try {
            if (!worker.awaitTermination(1, TimeUnit.MINUTES)) {
                LOG.warn("the classifier is still being fitted");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        fitter.close();
        store.close();
    }
}
