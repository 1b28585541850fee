package org.mmcr.train.distributed;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.mmcr.core.MmcrException;

/**
 * The start of a run of several processes: connects them, compares their fingerprints and forms the group. libtorch's
 * waits cannot be interrupted, so this happens on a thread of its own, and the caller may give up at any time.
 */
final class Rendezvous {
    /** Time for which rank 0 keeps the store open after a failure; the others poll four times a second. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final Rank rank;
    private final RunFingerprint fingerprint;
    private final Duration timeout;
    private volatile Optional<RendezvousStore> store = Optional.empty();

    Rendezvous(Rank rank, RunFingerprint fingerprint, Duration timeout) {
        this.rank = rank;
        this.fingerprint = fingerprint;
        this.timeout = timeout;
    }

    /** Returns the group, unless {@code stop} completes first: then this process and the others stop. */
    ProcessGroup joinUnless(CompletableFuture<?> stop) {
        CompletableFuture<ProcessGroup> joined = new CompletableFuture<>();
        Thread thread = new Thread(() -> join(joined), "mmcr-join");
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
        store.ifPresent(open -> {
            open.publishStop();
            open.leave(LINGER);
        });
        throw new StoppedException(rank + " was asked to stop");
    }

    private void join(CompletableFuture<ProcessGroup> joined) {
        try {
            RendezvousStore open = RendezvousStore.open(rank, timeout);
            store = Optional.of(open);
            compareFingerprints(open);
            ProcessGroup group = ProcessGroup.of(rank, open, connect(open));
            if (!joined.complete(group)) {
                group.close(); // the caller has given up
            }
        } catch (Throwable e) { // any failure must end the caller's wait
            store.ifPresent(open -> open.leave(LINGER));
            joined.completeExceptionally(e);
        }
    }

    /** Connects to the other ranks; if it fails and none of them has ended, publishes why. */
    private Collectives connect(RendezvousStore open) {
        try {
            return Collectives.gloo(rank, open, timeout);
        } catch (RuntimeException e) {
            open.requireAllRunning();
            String found = ProcessGroup.firstLine(e);
            MmcrException failure = e instanceof MmcrException known
                    ? known
                    : new MmcrException(
                            "expected connections to the other processes, found " + found
                                    + "; check that all of them run, GLOO_SOCKET_IFNAME and the firewall",
                            e);
            open.publishFailure(ProcessGroup.firstLine(failure));
            throw failure;
        }
    }

    /** Every rank compares itself with rank 0 and reads the results of all, so that all fail with the same message. */
    private void compareFingerprints(RendezvousStore open) throws InterruptedException {
        String own = fingerprint.text();
        if (rank.first()) {
            open.set("fingerprint", own);
        }
        Optional<String> difference = RunFingerprint.difference(rank, own, open.await("fingerprint", 0));
        open.set("difference/" + rank.rank(), difference.orElse(""));
        for (int other = 0; other < rank.world(); other++) {
            String found = open.await("difference/" + other, other);
            if (!found.isEmpty()) {
                throw new MmcrException(found);
            }
        }
    }
}
