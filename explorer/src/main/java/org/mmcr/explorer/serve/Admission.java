package org.mmcr.explorer.serve;

import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The bounds of what is in memory at a time: requests, bytes of their bodies, pictures in progress, and pictures being
 * decoded. A request beyond the first three is refused at once, because a queue that grows helps nobody; for the
 * last one a request waits until its deadline.
 */
final class Admission {
    /** Requests in progress; the web server has more threads than that, so that it can turn others away. */
    static final int REQUESTS = 128;
    /** Bytes of a picture being decoded: 11 for 16-bit RGBA and its RGB, 16 for RGBA of floats, rejected afterwards. */
    private static final int BYTES_PER_PIXEL = 16;

    private static final int KIB = 1024;

    private final ServeLimits limits;
    private final Semaphore requests = new Semaphore(REQUESTS);
    private final Semaphore bodies;
    private final Semaphore pictures;
    private final Semaphore decoders;

    /** Permits that are returned when it is closed. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Creates the bounds for a heap: an eighth for bodies, whose parts are copied, and half for pictures being decoded.
     *
     * @param threads largest number of pictures that are decoded at a time
     * @param heap bytes
     */
    Admission(ServeLimits limits, int threads, long heap) {
        this.limits = limits;
        bodies = new Semaphore(kib(Math.max(limits.bodyBytes(), heap / 8)));
        pictures = new Semaphore(limits.queue());
        long fitting = heap / 2 / (BYTES_PER_PIXEL * limits.pixels());
        decoders = new Semaphore((int) Math.max(1, Math.min(threads, fitting)));
    }

    private static int kib(long bytes) {
        return (int) Math.min(Integer.MAX_VALUE, (bytes + KIB - 1) / KIB);
    }

    /** Takes a place for a request. */
    Place request() {
        return take(requests, 1, "requests");
    }

    /** Takes room for a body; -1 bytes stand for a length that is not known before it has been read. */
    Place body(long bytes) {
        return take(bodies, kib(bytes < 0 ? limits.bodyBytes() : bytes), "bytes");
    }

    /** Takes places for pictures in progress. */
    Place pictures(int count) {
        return take(pictures, count, "pictures");
    }

    /** Waits for a place to decode a picture. */
    Place decoder(Deadline deadline) throws InterruptedException {
        deadline.check(); // without time left, a free place would still be given
        if (!decoders.tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
            throw deadline.exceeded();
        }
        return decoders::release;
    }

    /** Returns the number of pictures in progress. */
    int picturesInWork() {
        return limits.queue() - pictures.availablePermits();
    }

    private static Place take(Semaphore semaphore, int permits, String what) {
        if (!semaphore.tryAcquire(permits)) {
            throw new HttpResponseException(
                    HttpStatus.TOO_MANY_REQUESTS.getCode(),
                    "the server has as many " + what + " in progress as it may; try again in a second");
        }
        return () -> semaphore.release(permits);
    }
}
