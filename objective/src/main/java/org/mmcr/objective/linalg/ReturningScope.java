package org.mmcr.objective.linalg;

import java.util.Optional;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * A scope that frees the temporaries of one computation and hands its results to the caller's scope, or to the garbage
 * collector if there is none.
 */
public final class ReturningScope implements AutoCloseable {
    private final Optional<PointerScope> outer;
    private final PointerScope inner;

    /** Creates a scope whose results belong to the innermost enclosing scope. */
    public ReturningScope() {
        this(Optional.ofNullable(PointerScope.getInnerScope()));
    }

    /**
     * Creates a scope whose results belong to {@code outer}, an enclosing scope; if empty, to the garbage collector.
     */
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
