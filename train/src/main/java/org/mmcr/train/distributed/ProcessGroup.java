package org.mmcr.train.distributed;

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
 * The processes of a run as one: what they sum, gather and agree upon. Every process calls the same methods in the same order,
 * on one thread. With one process nothing is exchanged and nothing opened.
 */
public final class ProcessGroup implements AutoCloseable {
    /** How long rank 0 keeps the store for the others' last questions. */
    private static final Duration FAREWELL = Duration.ofSeconds(10);

    /** The same where a process is lost, which will not ask. */
    private static final Duration SHORT_FAREWELL = Duration.ofSeconds(1);

    private final Rank rank;
    private final Optional<RendezvousStore> meeting;
    private final Optional<Collectives> collectives;
    private final CommunicationStats traffic = new CommunicationStats();
    private Optional<PeerLostException> lost = Optional.empty();

    private ProcessGroup(Rank rank, Optional<RendezvousStore> meeting, Optional<Collectives> collectives) {
        this.rank = rank;
        this.meeting = meeting;
        this.collectives = collectives;
    }

    /** A group of this process alone. */
    public static ProcessGroup alone() {
        return new ProcessGroup(Rank.single(), Optional.empty(), Optional.empty());
    }

    static ProcessGroup of(Rank rank, RendezvousStore meeting, Collectives collectives) {
        return new ProcessGroup(rank, Optional.of(meeting), Optional.of(collectives));
    }

    /**
     * Meets the other processes.
     *
     * @param passport compared with rank 0's
     * @param patience how long to wait for a process, now and in every exchange
     * @param stop ends the waiting when it completes, from any thread
     * @throws MmcrException if they are not all there in time, or do not all run the same, or one of them fails before
     * @throws StoppedException if this process or another one is told to stop before all have met
     */
    public static ProcessGroup join(Rank rank, RunFingerprint passport, Duration patience, CompletableFuture<?> stop) {
        return rank.alone() ? alone() : new Rendezvous(rank, passport, patience).unless(stop);
    }

    /** The same, with nobody to end the waiting. */
    public static ProcessGroup join(Rank rank, RunFingerprint passport, Duration patience) {
        return join(rank, passport, patience, new CompletableFuture<>());
    }

    /** What a process does before it joins; if that fails, those that wait for it hear why. */
    public static <T> T beforeJoining(Rank rank, Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            if (!rank.alone()) {
                excuse(rank, firstLine(e));
            }
            throw e;
        }
    }

    private static void excuse(Rank rank, String reason) {
        try {
            RendezvousStore place = RendezvousStore.open(rank, FAREWELL);
            place.sayFailure(reason);
            place.leave(FAREWELL);
        } catch (MmcrException nobodyIsThere) {
            // Then nobody waits.
        }
    }

    public Rank rank() {
        return rank;
    }

    public CommunicationStats traffic() {
        return traffic;
    }

    /** The group as the objective and the layers see it; what they exchange is counted under {@code use}. */
    public Communicator peers(Use use) {
        return rank.alone() ? Communicator.NONE : new Counted(use);
    }

    private final class Counted implements Communicator {
        private final Use use;

        Counted(Use use) {
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
            exchange(use, values, all -> all.sum(values));
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

    /** Makes tensors equal to rank 0's. */
    public void spread(Map<String, Tensor> tensors) {
        if (rank.alone()) {
            return;
        }
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            for (Tensor tensor : tensors.values()) {
                Tensor flat = tensor.detach().contiguous().clone();
                exchange(Use.CONTROL, flat, all -> all.spread(flat));
                tensor.copy_(flat);
            }
        }
    }

    /** Numbers of rank 0, to every rank. */
    public double[] spread(double... numbers) {
        return agree(rank.first() ? numbers : new double[numbers.length]);
    }

    /** The sums of each number over the ranks. */
    public double[] agree(double... numbers) {
        if (rank.alone()) {
            return numbers;
        }
        try (PointerScope scope = new PointerScope()) {
            Tensor sums = Tensor.create(numbers);
            exchange(Use.CONTROL, sums, all -> all.sum(sums));
            double[] agreed = new double[numbers.length];
            sums.data_ptr_double().get(agreed);
            return agreed;
        }
    }

    /** Tells the others why this process ends, so that their last line is the reason and not its consequence. */
    public void fail(Throwable failure) {
        if (lost.isEmpty()) {
            meeting.ifPresent(place -> place.sayFailure(firstLine(failure)));
        }
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    /** Why an exchange failed; where that was in a hook of the backward pass, libtorch hands on another exception. */
    public Optional<PeerLostException> lost() {
        return lost;
    }

    /** Begins to replace contiguous values by their sums; they must be left alone until that has been awaited. */
    Work startSum(Use use, Tensor values) {
        traffic.add(use, values.nbytes());
        return exchange(use, () -> collectives.orElseThrow().startSum(values));
    }

    /** Waits for a sum that was begun; once for each. */
    void await(Use use, Work sum) {
        exchange(use, () -> {
            Collectives.await(sum);
            return sum;
        });
    }

    private interface Exchange {
        void with(Collectives all);
    }

    private void exchange(Use use, Tensor handed, Exchange exchange) {
        traffic.add(use, handed.nbytes());
        exchange(use, () -> {
            exchange.with(collectives.orElseThrow());
            return handed;
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
            traffic.waited(use, System.nanoTime() - began);
        }
    }

    private PeerLostException lost(RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        Optional<String> reason = meeting.flatMap(RendezvousStore::failure);
        boolean silent = message.contains("imed out") || message.contains("imeout");
        String what = reason.map(line -> "another process failed, " + line)
                .orElse(
                        silent
                                ? "another process gave no sign in time; it hangs or its machine is cut off"
                                : "another process ended without a word; it was killed or its machine is cut off");
        return new PeerLostException(rank + " stops: " + what, e);
    }

    /** Leaves; who keeps the store is the last. */
    @Override
    public void close() {
        meeting.ifPresent(place -> place.leave(lost.isEmpty() ? FAREWELL : SHORT_FAREWELL));
        collectives.ifPresent(Collectives::close);
    }
}
