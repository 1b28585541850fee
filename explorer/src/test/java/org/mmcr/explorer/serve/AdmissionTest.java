package org.mmcr.explorer.serve;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.javalin.http.ServiceUnavailableResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final long GIB = 1L << 30;

    @Test
    void decoder_withoutTimeLeft_failsThoughAPlaceIsFree() {
        Admission admission = new Admission(ServeLimits.usual(), 1, GIB);
        assertThatThrownBy(() -> admission.decoder(Deadline.in(Duration.ZERO)))
                .isInstanceOf(ServiceUnavailableResponse.class)
                .hasMessageContaining("--timeout");
    }

    /** Half of 64 MB holds two pictures of a million pixels at 16 bytes. */
    @Test
    void decoder_placesBeyondTheHeap_areWaitedFor() throws Exception {
        ServeLimits limits = new ServeLimits(1, Duration.ZERO, Duration.ofSeconds(1), 1, 1_000_000);
        Admission admission = new Admission(limits, 8, 64_000_000);
        try (Admission.Place first = admission.decoder(Deadline.in(Duration.ofSeconds(30)));
                Admission.Place second = admission.decoder(Deadline.in(Duration.ofSeconds(30)))) {
            assertThatThrownBy(() -> admission.decoder(Deadline.in(Duration.ofMillis(50))))
                    .isInstanceOf(ServiceUnavailableResponse.class);
        }
        admission.decoder(Deadline.in(Duration.ofSeconds(30))).close();
    }
}
