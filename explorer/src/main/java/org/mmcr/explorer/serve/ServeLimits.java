package org.mmcr.explorer.serve;

import java.time.Duration;
import org.mmcr.core.MmcrException;

/**
 * Limits of a {@link PictureServer}; together they bound its memory.
 *
 * @param queue number of pictures in progress, prepared or waiting; further ones are answered with 429
 * @param batchWait how long a batch that is not full waits for further pictures
 * @param timeout of a request, from its first byte to its answer; then it is answered with 503
 * @param bodyBytes size of a request's body; larger ones are answered with 413
 * @param pixels of a picture; larger ones are answered with 422
 */
public record ServeLimits(int queue, Duration batchWait, Duration timeout, long bodyBytes, long pixels) {
    /** Usual number of pictures in progress. */
    public static final int USUAL_QUEUE = 256;
    /** Usual wait of a batch in milliseconds. */
    public static final int USUAL_WAIT_MILLIS = 2;
    /** Usual time limit of a request in seconds. */
    public static final int USUAL_TIMEOUT_SECONDS = 30;
    /** Usual limit of a body in MiB. */
    public static final int USUAL_MIB = 16;
    /** Usual limit of a picture in millions of pixels. */
    public static final int USUAL_MEGAPIXELS = 50;

    private static final int MOST_MIB = 1024;

    public ServeLimits {
        require(queue >= 1, "a queue of at least 1 picture", queue);
        long millis = batchWait.toMillis();
        require(millis >= 0 && millis < 10_000, "a wait from 0 to 9999 ms", millis);
        require(timeout.toMillis() >= 1 && timeout.toHours() < 24, "a timeout from 1 s to a day", timeout.toSeconds());
        require(bodyBytes >= 1 && bodyBytes <= (long) MOST_MIB << 20, "bodies from 1 to 1024 MiB", bodyBytes >> 20);
        require(pixels >= 1, "at least 1 million pixels", pixels / 1_000_000);
    }

    private static void require(boolean condition, String expected, long found) {
        if (!condition) {
            throw new MmcrException("expected " + expected + ", found " + found + "; leave it out for the usual value");
        }
    }

    /** Returns the usual limits. */
    public static ServeLimits usual() {
        return new ServeLimits(
                USUAL_QUEUE,
                Duration.ofMillis(USUAL_WAIT_MILLIS),
                Duration.ofSeconds(USUAL_TIMEOUT_SECONDS),
                (long) USUAL_MIB << 20,
                USUAL_MEGAPIXELS * 1_000_000L);
    }

    /** Returns a copy with another queue. */
    public ServeLimits withQueue(int pictures) {
        return new ServeLimits(pictures, batchWait, timeout, bodyBytes, pixels);
    }

    /** Returns a copy with another wait. */
    public ServeLimits withBatchWait(Duration other) {
        return new ServeLimits(queue, other, timeout, bodyBytes, pixels);
    }

    /** Returns a copy with another time limit. */
    public ServeLimits withTimeout(Duration other) {
        return new ServeLimits(queue, batchWait, other, bodyBytes, pixels);
    }
}
