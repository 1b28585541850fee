package org.mmcr.spark;

import java.io.Serializable;
import java.util.List;
import java.util.function.Supplier;
import org.mmcr.core.MmcrException;

/**
 * What a task came to: a value, or what is wrong with the data. Thrown, a fault would have the task tried again, three times in vain.
 *
 * @param values one, or none where there is a fault
 */
record RetriedTask<T extends Serializable>(List<T> values, String fault) implements Serializable {
    static <T extends Serializable> RetriedTask<T> of(Supplier<T> work) {
        try {
            return new RetriedTask<>(List.of(work.get()), "");
        } catch (MmcrException e) {
            return new RetriedTask<>(List.of(), String.valueOf(e.getMessage()));
        }
    }

    /** The value, at the driver. */
    T orThrow() {
        if (values.isEmpty()) {
            throw new MmcrException(fault);
        }
        return values.get(0);
    }
}
