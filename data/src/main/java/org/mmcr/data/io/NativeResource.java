package org.mmcr.data.io;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;

/**
 * A native library inside a JAR, unpacked once into JavaCPP's cache. Most libraries unpack theirs into the temporary
 * folder at every start, and a killed process leaves them there.
 */
public final class NativeResource {
    private NativeResource() {}

    /**
     * Tells a library where its native library lies: sets a system property to the unpacked file, unless the user has
     * set it. Where the resource is missing, or cannot be unpacked, the library unpacks it in its own way.
     *
     * @param property read by the library when it is used first
     * @param owner a class of the library
     * @param resource absolute name in the class path
     */
    public static void name(String property, Class<?> owner, String resource) {
        if (System.getProperty(property) == null) {
            unpack(owner, resource).ifPresent(file -> System.setProperty(property, file.toString()));
        }
    }

    /** Returns the unpacked file; empty if there is no such resource or the cache cannot be written. */
    public static Optional<Path> unpack(Class<?> owner, String resource) {
        if (owner.getResource(resource) == null) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(Loader.cacheResource(owner, resource)).map(File::toPath);
        } catch (IOException e) {
            return Optional.empty(); // a full or read-only cache
        }
    }
}
