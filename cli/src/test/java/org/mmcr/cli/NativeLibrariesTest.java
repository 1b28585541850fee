package org.mmcr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Containers without an entry in passwd, and folders that cannot hold native libraries. */
@DisabledOnOs(OS.WINDOWS)
class NativeLibrariesTest {
    @TempDir
    Path temporary;

    @Test
    void homeFolder_isLeftToJavaCpp() {
        assertThat(NativeLibraries.folder("/home/me", Optional.of("/home/me"), temporary))
                .isEmpty();
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void noEntryInPasswd_usesTheVariableHome() {
        assertThat(NativeLibraries.folder("?", Optional.of(temporary.toString()), temporary))
                .hasValue(temporary.resolve(".javacpp/cache"));
    }

    @Test
    void noEntryAndNoHome_usesAPrivateTemporaryFolder_againTheNextTime() throws IOException {
        Path folder =
                NativeLibraries.folder("?", Optional.of("/nowhere"), temporary).orElseThrow();
        assertThat(folder).isDirectory().hasParent(temporary);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        assertThat(NativeLibraries.folder("?", Optional.empty(), temporary)).hasValue(folder);
        assertThat(temporary).isDirectoryContaining(folder::equals);
    }

    /** Another user could have put a link there, and with it the code that is loaded. */
    @Test
    void linkInPlaceOfThePrivateFolder_isNotFollowed() throws IOException {
        Path folder = NativeLibraries.folder("?", Optional.empty(), temporary).orElseThrow();
        Files.delete(folder);
        Files.createSymbolicLink(folder, Files.createDirectory(temporary.resolve("other")));
        assertThat(NativeLibraries.folder("?", Optional.empty(), temporary)).isEmpty();
    }

    @Test
    void failures_nameCauseAndOption() {
        Error noexec = new UnsatisfiedLinkError("no jniopenblas in java.library.path");
        noexec.initCause(new UnsatisfiedLinkError("/c/libjni.so: failed to map segment from shared object"));
        assertThat(NativeLibraries.describe((LinkageError) noexec))
                .contains("(noexec): /c/libjni.so")
                .endsWith("-Dorg.bytedeco.javacpp.cachedir=FOLDER");
        Error full = new UnsatisfiedLinkError("no jniopenblas in java.library.path");
        full.initCause(new UnsatisfiedLinkError("/c/libjni.so: lib.so.0: cannot open shared object file"));
        assertThat(NativeLibraries.describe((LinkageError) full)).contains("full or cannot be written");
        assertThat(NativeLibraries.describe(new NoClassDefFoundError("org/mmcr/X")))
                .contains("a class could not be loaded (org/mmcr/X)")
                .contains("ulimit -n");
        assertThat(NativeLibraries.describe(new UnsatisfiedLinkError("wrong ELF class")))
                .isEqualTo("the native libraries could not be loaded on this platform (wrong ELF class)");
    }
}
