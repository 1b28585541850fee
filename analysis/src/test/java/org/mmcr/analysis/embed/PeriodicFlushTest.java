package org.mmcr.analysis.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PeriodicFlushTest {
    private static final long LIMIT_SECONDS = 30;

    @Test
    void task_isRepeatedOnADaemonThread() throws Exception {
        CountDownLatch rounds = new CountDownLatch(2);
        AtomicBoolean daemon = new AtomicBoolean();
        try (PeriodicFlush flush = new PeriodicFlush(() -> {
            daemon.set(Thread.currentThread().isDaemon());
            rounds.countDown();
        })) {
            assertThat(rounds.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            flush.check();
        }
        assertThat(daemon).isTrue();
    }

    @Test
    void close_interruptedDuringARound_waitsForItsEnd() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        PeriodicFlush flush = new PeriodicFlush(() -> {
            begun.countDown();
            sleep(300);
            ended.set(true);
        });
        assertThat(begun.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        Thread.currentThread().interrupt();
        flush.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ended).isTrue();
    }

    @Test
    void close_afterAFailure_throwsIt() throws Exception {
        IOException failure = new IOException("full");
        CountDownLatch begun = new CountDownLatch(1);
        PeriodicFlush flush = new PeriodicFlush(() -> {
            begun.countDown();
            throw failure;
        });
        assertThat(begun.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(flush::close).isSameAs(failure);
    }

    /** {@code check} throws the failure inside a block that then closes. */
    @Test
    void check_afterAFailure_throwsItAndNoRoundFollows() {
        IOException failure = new IOException("full");
        AtomicInteger rounds = new AtomicInteger();
        assertThatThrownBy(() -> {
                    try (PeriodicFlush flush = new PeriodicFlush(() -> {
                        rounds.incrementAndGet();
                        throw failure;
                    })) {
                        for (int i = 0; i < 1000; i++) {
                            sleep(i == 0 ? 600 : 10); // several pauses between two rounds
                            flush.check();
                        }
                    }
                })
                .isSameAs(failure);
        assertThat(rounds).hasValue(1);
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
