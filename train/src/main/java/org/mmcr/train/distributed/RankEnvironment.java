package org.mmcr.train.distributed;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.mmcr.core.MmcrException;

/** Environment variables, with error messages that name them. */
record RankEnvironment(Map<String, String> values) {

    Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isBlank());
    }

    OptionalInt findNumber(String name) {
        return find(name).isPresent() ? OptionalInt.of(number(name)) : OptionalInt.empty();
    }

    String text(String name) {
        return find(name).orElseThrow(() -> missing(name));
    }

    int number(String name) {
        String text = text(name);
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new MmcrException("expected a whole number in " + name + ", found '" + text + "'; correct it", e);
        }
    }

    int numberOr(String name, int otherwise) {
        return findNumber(name).orElse(otherwise);
    }

    /** Whether both are set; throws if only one is. */
    boolean bothOrNone(String one, String other) {
        if (find(one).isEmpty() && find(other).isEmpty()) {
            return false;
        }
        if (find(one).isEmpty()) {
            throw missing(one);
        }
        if (find(other).isEmpty()) {
            throw missing(other);
        }
        return true;
    }

    String address(Supplier<String> otherwise) {
        return find("MASTER_ADDR").orElseGet(otherwise);
    }

    int port(int otherwise) {
        return numberOr("MASTER_PORT", otherwise);
    }

    MmcrException missing(String name) {
        return new MmcrException(
                "expected RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT together, or what Slurm or MPI set,"
                        + " found no " + name
                        + "; start with mmcr launch, torchrun, srun or mpirun, or unset the others");
    }
}
