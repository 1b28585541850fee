package org.mmcr.data.io;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import org.mmcr.core.MmcrException;

/** The cause of a failed file operation in words, for messages, and the exception with such a message. */
public final class FileFailure {
    private FileFailure() {}

    /**
     * Returns an exception that says what was expected, what was found and what to do.
     *
     * @param expected what goes after {@code expected}, with the file's name, such as {@code to read x.csv}
     * @param remedy what to do if the cause is none of those that are known
     */
    public static MmcrException exception(String expected, IOException failure, String remedy) {
        return new MmcrException("expected " + expected + ", found " + describe(failure, remedy), failure);
    }

    /**
     * Returns what was found and what to do, as {@code found; remedy}.
     *
     * @param remedy what to do if the cause is none of those that are known
     */
    public static String describe(IOException failure, String remedy) {
        String file = failure instanceof FileSystemException named && named.getFile() != null ? named.getFile() : "";
        if (isDenied(failure)) {
            return "that this user may not read or write " + (file.isEmpty() ? message(failure) : file)
                    + "; give the permission, for example with chmod -R u+rwX, or run as its owner";
        }
        if (isOutOfFiles(failure)) {
            return "that this process has as many files open as it may; raise the limit with ulimit -n 65536"
                    + " (in a container --ulimit nofile=65536)";
        }
        if (isFull(failure)) {
            return "that no space is left" + (file.isEmpty() ? "" : " for " + file) + "; make room there";
        }
        return reason(failure) + "; " + remedy;
    }

    /** Returns the cause without a remedy and without the names of Java's classes. */
    public static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException || message(failure).contains("no such file")) {
            return "no such file";
        }
        if (failure instanceof NotDirectoryException) {
            return "a file in the place of a folder";
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "another file of that name";
        }
        if (failure instanceof CharacterCodingException) {
            return "text that is not UTF-8";
        }
        if (failure instanceof EOFException) {
            return "that it ends early";
        }
        String said = failure instanceof FileSystemException named ? named.getReason() : failure.getMessage();
        return said == null || said.isBlank()
                ? "an input or output error (" + failure.getClass().getSimpleName() + ")"
                : said;
    }

    /** Returns the cause of what a reader of a damaged file throws, whose messages may be empty. */
    static String reason(Throwable failure) {
        if (failure instanceof IOException ofFile) {
            return reason(ofFile);
        }
        String said = failure.getMessage();
        return said == null || said.isBlank() ? "damaged content" : said;
    }

    /** Returns whether the process has too many open files, which is no fault of the file that was opened. */
    public static boolean isOutOfFiles(IOException failure) {
        return message(failure).contains("too many open files");
    }

    /** Returns whether the device has no space left, or the user's quota is used up. */
    public static boolean isFull(IOException failure) {
        String message = message(failure);
        return message.contains("no space left") || message.contains("quota exceeded");
    }

    private static boolean isDenied(IOException failure) {
        return failure instanceof AccessDeniedException || message(failure).contains("permission denied");
    }

    private static String message(IOException failure) {
        return String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    }
}
