package org.mmcr.analysis.export;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mmcr.core.Futures;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.NativeResource;

/**
 * Opens ONNX graphs in ONNX Runtime. A session computes on the thread that calls it and starts none: callers compute
 * batches side by side, with as many threads as the command was given.
 */
public final class OnnxRuntime {
    /**
     * Stack size in bytes. When ONNX Runtime 1.29 starts, it matches a pattern against the process's command line by
     * recursion; a long class path overflows the default stack, and the process dies.
     */
    private static final long STACK = 64L << 20;

    private static final String NATIVE_PATH = "onnxruntime.native.path";

    private static final Pattern OPSET = Pattern.compile(
            "Opset (\\d+) is under development.*official support for domain (\\S+) is till opset (\\d+)");
    private static final Pattern UNKNOWN_OPERATOR =
            Pattern.compile("(?:No Op registered for |Fatal error: )([^\\s(]+).*?(?:domain_version|not a registered)");
    private static final Pattern EXTERNAL = Pattern.compile("External data.*?\"([^\"]+)\"");
    private static final Pattern SHORT_EXTERNAL = Pattern.compile(
            "External initializer: (\\S+) offset: (\\d+) size to read: (\\d+) given file_length: (\\d+)");
    private static final String NO_GRAPH = "ModelProto does not have a graph";
    /** The code with which ONNX Runtime begins a message. */
    private static final Pattern INTERNALS = Pattern.compile("^Error code - \\w+ - message: ");

    private OnnxRuntime() {}

    /**
     * Returns the runtime; its first use is on a thread with a large stack. ONNX Runtime 1.29 for Linux contains
     * telemetry. {@code ./mmcr} disables it by {@code ORT_DISABLE_TELEMETRY}, which must be set when the process starts;
     * this method disables what other programs can still disable.
     */
    public static OrtEnvironment environment() {
        return onLargeStack(() -> {
            unpackLibraries();
            Set<Path> before = temporaryFolders();
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            environment.setTelemetry(false);
            Set<Path> made = temporaryFolders();
            made.removeAll(before);
            if (!made.isEmpty()) {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> made.forEach(OnnxRuntime::deleteIfEmpty)));
            }
            return environment;
        });
    }

    /** The folders that ONNX Runtime makes when it starts, into which nothing is unpacked. */
    private static Set<Path> temporaryFolders() {
        Set<Path> folders = new HashSet<>();
        Path root = Path.of(System.getProperty("java.io.tmpdir"));
        try (DirectoryStream<Path> found = Files.newDirectoryStream(root, "onnxruntime-java*")) {
            found.forEach(folders::add);
        } catch (IOException | DirectoryIteratorException e) {
            return folders; // ONNX Runtime reports a folder that cannot be read
        }
        return folders;
    }

    /** Deletes a folder, unless another process has filled it. */
    private static void deleteIfEmpty(Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            return; // it is of another process
        }
    }

    /** ONNX Runtime would unpack its libraries into a new temporary folder at each start, and leave the folder. */
    private static void unpackLibraries() {
        boolean mac = System.getProperty("os.name").startsWith("Mac");
        boolean intel = System.getProperty("os.arch").equals("amd64");
        String folder = "/ai/onnxruntime/native/" + (mac ? "osx-" : "linux-") + (intel ? "x64/" : "aarch64/");
        NativeResource.unpack(OrtEnvironment.class, folder + System.mapLibraryName("onnxruntime4j_jni"));
        NativeResource.unpack(OrtEnvironment.class, folder + System.mapLibraryName("onnxruntime"))
                .ifPresent(file -> System.getProperties()
                        .putIfAbsent(NATIVE_PATH, file.getParent().toString()));
    }

    /**
     * Opens a graph.
     *
     * @throws OrtException if it cannot be read; {@link #refusal} says why
     */
    public static OrtSession open(Path file) throws OrtException {
        OrtEnvironment environment = environment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            // ONNX Runtime writes warnings to stderr directly; errors come as exceptions.
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            return environment.createSession(file.toString(), options);
        }
    }

    /** Returns a sentence on why a graph cannot be read: what was expected, what was found, what to do. */
    public static MmcrException refusal(Path file, OrtException failure) {
        String message =
                String.valueOf(failure.getMessage()).replaceAll("\\s+", " ").strip();
        String runtime = "ONNX Runtime " + environment().getVersion();
        Matcher opset = OPSET.matcher(message);
        if (opset.find()) {
            return new MmcrException(
                    "expected an operator set up to " + opset.group(3) + " of " + opset.group(2) + ", the newest of "
                            + runtime + ", found " + opset.group(1) + " in " + file
                            + "; export the graph with an older one, for example opset_version=17",
                    failure);
        }
        Matcher operator = UNKNOWN_OPERATOR.matcher(message);
        if (operator.find()) {
            return new MmcrException(
                    "expected operators of " + runtime + ", found '" + operator.group(1) + "' in " + file
                            + "; export the graph with standard operators alone",
                    failure);
        }
        Matcher external = EXTERNAL.matcher(message);
        if (external.find()) {
            return new MmcrException(
                    "expected the weights of " + file + " in " + external.group(1)
                            + ", found no such file; put it there, or save the graph with its weights inside",
                    failure);
        }
        Matcher cut = SHORT_EXTERNAL.matcher(message);
        if (cut.find()) {
            return new MmcrException(
                    "expected " + cut.group(3) + " bytes of " + cut.group(1) + " from byte " + cut.group(2)
                            + " of the file of weights beside " + file + ", found a file of " + cut.group(4)
                            + " bytes; it is cut short: fetch it again",
                    failure);
        }
        if (failure.getCode() == OrtException.OrtErrorCode.ORT_NO_SUCHFILE) {
            return new MmcrException("expected an ONNX file, found no file " + file + "; check its name", failure);
        }
        if (failure.getCode() == OrtException.OrtErrorCode.ORT_INVALID_PROTOBUF || message.contains(NO_GRAPH)) {
            return new MmcrException(
                    "expected an ONNX graph in " + file
                            + ", found none; the file is cut short or of another format: fetch it again",
                    failure);
        }
        return new MmcrException(
                "expected a graph that " + runtime + " can compute in " + file + ", found: "
                        + INTERNALS.matcher(message).replaceFirst("")
                        + "; check the file with onnx.checker, or export it again",
                failure);
    }

    private static <T> T onLargeStack(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        new Thread(null, task, "onnx-runtime", STACK).start();
        return Futures.await(task, "ONNX Runtime was started");
    }
}
