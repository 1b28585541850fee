package org.mmcr.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import org.mmcr.core.MmcrException;
import org.mmcr.data.io.FileFailure;
import org.mmcr.train.encoder.PickledWeightsException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Prints failures: one line on stderr, with {@code -v} also the stack trace; for a wrong use also where the help is.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private final PrintWriter err;

    Failures(PrintWriter err) {
        this.err = err;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult arguments) {
        if (failure instanceof UsageException) {
            return wrongUsage(failure, command);
        }
        return report(
                failure, arguments.expandedArgs().stream().anyMatch(a -> a.equals("-v") || a.equals("--verbose")));
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        UnmatchedArgumentException.printSuggestions(failure, err);
        return wrongUsage(failure, failure.getCommandLine());
    }

    private int wrongUsage(Exception failure, CommandLine command) {
        err.println("mmcr: " + oneLine(String.valueOf(failure.getMessage())));
        err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.WRONG_USAGE;
    }

    /** Reports that stdout did not take the result, and returns the exit code. */
    int unwritten() {
        err.println("mmcr: expected to write the result to stdout, found that it cannot be written;"
                + " check the space left, or the program that reads it");
        return ExitCode.FAILED;
    }

    /** Prints {@code failure} and returns the exit code. */
    int report(Throwable failure, boolean verbose) {
        err.println("mmcr: " + describe(failure)
                + (verbose
                                || failure instanceof MmcrException
                                || ofFiles(failure).isPresent()
                        ? ""
                        : "; run with -v for the stack trace"));
        if (failure instanceof PickledWeightsException pickle) {
            pickle.conversion().forEach(line -> err.println("  " + line));
        }
        if (verbose) {
            failure.printStackTrace(err);
        }
        return ExitCode.FAILED;
    }

    private static String describe(Throwable failure) {
        String message = oneLine(failure.getMessage() == null ? "" : failure.getMessage());
        if (failure instanceof MmcrException) {
            return message;
        }
        if (failure instanceof OutOfMemoryError) {
            return "out of memory (" + message
                    + "); use a smaller --batch, or raise the Java heap with MMCR_JAVA_OPTS=-Xmx8g";
        }
        if (failure instanceof LinkageError unlinked) {
            return NativeLibraries.describe(unlinked);
        }
        Optional<IOException> ofFiles = ofFiles(failure);
        if (ofFiles.isPresent()) {
            String file = ofFiles.get() instanceof FileSystemException named && named.getFile() != null
                    ? " " + named.getFile()
                    : "";
            return oneLine("expected to read or write" + (file.isEmpty() ? " a file" : file) + ", found "
                    + FileFailure.describe(ofFiles.get(), "check the path, its permissions and the space left"));
        }
        String name = failure.getClass().getSimpleName();
        return "unexpected " + name + (message.isEmpty() ? "" : ": " + message);
    }

    /** The failure of a file operation whose cause the file system names, which no stack trace explains better. */
    private static Optional<IOException> ofFiles(Throwable failure) {
        Throwable cause = failure instanceof UncheckedIOException wrapped ? wrapped.getCause() : failure;
        return cause instanceof IOException ofFile
                        && (ofFile instanceof FileSystemException
                                || FileFailure.isFull(ofFile)
                                || FileFailure.isOutOfFiles(ofFile))
                ? Optional.of(ofFile)
                : Optional.empty();
    }

    /** First line of a message; libtorch's messages continue with a C++ stack trace. */
    private static String oneLine(String message) {
        return message.strip().lines().findFirst().orElse("");
    }
}
