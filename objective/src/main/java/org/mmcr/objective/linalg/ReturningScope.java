package org.mmcr.objective.linalg;

import java.util.Optional;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * A scope for the temporaries of one computation, from which results pass to the caller's scope, or to the garbage
 * collector where the caller has none. Without it every temporary of a caller without scopes would wait for a collection.
 */
public final class ReturningScope implements AutoCloseable {
    private final Optional<PointerScope> outer;
    private final PointerScope inner;

    /** A scope whose results belong to the innermost scope around it. */
    public ReturningScope() {
        this(Optional.ofNullable(PointerScope.getInnerScope()));
    }

    /** A scope whose results belong to {@code outer}, one of the scopes around it; if empty, to the garbage collector. */
    public ReturningScope(Optional<PointerScope> outer) {
        this.outer = outer;
        this.inner = new PointerScope();
    }

    /** Keeps {@code result} alive beyond this scope, owned by the caller's. */
    public <P extends Pointer> P keep(P result) {
        if (outer.isPresent()) {
            outer.get().attach(result);
        } else {
            result.retainReference();
        }
        return result;
    }

    @Override
    public void close() {
        inner.close();
    }
}
