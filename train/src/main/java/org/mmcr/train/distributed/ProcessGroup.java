package org.mmcr.train.distributed;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.Communicator;
import org.mmcr.train.distributed.CommunicationStats.Use;

/**
 * The processes of a run as one group with collective operations: sum, gather and broadcast. Every process calls the
 * same methods in the same order on one thread. A group of one process exchanges nothing and opens no connection.
 */
public final class ProcessGroup implements AutoCloseable {
    /** Longest time for which rank 0 keeps the store open for the others at the end. */
    private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(10);

    /** The same if a process is lost. */
    private static final Duration SHORT_LEAVE_TIMEOUT = Duration.ofSeconds(1);

    private final Rank rank;
    private final Optional<RendezvousStore> store;
    private final Optional<Collectives> collectives;
    private final CommunicationStats stats = new CommunicationStats();
    private Optional<PeerLostException> lost = Optional.empty();
    /** Whether this process ends because of a failure of its own. */
    private boolean failed;

    private ProcessGroup(Rank rank, Optional<RendezvousStore> store, Optional<Collectives> collectives) {
        this.rank = rank;
        this.store = store;
        this.collectives = collectives;
    }

    /** A group of this process alone. */
    public static ProcessGroup alone() {
        return new ProcessGroup(Rank.single(), Optional.empty(), Optional.empty());
    }

    static ProcessGroup of(Rank rank, RendezvousStore store, Collectives collectives) {
        return new ProcessGroup(rank, Optional.of(store), Optional.of(collectives));
    }

    /**
     * Joins the other processes of the run.
     *
     * @param fingerprint compared with that of rank 0
     * @param timeout of the rendezvous and of every exchange
     * @param stop ends the wait when it completes, from any thread
     * @throws MmcrException if they do not all join in time, do not all run the same, or one of them fails first
     * @throws StoppedException if any process is asked to stop before all have joined
     */
    public static ProcessGroup join(
            Rank rank, RunFingerprint fingerprint, Duration timeout, CompletableFuture<?> stop) {
        if (rank.alone()) {
            return alone();
        }
        beforeJoining(rank, () -> {
            Collectives.requireInterface();
            return rank;
        });
        return new Rendezvous(rank, fingerprint, timeout).joinUnless(stop);
    }

    /** Joins the other processes without a way to end the wait. */
    public static ProcessGroup join(Rank rank, RunFingerprint fingerprint, Duration timeout) {
        return join(rank, fingerprint, timeout, new CompletableFuture<>());
    }

    /** Does the work that precedes {@link #join}. If it fails, the reason is published to the processes that wait. */
    public static <T> T beforeJoining(Rank rank, Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            if (!rank.alone()) {
                publishFailureOf(rank, e);
            }
            throw e;
        }
    }

    private static void publishFailureOf(Rank rank, RuntimeException failure) {
        try {
            RendezvousStore store = RendezvousStore.open(rank, LEAVE_TIMEOUT);
            store.publishFailure(firstLine(failure));
            store.leave(LEAVE_TIMEOUT);
        } catch (MmcrException noStore) {
            // No process waits.
        }
    }

    public Rank rank() {
        return rank;
    }

    public CommunicationStats stats() {
        return stats;
    }

    /** The group as the objective and the layers use it; exchanges are counted under {@code use}. */
    public Communicator communicator(Use use) {
        return rank.alone() ? Communicator.NONE : new CountingCommunicator(use);
    }

    private final class CountingCommunicator implements Communicator {
        private final Use use;

        CountingCommunicator(Use use) {
            this.use = use;
        }

        @Override
        public int size() {
            return rank.world();
        }

        @Override
        public int rank() {
            return rank.rank();
        }

        @Override
        public void sum(Tensor values) {
            Tensor here = values.cpu(); // Gloo sends main memory; the tensor itself if it is there
            exchange(use, here, all -> all.sum(here));
            if (!values.is_cpu()) {
                values.copy_(here);
            }
        }

        @Override
        public Tensor gather(Tensor rows) {
            long[] shape = new long[Math.toIntExact(rows.dim())];
            for (int i = 0; i < shape.length; i++) {
                shape[i] = rows.size(i);
            }
            shape[0] *= rank.world();
            Tensor all = torch.empty(shape, rows.options(), new org.bytedeco.pytorch.MemoryFormatOptional());
            exchange(use, rows, group -> group.gather(all, rows));
            return all;
        }
    }

    /** Replaces tensors by those of rank 0. */
    public void broadcast(Map<String, Tensor> tensors) {
        if (rank.alone()) {
            return;
        }
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (Tensor tensor : tensors.values()) {
                Tensor flat = tensor.detach().cpu().contiguous().clone();
                exchange(Use.CONTROL, flat, all -> all.broadcast(flat));
                tensor.copy_(flat);
            }
        }
    }

    /** Returns the text of rank 0. */
    public String broadcast(String text) {
        if (rank.alone()) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = (int) allReduce(rank.first() ? bytes.length : 0)[0];
        try (PointerScope scope = new PointerScope()) {
            Tensor content = Tensor.create(rank.first() ? bytes : new byte[length], false);
            exchange(Use.CONTROL, content, all -> all.broadcast(content));
            byte[] received = new byte[length];
            content.data_ptr_byte().get(received);
            return new String(received, StandardCharsets.UTF_8);
        }
    }

    /** Returns the sum of each number over the ranks. */
    public double[] allReduce(double... numbers) {
        if (rank.alone()) {
            return numbers;
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor sums = Tensor.create(numbers);
            exchange(Use.CONTROL, sums, all -> all.sum(sums));
            double[] reduced = new double[numbers.length];
            sums.data_ptr_double().get(reduced);
            return reduced;
        }
    }

    /** Publishes why this process ends, so that the others report the cause and not its consequence. */
    public void publishFailure(Throwable failure) {
        if (lost.isEmpty()) {
            failed = true;
            store.ifPresent(open -> open.publishFailure(firstLine(failure)));
        }
    }

    static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    /**
     * The failure of an exchange. If it happened in a hook of the backward pass, libtorch rethrows another exception.
     */
    public Optional<PeerLostException> lost() {
        return lost;
    }

    /** Starts to replace contiguous values by their sums; they must not be touched before {@link #await}. */
    Work startSum(Use use, Tensor values) {
        stats.addBytes(use, values.nbytes());
        return exchange(use, () -> collectives.orElseThrow().startSum(values));
    }

    /** Waits for a sum that was started; once for each. */
    void await(Use use, Work sum) {
        exchange(use, () -> {
            Collectives.await(sum);
            return sum;
        });
    }

    private interface Exchange {
        void with(Collectives all);
    }

    private void exchange(Use use, Tensor sent, Exchange exchange) {
        stats.addBytes(use, sent.nbytes());
        exchange(use, () -> {
            exchange.with(collectives.orElseThrow());
            return sent;
        });
    }

    private <T> T exchange(Use use, Supplier<T> exchange) {
        long began = System.nanoTime();
        try {
            return exchange.get();
        } catch (RuntimeException e) {
            PeerLostException loss = lost(e);
            lost = Optional.of(loss);
            throw loss;
        } finally {
            stats.addNanos(use, System.nanoTime() - began);
        }
    }

    private PeerLostException lost(RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        Optional<String> reason = store.flatMap(RendezvousStore::failure);
        boolean timedOut = message.contains("imed out") || message.contains("imeout");
        String cause = reason.map(line -> "another process failed, " + line)
                .orElse(
                        timedOut
                                ? "another process did not answer in time; it hangs or its machine is unreachable"
                                : "another process ended without a reason; it was killed or its machine is unreachable");
        return new PeerLostException(rank + " stops: " + cause, e);
    }

    /** Leaves the group. The process that hosts the store leaves last. */
    @Override
    public void close() {
        if (failed) {
            // The others wait for this process in an exchange, which ends with its connections.
            collectives.ifPresent(Collectives::close);
        }
        store.ifPresent(open -> open.leave(lost.isEmpty() ? LEAVE_TIMEOUT : SHORT_LEAVE_TIMEOUT));
        if (!failed) {
            collectives.ifPresent(Collectives::close);
        }
    }
}
