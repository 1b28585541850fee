package org.mmcr.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;
import org.mmcr.objective.Communicator;
import org.mmcr.train.distributed.CommunicationStats.Use;

@Tag("long")
class ProcessGroupTest {
    private static final Duration SHORT = Duration.ofSeconds(2);

    @Test
    void sumAndGather_ofThreeRanks_areThoseOfAll() throws Exception {
        List<String> results = Loopback.run(3, group -> {
            try (PointerScope scope = new PointerScope()) {
                Communicator communicator = group.communicator(Use.OBJECTIVE);
                Tensor mine = torch.full(new long[] {2, 3}, new Scalar(1.0 + communicator.rank()))
                        .to(ScalarType.Double);
                Tensor all = communicator.gather(mine);
                communicator.sum(mine);
                double[] reduced = group.allReduce(communicator.rank(), 1);
                assertThat(group.stats().bytes(Use.OBJECTIVE)).isEqualTo(2 * 48);
                return mine.sum().item_double() + " " + all.size(0) + " "
                        + all.select(1, 0).sum().item_double() + " "
                        + all.select(0, 5).sum().item_double() + " " + reduced[0] + " " + reduced[1];
            }
        });
        assertThat(results).containsOnly("36.0 6 12.0 9.0 3.0 3.0");
    }

    @Test
    void broadcast_ofChannelsLastAndCounters_isThatOfRankZero() throws Exception {
        List<Double> sums = Loopback.run(2, group -> {
            try (PointerScope scope = new PointerScope()) {
                torch.manual_seed(group.rank().rank());
                Tensor weights = torch.randn(2, 3, 2, 2).contiguous(torch.MemoryFormat.ChannelsLast);
                Tensor counter = torch.full(
                                new long[0], new Scalar(7L + group.rank().rank()))
                        .to(ScalarType.Long);
                group.broadcast(Map.of("weights", weights, "counter", counter));
                assertThat(counter.item_long()).isEqualTo(7);
                return weights.mul(torch.arange(new Scalar(24)).view(2, 3, 2, 2))
                        .sum()
                        .item_double();
            }
        });
        assertThat(sums.get(1)).isEqualTo(sums.get(0));
    }

    @Test
    void broadcastText_ofAnyLength_isThatOfRankZero() throws Exception {
        List<String> texts =
                Loopback.run(2, group -> group.broadcast(group.rank().first() ? "naïve ∞ text" : "other"));
        assertThat(texts).containsOnly("naïve ∞ text");
    }

    @ParameterizedTest
    @EnumSource(GradientDtype.class)
    void gradientSum_ofFourRanks_isTheSumAndTheSameBitsEverywhere(GradientDtype dtype) throws Exception {
        List<double[]> outcomes = Loopback.run(4, group -> {
            try (PointerScope scope = new PointerScope()) {
                Random random = new Random(5); // libtorch's own generator is shared by the ranks of one process
                Tensor expected = torch.zeros(1000);
                Tensor own = torch.zeros(1000);
                for (int rank = 0; rank < 4; rank++) {
                    float[] values = new float[1000];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = (float) random.nextGaussian();
                    }
                    Tensor gradient = Tensor.create(values);
                    expected.add_(gradient);
                    if (rank == group.rank().rank()) {
                        own.copy_(gradient);
                    }
                }
                Tensor parameter = torch.zeros(1000).set_requires_grad(true);
                parameter.mul(own).sum().backward();
                new GradientSum(group, Map.of("w", parameter), dtype, false).apply();
                Tensor error = parameter.grad().sub(expected);
                return new double[] {
                    error.norm().item_double() / expected.norm().item_double(),
                    parameter.grad().sum().item_double(),
                    group.stats().bytes(Use.GRADIENTS)
                };
            }
        });
        double tolerance = dtype == GradientDtype.FP32 ? 1e-6 : 6e-3;
        assertThat(outcomes).allSatisfy(outcome -> {
            assertThat(outcome[0]).isLessThan(tolerance);
            assertThat(outcome[1]).isEqualTo(outcomes.get(0)[1]);
            assertThat(outcome[2]).isEqualTo(dtype == GradientDtype.FP32 ? 4000 : 2000);
        });
    }

    @Test
    void join_withDifferentFacts_failsInEveryRankWithBothValues() throws Exception {
        int port = Loopback.freePort();
        List<String> messages = Loopback.inThreads(3, rank -> {
            RunFingerprint fingerprint =
                    new RunFingerprint().with("mmcr", "1.0").with("recipe", rank == 2 ? "batch: 64" : "batch: 32");
            try (ProcessGroup group =
                    ProcessGroup.join(Loopback.ranked(rank, 3, port), fingerprint, Duration.ofSeconds(20))) {
                return "joined";
            } catch (MmcrException e) {
                return e.getMessage();
            }
        });
        assertThat(messages)
                .allSatisfy(message -> assertThat(message)
                        .contains("recipe: batch: 64 on rank 2")
                        .contains("recipe: batch: 32 on rank 0"));
    }

    @Test
    void join_restartedByAnAgent_readsNothingOfTheEarlierAttempt() throws Exception {
        int port = Loopback.freePort();
        RendezvousStore agent = RendezvousStore.open(Loopback.ranked(0, 1, port), SHORT);
        for (int i = 0; i < 2; i++) {
            OptionalInt attempt = OptionalInt.of(i);
            List<Double> sums = Loopback.inThreads(2, number -> {
                Rank rank = new Rank(number, 2, number, 2, "127.0.0.1", port, attempt);
                RunFingerprint fingerprint = new RunFingerprint().with("attempt", attempt.toString());
                try (ProcessGroup group = ProcessGroup.join(rank, fingerprint, Duration.ofSeconds(20))) {
                    return group.allReduce(1)[0];
                }
            });
            assertThat(sums).containsOnly(2.0);
        }
        assertThat(agent.tryGet("fingerprint")).isEmpty(); // and it is still there
    }

    @Test
    void join_withoutRankZero_reportsWhereItLooked() throws Exception {
        int port = Loopback.freePort();
        assertThatThrownBy(() -> ProcessGroup.join(Loopback.ranked(1, 2, port), new RunFingerprint(), SHORT))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("rank 0 at 127.0.0.1:" + port)
                .hasMessageContaining("2 s");
    }

    @Test
    void join_withoutAnotherRank_namesIt() throws Exception {
        int port = Loopback.freePort();
        assertThatThrownBy(() -> ProcessGroup.join(Loopback.ranked(0, 2, port), new RunFingerprint(), SHORT))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("no rank 1 within 2 s");
    }

    @Test
    void join_atATakenPort_isReported() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("::"))) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> ProcessGroup.join(Loopback.ranked(0, 2, port), new RunFingerprint(), SHORT))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("port " + port)
                    .hasMessageContaining("taken");
        }
    }

    @Test
    void join_whereAnotherProgramListens_reportsThatRankZeroIsMissing() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();
            assertThatThrownBy(() -> ProcessGroup.join(Loopback.ranked(1, 2, port), new RunFingerprint(), SHORT))
                    .isInstanceOf(MmcrException.class)
                    .hasMessageContaining("expected rank 0 at 127.0.0.1:" + port);
        }
    }

    @Test
    void join_atAnUnknownHost_isReported() {
        Rank lost = new Rank(1, 2, 1, 2, "no-such-host.invalid", 29500);
        assertThatThrownBy(() -> ProcessGroup.join(lost, new RunFingerprint(), SHORT))
                .hasMessageContaining("no-such-host.invalid")
                .hasMessageContaining("no address");
    }

    /** Rank 0 hosts the store, in which the other reads the reason, and keeps it open for ten seconds at most. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void sum_afterAnotherRankFailed_reportsWhyAtOnce(int failing) throws Exception {
        long began = System.nanoTime();
        List<String> messages = Loopback.run(2, group -> {
            try {
                group.allReduce(1);
                if (group.rank().rank() == failing) {
                    group.publishFailure(new MmcrException("the disk is full"));
                    return "left";
                }
                group.allReduce(1);
                return "continued";
            } catch (PeerLostException e) {
                return e.getMessage();
            }
        });
        int other = 1 - failing;
        assertThat(messages.get(other))
                .contains("rank " + other + " of 2 stops")
                .contains("rank " + failing + " of 2: the disk is full");
        assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(9));
    }
}
