package org.mmcr.explorer.serve;

import io.javalin.http.ServiceUnavailableResponse;
import java.time.Duration;

/** The time at which a request is given up. */
final class Deadline {
    private final Duration limit;
    private final long end;

    private Deadline(Duration limit) {
        this.limit = limit;
        this.end = System.nanoTime() + limit.toNanos();
    }

    static Deadline in(Duration limit) {
        return new Deadline(limit);
    }

    /** Returns the time left; zero when it is over. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    /** Fails when the time is over. */
    void check() {
        if (left().isZero()) {
            throw exceeded();
        }
    }

    ServiceUnavailableResponse exceeded() {
        return new ServiceUnavailableResponse(
                "the request took longer than " + limit.toMillis() / 1000.0 + " s; try again, or raise --timeout");
    }
}
