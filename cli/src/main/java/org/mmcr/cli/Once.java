package org.mmcr.cli;

import java.util.Optional;
import java.util.function.Supplier;

/** A value that is computed when it is first asked for, and kept; a failure is not kept. Thread-safe. */
final class Once<T> implements Supplier<T> {
    private final Supplier<T> computation;
    private Optional<T> value = Optional.empty();

    Once(Supplier<T> computation) {
        this.computation = computation;
    }

    @Override
    public synchronized T get() {
        if (value.isEmpty()) {
            value = Optional.of(computation.get());
        }
        return value.get();
    }
}
