package org.mmcr.explorer.serve;

import io.javalin.http.ServiceUnavailableResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.mmcr.core.MmcrException;
import org.mmcr.train.evaluate.LinearHead;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The current classifier of a server. A background thread looks at its file once a second and replaces the classifier
 * when the file has changed; a request uses the one that it began with. A file that cannot be read leaves the
 * classifier as it was.
 */
final class Classifier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Classifier.class);
    private static final int POLL_MILLIS = 1000;

    private final HeadSource source;
    private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "serve-classifier");
        thread.setDaemon(true);
        return thread;
    });
    private final Future<?> watching;
    private volatile Optional<Current> current = Optional.empty();
    private String seen;
    /** Of the last classifier; used by the constructor and then by the watcher alone. */
    private long revision;

    /**
     * A classifier with its number.
     *
     * @param revision 1 for the first one
     */
    record Current(LinearHead head, long revision) {
        /** Returns the probability of each class for features (F). */
        double[] probabilities(float[] features) {
            int width = features.length;
            double[] values = new double[head.classNames().size()];
            double largest = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < values.length; c++) {
                values[c] = head.biases()[c];
                for (int f = 0; f < width; f++) {
                    values[c] += (double) head.weights()[c * width + f] * features[f];
                }
                largest = Math.max(largest, values[c]);
            }
            double sum = 0;
            for (int c = 0; c < values.length; c++) {
                values[c] = Math.exp(values[c] - largest);
                sum += values[c];
            }
            for (int c = 0; c < values.length; c++) {
                values[c] /= sum;
            }
            return values;
        }
    }

    /**
     * Reads the first classifier and watches for others.
     *
     * @throws MmcrException if the file cannot be read
     */
    Classifier(HeadSource source) {
        this.source = source;
        seen = stamp(source.file());
        current = read();
        watching = watcher.scheduleWithFixedDelay(this::look, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Returns the classifier; empty while there are labels of fewer than two classes. */
    Optional<Current> current() {
        return current;
    }

    /** Returns the classifier, or fails with how to get one. */
    Current require() {
        return current.orElseThrow(() -> new ServiceUnavailableResponse(
                "there is no classifier yet; label pictures of at least two classes with mmcr explore"));
    }

    private Optional<Current> read() {
        return source.read().map(head -> new Current(head, ++revision));
    }

    private void look() {
        String stamp = stamp(source.file());
        if (stamp.equals(seen)) {
            return;
        }
        seen = stamp; // a file that cannot be read is tried again when it changes
        try {
            current = read();
            LOG.info("{}: {}", source.file(), current.isPresent() ? "classifier " + revision : "no classifier");
        } catch (RuntimeException e) {
            LOG.warn("{} cannot be used ({}); the classifier stays as it was", source.file(), e.getMessage());
        }
    }

    private static String stamp(Path file) {
        try {
            return Files.getLastModifiedTime(file) + " " + Files.size(file);
        } catch (IOException e) {
            return ""; // not there yet
        }
    }

    @Override
    public void close() {
        watching.cancel(false);
        watcher.shutdown();
        try {
            if (watcher.awaitTermination(1, TimeUnit.MINUTES) && source instanceof AutoCloseable closeable) {
                closeable.close();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.warn("{} could not be released", source.file(), e);
        }
    }
}
