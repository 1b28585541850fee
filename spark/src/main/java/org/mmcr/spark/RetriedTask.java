package org.mmcr.spark;

import java.io.Serializable;
import java.util.List;
import java.util.function.Supplier;
import org.mmcr.core.MmcrException;

/**
 * Result of a task: a value, or an error in the data. An error is not thrown, because Spark would retry the task three
 * times in vain.
 *
 * @param values one value, or none if there is an error
 */
record RetriedTask<T extends Serializable>(List<T> values, String fault) implements Serializable {
    static <T extends Serializable> RetriedTask<T> of(Supplier<T> work) {
        try {
            return new RetriedTask<>(List.of(work.get()), "");
        } catch (MmcrException e) {
            return new RetriedTask<>(List.of(), String.valueOf(e.getMessage()));
        }
    }

    /** Returns the value, at the driver. */
    T orThrow() {
        if (values.isEmpty()) {
            throw new MmcrException(fault);
        }
        return values.get(0);
    }
}
