package org.mmcr.explorer.labelling;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.IntStream;
import org.mmcr.core.MmcrException;
import org.mmcr.data.DataSource;
import org.mmcr.data.io.Json;

/**
 * Labels in a file of one JSON object a line that only grows. An action is checked, written, forced to the disk, and only
 * then done and acknowledged: what a caller was told is kept, whatever ends the process. A line that was torn by its end is
 * cut off when the file is opened again; nobody was told that it was kept. Thread-safe; one process at a time.
 */
public final class LabelStore implements AutoCloseable {
    private static final ObjectMapper JSON = Json.mapper();

    private final Path file;
    private final FileChannel channel;
    private final LabelState book;
    private Labels current;

    private LabelStore(Path file, FileChannel channel, LabelState book) {
        this.file = file;
        this.channel = channel;
        this.book = book;
        this.current = book.labels();
    }

    /**
     * Opens a file of labels of these pictures, or starts one.
     *
     * @throws MmcrException if it cannot be read, holds something else, or another process has it open
     */
    public static LabelStore open(Path file, DataSource data) {
        LabelState book = new LabelState(
                IntStream.range(0, data.size()).mapToObj(data::name).toList());
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                lock(file, channel);
                replay(file, channel, book);
                return new LabelStore(file, channel, book);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private static void lock(Path file, FileChannel channel) throws IOException {
        try {
            if (channel.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // held by this very process: the same answer
        }
        throw new MmcrException("the labels in " + file + " are in use by another mmcr explore; close that one first");
    }

    private static void replay(Path file, FileChannel channel, LabelState book) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int kept = 0;
        int number = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                number++;
                apply(file, number, new String(bytes, kept, i - kept, StandardCharsets.UTF_8), book);
                kept = i + 1;
            }
        }
        channel.truncate(kept);
        channel.position(kept);
    }

    private static void apply(Path file, int number, String line, LabelState book) {
        try {
            book.apply(JSON.readValue(line, LabelAction.class));
        } catch (JsonProcessingException | RuntimeException e) {
            throw new MmcrException(
                    "expected a label action in line " + number + " of " + file + ", found '"
                            + line.substring(0, Math.min(60, line.length()))
                            + "'; mend or remove that line, or move the file away to start anew",
                    e);
        }
    }

    /** Keeps an action and does it; returns the labels after it. */
    public synchronized Labels keep(LabelAction action) {
        book.check(action);
        long before = 0;
        try {
            before = channel.position();
            ByteBuffer line =
                    ByteBuffer.wrap((JSON.writeValueAsString(action) + "\n").getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) {
                channel.write(line);
            }
            channel.force(true);
        } catch (IOException e) {
            takeBack(before);
            throw failure(file, e);
        }
        book.apply(action);
        current = book.labels();
        return current;
    }

    /** A full disk may have taken half a line; the next action must not be glued to it. */
    private void takeBack(long position) {
        try {
            channel.truncate(position);
            channel.position(position);
        } catch (IOException e) {
            return; // the failure that led here is the one to report
        }
    }

    /** The labels as they stand. */
    public synchronized Labels labels() {
        return current;
    }

    /** The file of the labels. */
    public Path file() {
        return file;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private static MmcrException failure(Path file, IOException e) {
        return new MmcrException(
                "expected to keep labels in " + file + ", found " + e + "; check the folder and the space left", e);
    }
}
