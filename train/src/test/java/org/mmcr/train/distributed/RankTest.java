package org.mmcr.train.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mmcr.core.MmcrException;

class RankTest {
    private static Map<String, String> environment(String... pairs) {
        Map<String, String> map = new HashMap<>();
        for (String pair : pairs) {
            map.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        return map;
    }

    @Test
    void of_nothing_isAlone() {
        assertThat(Rank.of(Map.of()).alone()).isTrue();
        assertThat(Rank.of(environment("RANK=0", "WORLD_SIZE=1")).alone()).isTrue();
        assertThat(Rank.of(environment("MASTER_ADDR=host")).alone()).isTrue();
    }

    @Test
    void of_torchrun_takesAllSix() {
        Rank rank = Rank.of(environment(
                "RANK=5",
                "WORLD_SIZE=8",
                "LOCAL_RANK=1",
                "LOCAL_WORLD_SIZE=4",
                "MASTER_ADDR=head",
                "MASTER_PORT=12345"));
        assertThat(rank).isEqualTo(new Rank(5, 8, 1, 4, "head", 12345));
        assertThat(rank).hasToString("rank 5 of 8");
    }

    @Test
    void of_torchrunWithAnAgent_usesTheAgentsStore() {
        Map<String, String> agent = environment(
                "RANK=0",
                "WORLD_SIZE=2",
                "MASTER_ADDR=head",
                "MASTER_PORT=12345",
                "TORCHELASTIC_USE_AGENT_STORE=True",
                "TORCHELASTIC_RESTART_COUNT=3");
        assertThat(Rank.of(agent)).isEqualTo(new Rank(0, 2, 0, 1, "head", 12345, OptionalInt.of(3)));
        agent.put("TORCHELASTIC_USE_AGENT_STORE", "False");
        assertThat(Rank.of(agent).hostsStore()).isTrue();
    }

    @Test
    void of_pyTorchJob_isOneProcessAPod() {
        Rank rank = Rank.of(environment("RANK=1", "WORLD_SIZE=3", "MASTER_ADDR=job-master-0", "MASTER_PORT=23456"));
        assertThat(rank).isEqualTo(new Rank(1, 3, 0, 1, "job-master-0", 23456));
    }

    @Test
    void of_kubeflowTrainer_takesThePod() {
        Rank rank = Rank.of(environment(
                "PET_NODE_RANK=2", "PET_NNODES=4", "PET_MASTER_ADDR=job-node-0-0.job", "PET_MASTER_PORT=29400"));
        assertThat(rank).isEqualTo(new Rank(2, 4, 0, 1, "job-node-0-0.job", 29400));
        assertThatThrownBy(() -> Rank.of(
                        environment("PET_NODE_RANK=2", "PET_NNODES=4", "PET_NPROC_PER_NODE=8", "PET_MASTER_ADDR=a")))
                .hasMessageContaining("PET_NPROC_PER_NODE=8");
    }

    @Test
    void of_srun_findsTheFirstHost() {
        Rank rank = Rank.of(environment(
                "SLURM_PROCID=5",
                "SLURM_STEP_NUM_TASKS=7",
                "SLURM_LOCALID=1",
                "SLURM_NODEID=1",
                "SLURM_STEP_TASKS_PER_NODE=4,3",
                "SLURM_STEP_NODELIST=gpu[07-08]",
                "SLURM_JOB_ID=123456"));
        assertThat(rank).isEqualTo(new Rank(5, 7, 1, 3, "gpu07", 15000 + 123456 % 20000));
    }

    @Test
    void of_theBatchScriptAroundSrun_isAlone() {
        assertThat(Rank.of(environment("SLURM_PROCID=0", "SLURM_NTASKS=4", "SLURM_JOB_NODELIST=n[1-4]"))
                        .alone())
                .isTrue();
    }

    @Test
    void of_openMpi_needsNoAddressOnOneMachine() {
        Map<String, String> local = environment(
                "OMPI_COMM_WORLD_RANK=1",
                "OMPI_COMM_WORLD_SIZE=2",
                "OMPI_COMM_WORLD_LOCAL_RANK=1",
                "OMPI_COMM_WORLD_LOCAL_SIZE=2");
        assertThat(Rank.of(local)).isEqualTo(new Rank(1, 2, 1, 2, "127.0.0.1", 29500));
        local.put("OMPI_COMM_WORLD_SIZE", "4");
        assertThatThrownBy(() -> Rank.of(local))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("MASTER_ADDR");
        local.put("MASTER_ADDR", "head");
        assertThat(Rank.of(local).masterAddress()).isEqualTo("head");
    }

    @Test
    void of_mpich_isUnderstood() {
        assertThat(Rank.of(environment(
                        "PMI_RANK=3", "PMI_SIZE=4", "MPI_LOCALRANKID=1", "MPI_LOCALNRANKS=2", "MASTER_ADDR=h")))
                .isEqualTo(new Rank(3, 4, 1, 2, "h", 29500));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"})
    void of_halfAnEnvironment_namesWhatIsMissing(String missing) {
        Map<String, String> half = environment("RANK=0", "WORLD_SIZE=2", "MASTER_ADDR=a", "MASTER_PORT=1000");
        half.remove(missing);
        assertThatThrownBy(() -> Rank.of(half))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("no " + missing);
    }

    @ParameterizedTest
    @CsvSource({"RANK,x", "RANK,2", "RANK,-1", "MASTER_PORT,0", "MASTER_PORT,70000"})
    void of_impossibleNumbers_fail(String name, String value) {
        Map<String, String> wrong = environment("RANK=0", "WORLD_SIZE=2", "MASTER_ADDR=a", "MASTER_PORT=1000");
        wrong.put(name, value);
        assertThatThrownBy(() -> Rank.of(wrong))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("found");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "node1|node1",
                "a,b|a",
                "rack[3-5,9]|rack3",
                "n[007-128],m|n007",
                "r[1-2]n[03,05]|r1n03",
                "gpu-[1,3].cluster,x|gpu-1.cluster"
            })
    void first_ofSlurmLists_isTheFirstHost(String list, String expected) {
        assertThat(HostList.first(list)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"4|0|4", "4(x2),3|1|4", "4(x2),3|2|3", "2,1(x3)|3|1"})
    void tasksOn_slurmCounts_isThatOfTheNode(String tasks, int node, int expected) {
        assertThat(HostList.tasksOn(tasks, node)).isEqualTo(expected);
    }
}
