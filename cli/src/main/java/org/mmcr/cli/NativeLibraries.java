package org.mmcr.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.mmcr.train.run.LibtorchFiles;

/** The folder into which JavaCPP unpacks the native libraries, and what is wrong when they cannot be loaded. */
final class NativeLibraries {
    static final String FOLDER_PROPERTY = "org.bytedeco.javacpp.cachedir";
    private static final String REMEDY =
            "; name a folder for them with MMCR_JAVA_OPTS=-D" + FOLDER_PROPERTY + "=FOLDER";

    private static final String LIBTORCH = "libtorch_cpu.so";
    private static final List<String> SYSTEM_FOLDERS =
            List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib", "/usr/local/lib");

    private NativeLibraries() {}

    /**
     * Names a folder for a user without an entry in passwd, as in many containers. The JVM then calls the home folder
     * {@code ?}, and JavaCPP would make a folder of that name in the working directory.
     */
    static void chooseFolder() {
        if (System.getProperty(FOLDER_PROPERTY) == null) {
            Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
            folder(System.getProperty("user.home", "?"), Optional.ofNullable(System.getenv("HOME")), temporary)
                    .ifPresent(chosen -> System.setProperty(FOLDER_PROPERTY, chosen.toString()));
        }
    }

    /** Unpacks libtorch's largest libraries before any is loaded, if the system has a libtorch that could be found. */
    static void unpackBeforeTheSystemsAreFound() {
        if (SYSTEM_FOLDERS.stream().anyMatch(folder -> Files.exists(Path.of(folder, LIBTORCH)))) {
            LibtorchFiles.unpack();
        }
    }

    /** Returns the folder to use, or empty if the home folder is one, in which JavaCPP makes its own. */
    static Optional<Path> folder(String home, Optional<String> variable, Path temporary) {
        if (Path.of(home).isAbsolute()) {
            return Optional.empty();
        }
        return variable.map(Path::of)
                .filter(path -> path.isAbsolute() && Files.isWritable(path))
                .map(path -> path.resolve(".javacpp").resolve("cache"))
                .or(() -> privateFolder(temporary));
    }

    /** Returns a folder that nobody else can have filled; empty if there is one of another user. */
    private static Optional<Path> privateFolder(Path temporary) {
        try {
            Path probe = Files.createTempFile(temporary, "mmcr-", ".tmp");
            Object user = Files.getAttribute(probe, "unix:uid");
            Files.delete(probe);
            Path folder = temporary.resolve("mmcr-natives-" + user);
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            Object owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            return owner.equals(user) ? Optional.of(folder) : Optional.empty();
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return Optional.empty(); // not a POSIX system, or no temporary folder: JavaCPP reports it
        }
    }

    /** Returns why the libraries, or a class, could not be loaded, and what to do. */
    static String describe(LinkageError failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String why =
                String.valueOf(root.getMessage()).strip().lines().findFirst().orElse("");
        String lower = why.toLowerCase(Locale.ROOT);
        if (lower.contains("failed to map segment") || lower.contains("operation not permitted")) {
            return "the native libraries could not be loaded, because their folder does not allow running code"
                    + " (noexec): " + why + REMEDY;
        }
        if (lower.contains("cannot open shared object file") || lower.contains("could not create the cache")) {
            return "the native libraries could not be unpacked, because their folder is full or cannot be written: "
                    + why + REMEDY;
        }
        if (failure instanceof NoClassDefFoundError && !(root instanceof UnsatisfiedLinkError)) {
            return "a class could not be loaded (" + why
                    + "); check that the installation is complete, and raise the limit of open files with ulimit -n";
        }
        return "the native libraries could not be loaded on this platform (" + why + ")";
    }
}
