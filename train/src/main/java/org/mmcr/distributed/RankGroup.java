package org.mmcr.distributed;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.mmcr.MmcrException;
import org.mmcr.distributed.Traffic.Use;
import org.mmcr.loss.Peers;

/**
 * The processes of a run as one: what they sum, gather and agree upon. Every process calls the same methods in the same order,
 * on one thread. With one process nothing is exchanged and nothing opened.
 */
public final class RankGroup implements AutoCloseable {
    private static final String FAILURE = "failure";
    private static final Duration FAREWELL = Duration.ofSeconds(10);

    private final Rank rank;
    private final Optional<Meeting> meeting;
    private final Optional<Collectives> collectives;
    private final Traffic traffic = new Traffic();
    private Optional<PeerLostException> lost = Optional.empty();

    private RankGroup(Rank rank, Optional<Meeting> meeting, Optional<Collectives> collectives) {
        this.rank = rank;
        this.meeting = meeting;
        this.collectives = collectives;
    }

    /** A group of this process alone. */
    public static RankGroup alone() {
        return new RankGroup(Rank.single(), Optional.empty(), Optional.empty());
    }

    /**
     * Meets the other processes.
     *
     * @param passport compared with rank 0's
     * @param patience how long to wait for a process, now and in every exchange
     * @throws MmcrException if they are not all there in time, or do not all run the same
     */
    public static RankGroup join(Rank rank, Passport passport, Duration patience) {
        if (rank.alone()) {
            return alone();
        }
        Meeting meeting = Meeting.open(rank, patience);
        compare(rank, meeting, passport.text());
        return new RankGroup(rank, Optional.of(meeting), Optional.of(Collectives.gloo(rank, meeting, patience)));
    }

    private static void compare(Rank rank, Meeting meeting, String own) {
        if (rank.first()) {
            meeting.say("passport", own);
        }
        Optional<String> difference = Passport.difference(rank, own, meeting.hear("passport", 0));
        meeting.say("verdict/" + rank.rank(), difference.orElse(""));
        for (int other = 0; other < rank.world(); other++) {
            String verdict = meeting.hear("verdict/" + other, other);
            if (!verdict.isEmpty()) {
                // Who keeps the store must not leave before the others have heard.
                leave(rank, meeting);
                throw new MmcrException(verdict);
            }
        }
    }

    public Rank rank() {
        return rank;
    }

    public Traffic traffic() {
        return traffic;
    }

    /** The group as the objective and the layers see it; what they exchange is counted under {@code use}. */
    public Peers peers(Use use) {
        return rank.alone() ? Peers.NONE : new Counted(use);
    }

    private final class Counted implements Peers {
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
    public void fail(String reason) {
        if (lost.isEmpty()) {
            meeting.ifPresent(place -> {
                try {
                    place.say(FAILURE, rank + ": " + reason);
                } catch (RuntimeException nobodyIsThere) {
                    // Then nobody needs the reason.
                }
            });
        }
    }

    /** Why an exchange failed; where that was in a hook of the backward pass, libtorch hands on another exception. */
    public Optional<PeerLostException> lost() {
        return lost;
    }

    private interface Exchange {
        void with(Collectives all);
    }

    private void exchange(Use use, Tensor handed, Exchange exchange) {
        traffic.add(use, handed.nbytes());
        try {
            exchange.with(collectives.orElseThrow());
        } catch (RuntimeException e) {
            PeerLostException loss = lost(e);
            lost = Optional.of(loss);
            throw loss;
        }
    }

    private PeerLostException lost(RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        Optional<String> reason = meeting.flatMap(place -> place.heard(FAILURE));
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
        if (lost.isEmpty()) {
            meeting.ifPresent(place -> leave(rank, place));
        }
        collectives.ifPresent(Collectives::close);
    }

    private static void leave(Rank rank, Meeting meeting) {
        try {
            if (rank.keepsStore()) {
                Meeting patient = meeting.patient(FAREWELL);
                for (int other = 1; other < rank.world(); other++) {
                    patient.hear("left/" + other, other);
                }
            } else {
                meeting.say("left/" + rank.rank(), "");
            }
        } catch (RuntimeException theyAreGone) {
            // Nothing is left to wait for.
        }
    }
}
