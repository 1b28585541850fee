package org.mmcr.objective;

import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;

/**
 * A JUnit extension that opens a {@link PointerScope} before each test and closes it after the test. The scope is open
 * while the fields of the test class are initialised and until the methods with {@code @AfterEach} have run.
 *
 * <p>Tensors need it to live: {@code set_requires_grad} and {@code grad} return references that own nothing, and
 * without a scope the garbage collector may free the owner first. It covers the thread of the test alone.
 */
public final class PointerScopeExtension implements TestInstancePreConstructCallback {
    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext rootContext) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public void preConstructTestInstance(TestInstanceFactoryContext factory, ExtensionContext test) {
        // The store belongs to one test; JUnit closes what lies in it when that test has ended.
        test.getStore(Namespace.create(PointerScopeExtension.class)).put(PointerScope.class, new PointerScope());
    }
}
