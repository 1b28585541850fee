package org.mmcr.data.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.mmcr.core.MmcrException;

/** Scratch files: private, bounded, named when they cannot be written, and never left behind. */
class TemporaryFileTest {
    @TempDir
    Path folder;

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void whileItIsWritten_onlyTheOwnerMayReadIt() throws IOException {
        try (TemporaryFile file = new TemporaryFile(Optional.of(folder))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                    .isEqualTo("rw-------");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void sealed_holdsWhatWasWritten_andLeavesNothing() throws IOException {
        try (TemporaryFile file = new TemporaryFile(Optional.of(folder.resolve("new")))) {
            file.append(ByteBuffer.wrap(new byte[] {1, 2}));
            file.append(ByteBuffer.wrap(new byte[] {3}));
            file.write(ByteBuffer.wrap(new byte[] {9}), 1);
            assertThat(file.seal().read(0, 3)).containsExactly(1, 9, 3);
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void leftovers_ofProcessesThatAreGone_areDeleted_andNothingElse() throws IOException {
        long own = ProcessHandle.current().pid();
        long gone = 99_999_999; // above the largest number that Linux and macOS give
        Path leftover = Files.createFile(folder.resolve("mmcr-" + gone + "-1.tmp"));
        Path locked = Files.createFile(folder.resolve("mmcr-" + gone + "-2.tmp"));
        Path ours = Files.createFile(folder.resolve("mmcr-" + own + "-3.tmp"));
        Path other = Files.createFile(folder.resolve("mmcr-notes.tmp"));
        Path target = Files.createFile(folder.resolve("target"));
        Path folderLeft = Files.createDirectory(folder.resolve("mmcr-" + gone + "-5"));
        Files.createFile(Files.createDirectory(folderLeft.resolve("run")).resolve("x"));
        Files.createFile(folderLeft.resolve(TemporaryFolder.LOCK));
        Path results = Files.createDirectory(folder.resolve("mmcr-" + gone + "-6")); // without our mark
        Files.createFile(results.resolve("x"));
        Path unmarked = Files.createDirectory(folder.resolve("mmcr-" + gone + "-7")); // killed before it was marked
        Path link = Files.createSymbolicLink(folder.resolve("mmcr-" + gone + "-4.tmp"), target);
        try (FileChannel channel = FileChannel.open(locked, StandardOpenOption.WRITE);
                FileLock lock = channel.lock();
                TemporaryFile file = new TemporaryFile(Optional.of(folder))) {
            assertThat(lock.isValid()).isTrue();
            assertThat(leftover).doesNotExist();
            assertThat(folderLeft).doesNotExist();
            assertThat(unmarked).doesNotExist();
            assertThat(folder).isDirectoryContaining(path -> path.equals(file.path()));
            for (Path kept : new Path[] {locked, ours, other, target, link, results}) {
                assertThat(kept).exists();
            }
        }
    }

    @Test
    void temporaryFolder_isKeptWhileOpen_andLeavesNothing() throws IOException {
        try (TemporaryFolder first = new TemporaryFolder(folder);
                TemporaryFolder second = new TemporaryFolder(folder)) {
            assertThat(first.path()).isDirectory().isNotEqualTo(second.path());
            Files.createDirectories(first.path().resolve("a/b"));
        }
        assertThat(folder).isEmptyDirectory();
    }

    /** A decompression bomb: 2 GiB of zeros from a thousand bytes. */
    @Test
    void contentOfAnUnlikelyRatio_isRefused_andNamed() {
        assertThatThrownBy(() -> TemporaryFile.requireRatio("bomb.tgz", 1000, TemporaryFile.ALWAYS + 1))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("200 unpacked bytes for each of the 1000 bytes of bomb.tgz")
                .hasMessageContaining("unpack it yourself");
        assertThatCode(() -> TemporaryFile.requireRatio("table.npz", 1000, TemporaryFile.ALWAYS))
                .doesNotThrowAnyException();
        long large = 10L << 30;
        assertThatCode(() -> TemporaryFile.requireRatio("x.npz", large / 200, large))
                .doesNotThrowAnyException();
    }

    @Test
    void contentBeyondTheFreeSpace_stopsBeforeTheDeviceIsFull_andNamesTheFolder() {
        try (TemporaryFile file = new TemporaryFile(Optional.of(folder), Optional.of(() -> 100))) {
            assertThatThrownBy(() -> file.unpack("x.tgz", 1 << 30, zeros()))
                    .isInstanceOf(MmcrException.class)
                    .hasMessage("expected to write a temporary file into " + folder
                            + ", found that no space is left; make room there, or name another folder with --cache");
            assertThat(file.path()).exists();
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void folderThatCannotBeWritten_isNamed() throws IOException {
        Path occupied = Files.createFile(folder.resolve("occupied"));
        assertThatThrownBy(() -> new TemporaryFile(Optional.of(occupied)))
                .isInstanceOf(MmcrException.class)
                .hasMessageContaining("temporary file into " + occupied + ", found ")
                .hasMessageContaining("--cache");
    }

    /** Returns 128 MiB of zeros: more than two looks at the free space, and no harm to the disk if there were none. */
    private static InputStream zeros() {
        return new InputStream() {
            private int left = 1 << 27;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                int count = Math.min(length, left);
                left -= count;
                return count == 0 ? -1 : count;
            }
        };
    }
}
