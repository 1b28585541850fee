package org.mmcr.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.train.distributed.NetworkNamespaces;
import org.mmcr.train.distributed.Rank;

/** Runs over network namespaces, whose only way to one another is the address of each. */
@Tag("long")
class ManyMachinesTest {
    private static final int PORT = 29500;

    @TempDir
    private Path folder;

    private final List<RankProcess> started = new ArrayList<>();

    @AfterEach
    void end() {
        started.forEach(rank -> rank.process().destroyForcibly());
    }

    @Test
    void run_onThreeMachines_isTheRunOfOne() throws Exception {
        try (NetworkNamespaces machines = NetworkNamespaces.open(3)) {
            Path three = folder.resolve("three");
            start(3, machines, three, "whole");
            Path alone = folder.resolve("alone");
            TinyRuns.train(RankedRun.config(), alone);
            for (RankProcess rank : started) {
                rank.done();
            }
            RankedRunTest.agree(three, alone);
        }
    }

    @Test
    void run_withOneMachineCutOff_endsOnBothSidesAfterTheTimeout() throws Exception {
        try (NetworkNamespaces machines = NetworkNamespaces.open(2)) {
            Path run = folder.resolve("cut");
            start(2, machines, run, "impatient");
            RankedRunTest.awaitCheckpoint(run, 1, started.get(0).process().toHandle());
            machines.cutOff(1);
            assertThat(started.get(0).failure()).contains("rank 0 of 2 stops").contains("its machine is unreachable");
            assertThat(started.get(1).failure()).contains("rank 1 of 2 stops").contains("its machine is unreachable");
            assertThat(TrainedModel.load(RunDirectory.open(run)).step()).isPositive();
        }
    }

    private void start(int world, NetworkNamespaces machines, Path run, String what) throws Exception {
        List<String> command = RankProcess.command(System.getProperty("java.class.path"), run, what);
        for (int i = 0; i < world; i++) {
            Rank rank = new Rank(i, world, 0, 1, machines.address(0), PORT);
            started.add(RankProcess.start(rank, machines.inside(i), command, folder.resolve("err" + i)));
        }
    }
}
