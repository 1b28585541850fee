package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InterruptsTest {
    private final Interrupts interrupts = new Interrupts();

    @Test
    void request_withAnAction_runsIt() {
        AtomicInteger runs = new AtomicInteger();
        try (Interrupts.Registration ignored = interrupts.onRequest(runs::incrementAndGet)) {
            assertThat(runs).hasValue(0);
            assertThat(interrupts.request()).isTrue();
        }
        assertThat(runs).hasValue(1);
    }

    @Test
    void request_afterTheRegistrationIsClosed_runsNothing() {
        AtomicInteger runs = new AtomicInteger();
        interrupts.onRequest(runs::incrementAndGet).close();
        assertThat(interrupts.request()).isFalse();
        assertThat(runs).hasValue(0);
    }

    /** Ctrl-C in the last step of one of many trainings ends the next one, because the signal comes once. */
    @Test
    void onRequest_afterARequest_runsAtOnce() {
        interrupts.onRequest(() -> {}).close();
        interrupts.request();
        AtomicInteger runs = new AtomicInteger();
        try (Interrupts.Registration ignored = interrupts.onRequest(runs::incrementAndGet)) {
            assertThat(runs).hasValue(1);
        }
    }
}
