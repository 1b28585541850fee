package org.mmcr.data.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.junit.jupiter.api.Test;

/** The operating system's failures as both file APIs of the JDK report them. */
class FileFailureTest {
    @Test
    void missingPermission_namesTheFile() {
        assertThat(FileFailure.describe(new AccessDeniedException("/data/x"), "retry"))
                .startsWith("that this user may not read or write /data/x; give the permission");
        assertThat(FileFailure.describe(new FileNotFoundException("/data/x.zip (Permission denied)"), "retry"))
                .contains("/data/x.zip")
                .contains("give the permission");
    }

    @Test
    void tooManyOpenFiles_namesTheLimit() {
        IOException failure = new FileSystemException("/data/x", null, "Too many open files");
        assertThat(FileFailure.isOutOfFiles(failure)).isTrue();
        assertThat(FileFailure.describe(failure, "retry")).contains("ulimit -n").doesNotContain("retry");
    }

    @Test
    void fullDeviceOrQuota_namesTheFile() {
        assertThat(FileFailure.describe(new FileSystemException("/t/x", null, "No space left on device"), "retry"))
                .isEqualTo("that no space is left for /t/x; make room there");
        assertThat(FileFailure.describe(new IOException("Disk quota exceeded"), "retry"))
                .isEqualTo("that no space is left; make room there");
    }

    @Test
    void knownClasses_areSaidInWords() {
        assertThat(FileFailure.describe(new NoSuchFileException("/t/x"), "check the path"))
                .isEqualTo("no such file; check the path");
        assertThat(FileFailure.describe(new FileNotFoundException("/t/x (No such file or directory)"), "check it"))
                .isEqualTo("no such file; check it");
        assertThat(FileFailure.describe(new MalformedInputException(1), "save it"))
                .isEqualTo("text that is not UTF-8; save it");
        assertThat(FileFailure.describe(new EOFException(), "copy it")).isEqualTo("that it ends early; copy it");
        assertThat(FileFailure.describe(new FileAlreadyExistsException("/t/x"), "remove it"))
                .isEqualTo("another file of that name; remove it");
        assertThat(FileFailure.describe(new NotDirectoryException("/t/x"), "remove it"))
                .isEqualTo("a file in the place of a folder; remove it");
        assertThat(FileFailure.describe(new IOException((String) null), "retry"))
                .contains("(IOException)");
    }

    @Test
    void anythingElse_keepsTheCauseAndTheRemedyOfTheCaller() {
        IOException failure = new IOException("Input/output error");
        assertThat(FileFailure.describe(failure, "retry")).isEqualTo("Input/output error; retry");
        assertThat(FileFailure.isOutOfFiles(new IOException((String) null))).isFalse();
    }

    @Test
    void reason_ofWhatAReaderThrows_namesNoClass() {
        assertThat(FileFailure.reason(new NoSuchFileException("/t/x"))).isEqualTo("no such file");
        assertThat(FileFailure.reason(new IndexOutOfBoundsException("7 of 5 bytes")))
                .isEqualTo("7 of 5 bytes");
        assertThat(FileFailure.reason(new BufferUnderflowException())).isEqualTo("damaged content");
    }
}
