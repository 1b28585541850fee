package org.mmcr.train.distributed;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apiguardian.api.API;
import org.mmcr.core.MmcrException;

/**
 * The number of this process among those of a run, as its launcher sets it in the environment.
 *
 * @param rank 0 to world - 1; only rank 0 writes in the run's folder
 * @param world number of processes
 * @param localRank its number among those of this machine
 * @param localWorld number of processes on this machine, which divide its processors
 * @param masterAddress the host of rank 0
 * @param masterPort the port of the rendezvous store
 * @param attempt present if torchrun's agent hosts the store: how often it has restarted the processes
 */
@API(status = API.Status.STABLE)
public record Rank(
        int rank, int world, int localRank, int localWorld, String masterAddress, int masterPort, OptionalInt attempt) {
    /** The default of torchrun. */
    private static final int DEFAULT_PORT = 29500;

    /** Slurm jobs of one machine need different ports. */
    private static final int SLURM_PORTS = 20000;

    private static final int SLURM_FIRST_PORT = 15000;

    private static final String LOOPBACK = "127.0.0.1";

    public Rank {
        if (world < 1 || rank < 0 || rank >= world) {
            throw new MmcrException("expected a rank from 0 to " + (world - 1) + " of " + world
                    + " processes, found rank " + rank + "; correct RANK and WORLD_SIZE");
        }
        if (masterPort < 1 || masterPort > 65535) {
            throw new MmcrException(
                    "expected a port from 1 to 65535 for rank 0, found " + masterPort + "; correct MASTER_PORT");
        }
    }

    /** A rank of a run whose rank 0 hosts the store. */
    public Rank(int rank, int world, int localRank, int localWorld, String masterAddress, int masterPort) {
        this(rank, world, localRank, localWorld, masterAddress, masterPort, OptionalInt.empty());
    }

    /** A process that is not part of a group. */
    public static Rank single() {
        return new Rank(0, 1, 0, 1, LOOPBACK, DEFAULT_PORT);
    }

    /** Whether the run has one process. */
    public boolean alone() {
        return world == 1;
    }

    /** Whether this is rank 0. */
    public boolean first() {
        return rank == 0;
    }

    boolean hostsStore() {
        return first() && attempt.isEmpty();
    }

    /** "rank 1 of 4". */
    @Override
    public String toString() {
        return "rank " + rank + " of " + world;
    }

    /**
     * Reads the environment variables of the first of these launchers that has set them: torchrun, {@code mmcr launch}
     * and Kubeflow's PyTorchJob ({@code RANK, WORLD_SIZE}), Kubeflow's trainer with one process a pod ({@code PET_*}),
     * a job step of Slurm ({@code SLURM_*}), Open MPI ({@code OMPI_*}), MPICH and its relatives ({@code PMI_*}).
     * {@code MASTER_ADDR} and {@code MASTER_PORT} override what a launcher implies.
     *
     * @throws MmcrException if some variables of a launcher are missing
     */
    public static Rank of(Map<String, String> environment) {
        RankEnvironment env = new RankEnvironment(environment);
        return Stream.<Supplier<Optional<Rank>>>of(
                        () -> torchrun(env),
                        () -> kubeflow(env),
                        () -> slurm(env),
                        () -> openMpi(env),
                        () -> mpich(env))
                .map(Supplier::get)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(Rank::single);
    }

    private static Optional<Rank> torchrun(RankEnvironment env) {
        if (!env.bothOrNone("RANK", "WORLD_SIZE")) {
            return Optional.empty();
        }
        int world = env.number("WORLD_SIZE");
        if (world == 1) {
            return Optional.of(single());
        }
        return Optional.of(new Rank(
                env.number("RANK"),
                world,
                env.numberOr("LOCAL_RANK", 0),
                env.numberOr("LOCAL_WORLD_SIZE", 1),
                env.text("MASTER_ADDR"),
                env.number("MASTER_PORT"),
                agentAttempt(env)));
    }

    private static OptionalInt agentAttempt(RankEnvironment env) {
        boolean agentKeepsStore =
                env.find("TORCHELASTIC_USE_AGENT_STORE").filter("True"::equals).isPresent();
        return agentKeepsStore ? OptionalInt.of(env.numberOr("TORCHELASTIC_RESTART_COUNT", 0)) : OptionalInt.empty();
    }

    private static Optional<Rank> kubeflow(RankEnvironment env) {
        if (!env.bothOrNone("PET_NODE_RANK", "PET_NNODES")) {
            return Optional.empty();
        }
        String perNode = env.find("PET_NPROC_PER_NODE").orElse("1");
        if (!List.of("1", "auto", "cpu").contains(perNode)) {
            throw new MmcrException(
                    "expected one process a pod, found PET_NPROC_PER_NODE=" + perNode + "; ask for more pods instead");
        }
        int world = env.number("PET_NNODES");
        return Optional.of(new Rank(
                env.number("PET_NODE_RANK"),
                world,
                0,
                1,
                env.address(() -> env.text("PET_MASTER_ADDR")),
                env.port(env.numberOr("PET_MASTER_PORT", DEFAULT_PORT))));
    }

    /** Reads the rank that {@code srun} sets; the batch script around it has a rank too, but no other processes. */
    private static Optional<Rank> slurm(RankEnvironment env) {
        OptionalInt world = env.findNumber("SLURM_STEP_NUM_TASKS");
        if (world.isEmpty() || world.getAsInt() == 1) {
            return Optional.empty();
        }
        int rank = env.number("SLURM_PROCID");
        int local = env.find("SLURM_STEP_TASKS_PER_NODE")
                .or(() -> env.find("SLURM_TASKS_PER_NODE"))
                .map(tasks -> HostList.tasksOn(tasks, env.numberOr("SLURM_NODEID", 0)))
                .orElse(1);
        return Optional.of(new Rank(
                rank,
                world.getAsInt(),
                env.numberOr("SLURM_LOCALID", 0),
                local,
                env.address(() -> HostList.first(env.find("SLURM_STEP_NODELIST")
                        .or(() -> env.find("SLURM_JOB_NODELIST"))
                        .orElseThrow(() -> env.missing("SLURM_JOB_NODELIST")))),
                env.port(SLURM_FIRST_PORT + env.numberOr("SLURM_JOB_ID", 0) % SLURM_PORTS)));
    }

    private static Optional<Rank> openMpi(RankEnvironment env) {
        return mpi(
                env,
                "OMPI_COMM_WORLD_RANK",
                "OMPI_COMM_WORLD_SIZE",
                "OMPI_COMM_WORLD_LOCAL_RANK",
                "OMPI_COMM_WORLD_LOCAL_SIZE");
    }

    private static Optional<Rank> mpich(RankEnvironment env) {
        return mpi(env, "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS");
    }

    /** MPI does not name the host of rank 0; if all processes are local, it is this machine. */
    private static Optional<Rank> mpi(
            RankEnvironment env, String rank, String size, String localRank, String localSize) {
        if (!env.bothOrNone(rank, size)) {
            return Optional.empty();
        }
        int world = env.number(size);
        if (world == 1) {
            return Optional.of(single());
        }
        int local = env.numberOr(localSize, 1);
        String address = env.address(() -> {
            if (local == world) {
                return LOOPBACK;
            }
            throw new MmcrException("expected MASTER_ADDR, the host of rank 0, beside " + rank + ", found none;"
                    + " hand it on, for example mpirun -x MASTER_ADDR=$(hostname)");
        });
        return Optional.of(
                new Rank(env.number(rank), world, env.numberOr(localRank, 0), local, address, env.port(DEFAULT_PORT)));
    }
}
