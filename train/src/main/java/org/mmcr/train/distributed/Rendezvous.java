package org.mmcr.train.distributed;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.mmcr.core.MmcrException;

/**
 * Meeting the other processes of a run. libtorch waits where nothing can wake it, so this happens on a thread of its own, and
 * whoever wants the group can stop waiting for it at any time.
 */
final class Rendezvous {
    /** How long rank 0, once it has given up, keeps the store for others that still listen; they ask four times a second. */
    private static final Duration GOODBYE = Duration.ofSeconds(1);

    private final Rank rank;
    private final RunFingerprint passport;
    private final Duration patience;
    private volatile Optional<RendezvousStore> meeting = Optional.empty();

    Rendezvous(Rank rank, RunFingerprint passport, Duration patience) {
        this.rank = rank;
        this.passport = passport;
        this.patience = patience;
    }

    /** The group, unless {@code stop} completes before; then the others hear of it and stop too. */
    ProcessGroup unless(CompletableFuture<?> stop) {
        CompletableFuture<ProcessGroup> joined = new CompletableFuture<>();
        Thread thread = new Thread(() -> meet(joined), "mmcr-join");
        thread.setDaemon(true);
        thread.start();
        try {
            CompletableFuture.anyOf(joined, stop).join();
            if (!stop.isDone() || !joined.cancel(false)) {
                return joined.join();
            }
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
        thread.interrupt();
        meeting.ifPresent(place -> {
            place.sayStop();
            place.leave(GOODBYE);
        });
        throw new StoppedException(rank + " was told to stop");
    }

    private void meet(CompletableFuture<ProcessGroup> joined) {
        try {
            RendezvousStore place = RendezvousStore.open(rank, patience);
            meeting = Optional.of(place);
            compare(place);
            ProcessGroup group = ProcessGroup.of(rank, place, Collectives.gloo(rank, place, patience));
            if (!joined.complete(group)) {
                group.close(); // too late: nobody waits for it any more
            }
        } catch (Throwable e) { // whatever it is, the thread that waits must hear of it
            meeting.ifPresent(place -> place.leave(GOODBYE));
            joined.completeExceptionally(e);
        }
    }

    private void compare(RendezvousStore place) throws InterruptedException {
        String own = passport.text();
        if (rank.first()) {
            place.say("passport", own);
        }
        Optional<String> difference = RunFingerprint.difference(rank, own, place.hear("passport", 0));
        place.say("verdict/" + rank.rank(), difference.orElse(""));
        for (int other = 0; other < rank.world(); other++) {
            String verdict = place.hear("verdict/" + other, other);
            if (!verdict.isEmpty()) {
                throw new MmcrException(verdict);
            }
        }
    }
}
